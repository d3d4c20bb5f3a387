"""How fast search is: `python -m bench search [--part PART] [--large]`.

On 100,000 seeded records that `khue import --commit` brought in: in process, over HTTP (`khue
serve` as it is by default, one and eight connections that are kept open, asked by another process),
and Datasette over the same records in the same run with the same questions. `--large` does the
same, but for Datasette, on 1,000,000 (making these takes many minutes; `--folder` keeps them).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import corpus, servers
from bench.client import ask, get
from bench.inprocess import AREA, TYPED, ZOOMS
from bench.memory import Watch, run
from bench.servers import FACETS, Server
from bench.spread import spread

USUAL, LARGE = 100_000, 1_000_000
CONNECTIONS = (1, 8)
WORKERS = (1, 2, 4)
VERSIONS = 25
"""So many versions has the record with a long history."""
WARMING = 12
"""So many questions are asked first, none of those that count."""

FEATURE = b'"type":"Feature"'
"""Stands in each feature of a GeoJSON file once."""

Told = dict[str, Any]


def main() -> None:
    """Measure, and tell as a table or as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=USUAL)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--requests", type=int, default=200, help="questions for each figure")
    options.add_argument("--large", action="store_true")
    options.add_argument("--part", choices=[*PARTS], action="append")
    options.add_argument("--folder", type=Path, default=Path(".venv/bench"), help="kept homes")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_known_args()[0]
    chosen.folder = chosen.folder.resolve()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    parts = chosen.part or [*PARTS]
    told = {f"{chosen.records:,}": _measure(parts, chosen.records, chosen)}
    if chosen.large:
        alone = [part for part in parts if part != "datasette"]
        told[f"{LARGE:,}"] = _measure(alone, LARGE, chosen)
    print(json.dumps(told) if chosen.json else "\n".join(_table(told)))


def _measure(parts: Sequence[str], records: int, chosen: argparse.Namespace) -> Told:
    told: Told = {"load": round(os.getloadavg()[0], 1)}
    for part in parts:
        told[part] = PARTS[part](records, chosen)
    if "http" in told and "datasette" in told:
        told["datasette / explore.json at p95"] = {
            people: round(told["datasette"][people]["p95"] / mine["p95"], 1)
            for people, mine in told["http"]["explore.json, five facets"].items()
        }
    return told


def _index(records: int, chosen: argparse.Namespace) -> Told:
    """Both indexes made anew of a ledger that has everything."""
    home = corpus.home(records, chosen.seed, chosen.folder)
    seconds, memory = run([sys.executable, "-m", "khue", "index", "rebuild"], home)
    return {"records_per_second": round(records / seconds), "peak_mb": round(memory)}


def _in_process(records: int, chosen: argparse.Namespace) -> Told:
    home = corpus.home(records, chosen.seed, chosen.folder)
    command = [sys.executable, "-m", "bench.inprocess", str(chosen.seed), str(chosen.requests)]
    environment = os.environ | {"KHUE_HOME": str(home)}
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    found: Told = json.loads(told.stdout)
    return found


def _over_http(records: int, chosen: argparse.Namespace) -> Told:
    home = corpus.home(records, chosen.seed, chosen.folder)
    texts = _texts(chosen)
    told: Told = {}
    for name, addresses in _addresses(home, texts).items():
        told[name] = _asked(lambda: servers.khue(home), addresses)
    return told


