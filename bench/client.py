"""People who ask a server on this machine: `python -m bench.client`, a process of its own.

Reads one JSON document, `{"port", "connections", "addresses"}`, and writes one: how long each
answer took until its last byte, in milliseconds. Connections are kept open; each asks its share of
the addresses one after the other. An answer other than 200 ends it with an error.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from queue import Empty, SimpleQueue

TIMEOUT_S = 120


def ask(port: int, addresses: Sequence[str], connections: int = 1) -> list[float]:
    """Milliseconds for each answer, asked by another process over so many connections."""
    wanted = json.dumps({"port": port, "connections": connections, "addresses": [*addresses]})
    told = subprocess.run(
        [sys.executable, "-m", "bench.client"],
        input=wanted,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answers: list[float] = json.loads(told.stdout)
    return answers


def get(port: int, address: str) -> tuple[int, bytes]:
    """Status and body of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _ask_all(port: int, waiting: SimpleQueue[str], spent: list[float], wrong: list[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    while not wrong:
        try:
            address = waiting.get_nowait()
        except Empty:
            break
        start = time.perf_counter()
        connection.request("GET", address)
        answer = connection.getresponse()
        answer.read()
        spent.append((time.perf_counter() - start) * 1000)
        if answer.status != 200:
            wrong.append(f"{answer.status} {address}")
    connection.close()


def main() -> None:
    """Ask, and tell how long it took."""
    wanted = json.load(sys.stdin)
    waiting: SimpleQueue[str] = SimpleQueue()
    for address in wanted["addresses"]:
        waiting.put(address)
    spent: list[float] = []
    wrong: list[str] = []
    people = [
        threading.Thread(target=_ask_all, args=(wanted["port"], waiting, spent, wrong))
        for _ in range(wanted["connections"])
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
    if wrong or len(spent) != len(wanted["addresses"]):
        sys.exit(f"answered wrongly: {wrong}; {len(spent)} of {len(wanted['addresses'])}")
    json.dump(spent, sys.stdout)


if __name__ == "__main__":
    main()
