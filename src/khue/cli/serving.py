"""`khue serve` and `khue demo`: the portal on this machine."""

from __future__ import annotations

import http.client
import os
import socket
import threading
import time

import click

from khue.cli.app import json_option, start
from khue.cli.output import Progress, print_json, say, tell, word
from khue.model.errors import WrongUse
from khue.tasks.supervision import supervised_worker

HOST = "127.0.0.1"
READY_WITHIN_S = 60


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
def serve_command(port: int, workers: int) -> int:
    """Serve the public portal on 127.0.0.1, and do what waits in `khue tasks`."""
    start(whole=True)
    from khue import search
    from khue.pipeline import house

    search.catch_up(house().pack)
    _serve(port, workers)
    return 0


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Load the demonstration and exit.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@json_option
def demo_command(no_serve: bool, port: int, as_json: bool) -> int:
    """Load the Hà Nội demonstration through the intake and serve the portal."""
    start(whole=not no_serve)
    from django.conf import settings

    from khue.measures.marking import is_marked
    from khue.measures.values import last_position
    from khue.pipeline import attach_demonstration, house, load_demonstration, measure
    from khue.registry import queries

    if not no_serve:
        _require_free(port)
    if not as_json:
        tell(word("demo.start", home=settings.KHUE_HOME))
    progress = Progress(quiet=as_json)
    batches = []
    for name, report in load_demonstration(house(), settings.KHUE_DEMO, progress):
        progress.close()
        counts = {key: getattr(report, key) for key in ("created", "updated", "unchanged")}
        batches.append({"file": name, "batch": report.batch, **counts})
        if not as_json:
            tell(word("demo.file", file=name, findings=len(report.findings), **counts))
    files = [name for name, _ in attach_demonstration(house(), settings.KHUE_DEMO)]
    if files and not as_json:
        tell(word("demo.attached", n=len(files)))
    if last_position() != queries.head() or not is_marked(queries.head()):
        progress("measure", 0, 0)
        measure(house())
        progress.close()
    if as_json:
        print_json({"records": queries.count_records(), "batches": batches, "files": files})
    else:
        tell(word("demo.done", records=queries.count_records()))
    if no_serve:
        return 0
    tell(word("demo.not_production"))
    _serve(port, workers=1)
    return 0


def _serve(port: int, workers: int) -> None:
    """Run the server and its worker until told to stop; print the address once it answers."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _require_free(port)
    # Worker processes start anew and must find the same home wherever they run.
    from django.conf import settings

    os.environ["KHUE_HOME"] = str(settings.KHUE_HOME)
    threading.Thread(target=_announce, args=(port,), daemon=True).start()
    server = Granian(
        "khue.web.wsgi:application",
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        websockets=False,
        log_level=LogLevels.warning,
    )
    with supervised_worker(_tell_of_worker):
        server.serve()


def _tell_of_worker(code: int, pause: float) -> None:
    tell(word("serve.worker_ended", code=code, seconds=f"{pause:g}"))


def _announce(port: int) -> None:
    url = f"http://{HOST}:{port}/"
    deadline = time.monotonic() + READY_WITHIN_S
    while (left := deadline - time.monotonic()) > 0:
        if _answers(port, within_s=left):
            say(word("serve.ready", url=url))
            return
        time.sleep(0.1)
    tell(word("serve.silent", url=url, seconds=READY_WITHIN_S))


def _answers(port: int, within_s: float) -> bool:
    """Whether the server answers at all; asked directly, past any proxy of the environment."""
    connection = http.client.HTTPConnection(HOST, port, timeout=within_s)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise WrongUse(
                f"Cổng {port} đang được dùng.",
                f"Port {port} is in use.",
                mend_vi="Chọn cổng khác với --port.",
                mend_en="Choose another with --port.",
            ) from error
