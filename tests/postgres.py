"""A PostgreSQL server for tests: Debian's programs, on a free port, in a folder that goes with it.

The environment variable KHUE_TEST_DATABASE says what a run is on: nothing or `sqlite`, or
`postgresql`. On that, the process that starts the run starts one server; each worker has a database
of its own on it, and so has each home (`environment`, `copy_home`). In a run on SQLite the server
is started by the first test that asks for it.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

HOST = "127.0.0.1"
STARTS_WITHIN_S = 60

SERVER_PORT = "KHUE_TEST_SERVER_PORT"
"""The variable by which the workers of a run find its server."""

ON_POSTGRESQL = os.environ.get("KHUE_TEST_DATABASE") == "postgresql"
if os.environ.get("KHUE_TEST_DATABASE", "sqlite") not in ("sqlite", "postgresql"):
    raise SystemExit("KHUE_TEST_DATABASE says which database tests are on: sqlite or postgresql.")

OWNER = "khue_tests"
"""The role of the program: it may make databases, and no more."""

GUARDED, PASSWORD = "khue_guarded", "mật/khẩu@thử"
"""A role that needs a password, and owns nothing."""

PASSWORD_IN_ADDRESS = quote(PASSWORD, safe="")

CLIENTS = f"""
host all {GUARDED} {HOST}/32 scram-sha-256
host all all {HOST}/32 trust
"""

# Tests kill programs, not machines: without waiting for the disk all is several times as fast.
CAREFREE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
IN_MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3  # noqa: S108 (the folders in it are one's own)
"""Where a server that need not be durable keeps its files, if so many bytes are free there: a copy
of a database, of which each home is one, takes a sixth of the work that it takes on a disk."""

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "100",
    "autovacuum": "off",  # it would hold databases that are to be copied
}


@dataclass(frozen=True)
class Server:
    """A running server; anyone on this machine is let in."""

    port: int

    def address(self, database: str, user: str = OWNER, password: str = "") -> str:
        """The address of a database, as KHUE_DATABASE wants it. `password` as it stands in it."""
        who = f"{user}:{password}" if password else user
        return f"postgresql://{who}@{HOST}:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database, as a copy of another to which nobody is connected; its address."""
        # Copying files takes half as long as writing them through the log, where nobody waits for
        # the disk.
        statement = "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY"
        self._administer(statement, database, OWNER, template)
        return self.address(database)

    def drop(self, database: str) -> None:
        """Remove a database if it is there, whoever is connected."""
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def has(self, database: str) -> bool:
        """Whether there is a database of this name."""
        with self.connect("postgres") as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            return found.fetchone() is not None

    def connect(self, database: str) -> psycopg.Connection:
        """A connection of the superuser; what it does is committed at once."""
        return psycopg.connect(self.address(database, user="postgres"), autocommit=True)

    def _administer(self, statement: str, *names: str) -> None:
        with self.connect("postgres") as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@cache
def server() -> Server:
    """The server of this run, started if it is not there yet; it ends with the run."""
    # One for each worker: rows deleted in one database are kept while anyone writes in another.
    name = SERVER_PORT + os.environ.get("PYTEST_XDIST_WORKER", "")
    port = os.environ.get(name)
    if port:
        return Server(int(port))
    stack = ExitStack()
    found = stack.enter_context(running())
    atexit.register(stack.close)
    os.environ[name] = str(found.port)
    return found


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server of one's own; `durable` if what is committed must be on the disk."""
    place = None if durable else _in_memory()
    folder = Path(tempfile.mkdtemp(prefix="khue-postgresql-", dir=place))
    try:
        _initialise(folder)
        process, port = _start(folder, SETTINGS if durable else SETTINGS | CAREFREE)
        try:
            found = Server(port)
            with found.connect("postgres") as connection:
                connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                        sql.Identifier(GUARDED), sql.Literal(PASSWORD)
                    )
                )
            yield found
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Path | None:
    """`IN_MEMORY`, if there is room."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError):
        free = min(free, shutil.disk_usage(IN_MEMORY).free)
        return IN_MEMORY if free > ROOM and os.access(IN_MEMORY, os.W_OK) else None
    return None


def environment(home: Path) -> dict[str, str]:
    """What a command needs to find the database of a home, which is made if it is not there.

    Nothing in a run on SQLite: there the database is in the home.
    """
    if not ON_POSTGRESQL:
        return {}
    name = database_of(home)
    _require(name)
    return {"KHUE_DATABASE": server().address(name)}


def database_of(home: Path) -> str:
    """The name of the database of a home in a run on PostgreSQL."""
    return "home_" + hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:16]


def copy_home(home: Path, copy: Path) -> None:
    """Copy a home with its database, on whichever the run is. Nothing may be running on it."""
    shutil.copytree(home, copy)
    if ON_POSTGRESQL:
        server().create(database_of(copy), template=database_of(home))


@cache
def _require(database: str) -> None:
    if not server().has(database):
        server().create(database)


def _initialise(folder: Path) -> None:
    if os.geteuid() == 0:
        who = pwd.getpwnam("postgres")
        os.chown(folder, who.pw_uid, who.pw_gid)
    made = subprocess.run(
        _command(
            folder,
            *("initdb", "--no-sync", "--no-instructions", "--username=postgres"),
            *("--auth=trust", "--encoding=UTF8", "--locale=C"),
        ),
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise SystemExit(f"initdb could not make a database cluster:\n{made.stderr}")
    (folder / "data" / "pg_hba.conf").write_text(CLIENTS, encoding="utf-8")


def _start(folder: Path, settings: dict[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    """The process of a server that answers, and its port."""
    log = folder / "log"
    for _ in range(5):
        port = free_port()
        given = [f"--{name}={value}" for name, value in settings.items()]
        with log.open("wb") as out:
            process = subprocess.Popen(
                _command(folder, "postgres", f"--port={port}", *given),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                # What a terminal sends to those who test is not for the server.
                start_new_session=True,
            )
        if _answers(process, port):
            return process, port
        _stop(process)
        if b"Address already in use" not in log.read_bytes():
            break
    raise SystemExit(f"PostgreSQL does not start:\n{log.read_text(errors='replace')}")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait for a server; False if it has ended or stays silent."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            Server(port).connect("postgres").close()
            return process.poll() is None
        time.sleep(0.02)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a server: at once for its clients, and without mercy if it does not end."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
            return


def _command(folder: Path, program: str, *arguments: str) -> Sequence[str]:
    """A program of PostgreSQL on a folder. Root gives up its rights, as the programs want it, and
    the server stops when the process that started it dies."""
    rights = ("--reuid=postgres", "--regid=postgres", "--init-groups")
    return [
        *("setpriv", "--pdeathsig=INT", *(rights if os.geteuid() == 0 else ())),
        *(str(_programs() / program), "-D", str(folder / "data"), *arguments),
    ]


@cache
def _programs() -> Path:
    """The folder of the newest PostgreSQL that is installed as Debian does."""
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(found, key=lambda path: float(path.parts[-3]), default=None)
    if newest is None:
        raise SystemExit(
            "The tests need PostgreSQL: there is no /usr/lib/postgresql/*/bin/postgres."
            " On Debian: apt-get install postgresql"
        )
    return newest.parent


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
