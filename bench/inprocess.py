"""Search without a server: `KHUE_HOME=... python -m bench.inprocess SEED QUERIES` prints JSON.

Asks the doors of `khue.search` as the portal does, each query once and with nothing remembered.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import django

from bench.corpus import queries
from bench.servers import FACETS
from bench.spread import spread
from tests.search.hostile import hostile

AREA = (105.70, 20.90, 105.95, 21.15)
"""The box that the map shows, west to north in degrees: the middle of the city."""
ZOOMS = (9, 13)
TYPED = 6
"""So many letters are typed when names are suggested."""
HOSTILE = 2_000
"""So many hostile queries, however many others are asked: issue 5 asks for that many, each answered
within 200 ms at 100,000 records."""


def main() -> None:
    """Search the home that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")
    django.setup()
    seed, count = map(int, sys.argv[1:])
    print(json.dumps(_measure(seed, count)))


def _measure(seed: int, count: int) -> dict[str, Any]:
    from django.conf import settings

    from khue import search
    from khue.lib.vietnamese import fold
    from khue.pipeline import house
    from khue.search.reading import reader_of

    pack, gazetteer = house().pack, house().gazetteer
    search.catch_up(pack)
    folder = Path(settings.KHUE_HOME) / "index" / "public"
    box = search.Box(*AREA)
    asked = queries(count, seed, fold)

    def timed(
        find: Callable[[str], Any],
        texts: Sequence[str],
        clock: Callable[[], float] = time.perf_counter,
    ) -> dict[str, float]:
        find("khue")
        spent = []
        for text in texts:
            reader = reader_of(folder)
            assert reader is not None
            reader.counted.clear()
            start = clock()
            find(text)
            spent.append((clock() - start) * 1000)
        return spread(spent)

    def found(text: str, **more: Any) -> search.Results:
        return search.find(search.Query(text, counted=FACETS, **more), pack)

    def understood(text: str) -> search.Results:
        asked = search.Query(text, counted=FACETS)
        return search.find(search.understand(asked, pack, gazetteer), pack)

    narrowed = {"facets": {"rank": ("NAT", "SPEC")}, "place": "01"}
    told = {
        "search, five facets": timed(found, asked),
        "search, five facets, filtered": timed(lambda text: found(text, **narrowed), asked),
        "search, all facets": timed(lambda text: search.find(search.Query(text), pack), asked),
        "search, no facets": timed(
            lambda text: search.find(search.Query(text, counted=()), pack), asked
        ),
        "everything by name": timed(lambda _: found(""), asked[: count // 5]),
        "last page": timed(lambda _: found("chùa", offset=search.DEPTH - 20), asked[: count // 5]),
    }
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    told |= {
        f"clusters, zoom {zoom}": timed(
            lambda text, zoom=zoom: search.clusters(search.Query(text, box=box), pack, zoom), asked
        )
        for zoom in ZOOMS
    }
    told["suggestions"] = timed(
        lambda text: search.suggest(search.Query(text[:TYPED]), pack), asked
    )
    texts = list(hostile(HOSTILE, seed))
    told["hostile, five facets"] = timed(understood, texts)
    # Of so many, some wait for whatever else the machine does: this says which time was Khuê's.
    told["hostile, processor"] = timed(understood, texts, time.process_time)
    return {
        "records": found("").total,
        "index_mb": round(sum(sizes) / 1e6),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "times": told,
    }


if __name__ == "__main__":
    main()