def _crowded(records: int, chosen: argparse.Namespace) -> Told:
    """Pages that tell of much: a source with all rows, a record that a tenth as many name as there
    are, and its long history."""
    home = corpus.crowded(records // 10, VERSIONS, chosen.folder)
    with servers.khue(home) as server:
        asked = urlencode({"q": corpus.HUB, "count": ""})
        (hub, *_) = json.loads(get(server.port, f"/explore.json?{asked}")[1])["hits"]
        record = "/id/" + hub["address"].rpartition("/")[2]
        part = json.loads(get(server.port, "/explore.json?q=gian&count=")[1])["hits"][0]["address"]
        source = re.search(rb"/source/[0-9A-Z]{26}", get(server.port, f"{part}/history")[1])
    assert source is not None
    pages = records // 10 // 24
    turned = [f"{source[0].decode()}?page={n % pages + 1}" for n in range(chosen.requests)]
    return {
        name: _asked(lambda: servers.khue(home), ["/"] * WARMING + addresses)
        for name, addresses in {
            "source page": turned,
            "record page": [record] * chosen.requests,
            "walk": [record.replace("/id/", "/graph/")] * chosen.requests,
            "history": [f"{record}/history"] * chosen.requests,
        }.items()
    }


def _workers(records: int, chosen: argparse.Namespace) -> Told:
    """How many pages a second eight people get, by workers of the server."""
    home = corpus.home(records, chosen.seed, chosen.folder)
    addresses = _addresses(home, _texts(chosen))
    mixed = [one for name in ("home page", "search page", "record page") for one in addresses[name]]
    random.Random(chosen.seed).shuffle(mixed)
    told: Told = {}
    for workers in WORKERS:
        with servers.khue(home, workers) as server:
            ask(server.port, mixed[: WARMING * workers], workers)
            start = time.perf_counter()
            ask(server.port, mixed, CONNECTIONS[-1])
            told[f"{workers}"] = round(len(mixed) / (time.perf_counter() - start), 1)
    return {"pages per second, by workers": told}


def _datasette(records: int, chosen: argparse.Namespace) -> Told:
    database = servers.database(records, chosen.seed, chosen.folder)
    facets = [("_facet", name) for name in servers.DATASETTE_FACETS]
    page = f"/{database.stem}/record.json"
    addresses = [
        f"{page}?{urlencode([('_search', text), ('_size', '20'), ('_shape', 'objects'), *facets])}"
        for text in _texts(chosen)
    ]
    return _asked(lambda: servers.datasette(database), addresses)


def _export(records: int, chosen: argparse.Namespace) -> Told:
    """Everything as GeoJSON: records a second, and the memory of the server before and at most."""
    home = corpus.home(records, chosen.seed, chosen.folder)
    with servers.khue(home) as server:
        get(server.port, "/search")
        with Watch(server.process) as idle:
            time.sleep(1)
        with Watch(server.process) as busy:
            start = time.perf_counter()
            size, features = _download(server.port, "/search.geojson")
            seconds = time.perf_counter() - start
    assert features == records, features
    return {
        "records_per_second": round(records / seconds),
        "megabytes": round(size / 1e6),
        "memory_mb": {"before": round(idle.peak), "peak": round(busy.peak)},
    }


PARTS: dict[str, Callable[[int, argparse.Namespace], Told]] = {
    "index": _index,
    "process": _in_process,
    "http": _over_http,
    "crowded": _crowded,
    "workers": _workers,
    "datasette": _datasette,
    "export": _export,
}


def _texts(chosen: argparse.Namespace) -> list[str]:
    """The questions after those that warm up: these are rare words, so none is asked again."""
    from khue.lib.vietnamese import fold

    rare = [f"{syllable} khue" for syllable in corpus.SYLLABLES[-WARMING:]]
    return [*rare, *corpus.queries(chosen.requests, chosen.seed, fold)]


def _addresses(home: Path, texts: Sequence[str]) -> dict[str, list[str]]:
    """What is asked of the portal: of each address as many questions."""
    counted = ",".join(FACETS)
    box = ",".join(map(str, AREA))
    with servers.khue(home) as server:
        found = json.loads(get(server.port, "/explore.json?count=&sort=name")[1])
    records = [hit["address"] for hit in found["hits"]]
    return {
        "explore.json, five facets": _each("/explore.json", texts, count=counted),
        "suggest.json": _each("/suggest.json", [text[:TYPED] for text in texts]),
        **{
            f"map.json, zoom {zoom}": _each("/map.json", texts, zoom=zoom, box=box)
            for zoom in ZOOMS
        },
        "home page": ["/"] * len(texts),
        "month of events": [f"/events?month={month}" for month in _months(len(texts))],
        "search page": _each("/search", texts),
        "record page": [records[number % len(records)] for number in range(len(texts))],
    }


def _months(count: int) -> Iterator[str]:
    """Months from 2020 on, none twice."""
    return (f"{2020 + number // 12}-{number % 12 + 1:02}" for number in range(count))


def _each(page: str, texts: Sequence[str], **more: object) -> list[str]:
    return [f"{page}?{urlencode({'q': text, **more})}" for text in texts]


def _asked(start: Callable[[], AbstractContextManager[Server]], addresses: Sequence[str]) -> Told:
    """How the times of answers are spread for one and for eight people at once, each time by a new
    server, which remembers nothing."""
    told: Told = {}
    for people in CONNECTIONS:
        with start() as server:
            ask(server.port, addresses[:WARMING])
            told[str(people)] = spread(ask(server.port, addresses[WARMING:], people))
    return told


def _download(port: int, address: str) -> tuple[int, int]:
    """Bytes and GeoJSON features of an answer, read as it comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", address)
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    size = features = 0
    tail = b""
    while chunk := answer.read(1 << 20):
        size += len(chunk)
        features += (tail + chunk).count(FEATURE) - tail.count(FEATURE)
        tail = chunk[-len(FEATURE) + 1 :]
    connection.close()
    return size, features


def _table(told: Told, level: int = 0) -> Iterator[str]:
    for name, value in told.items():
        lead = "  " * level + f"{name:{34 - 2 * level}}"
        if isinstance(value, dict) and any(isinstance(each, dict) for each in value.values()):
            yield lead.rstrip()
            yield from _table(value, level + 1)
        elif isinstance(value, dict):
            yield lead + "  ".join(f"{key} {each:>8}" for key, each in value.items())
        else:
            yield f"{lead}{value}"
