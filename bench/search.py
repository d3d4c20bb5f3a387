"""How fast search is: `python -m bench search [--entries 100000] [--seed 1] [--json]`.

Builds an index of seeded synthetic relics in a temporary folder and searches it in this process:
every query with all facets and the first 20 hits. Needs no database. Quiet machines give better
figures; the output says how many cores there are.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import django

ONSETS = " b c ch d đ g h kh l m n ng nh ph qu r s t th tr v x"
RIMES = "a à ả an án anh ao áo âm ân ấu ê ên i ính inh o ong ò ơ ơn u ung ư ương ươu uyên"
SYLLABLES = [onset + rime for onset in ONSETS.split(" ") for rime in RIMES.split(" ")]
random.Random(0).shuffle(SYLLABLES)
BUILDINGS = ("Đình", "Chùa", "Đền", "Miếu", "Phủ", "Lăng", "Nhà thờ họ", "Thành cổ", "Quán", "Bia")
# Few syllables are frequent, most are rare (Zipf), as in any language.
WEIGHTS = [1 / (rank + 5) for rank in range(len(SYLLABLES))]
RANKS = ("SPEC", "NAT", "NAT", "PROV", "PROV", "PROV", "NONE", "NONE")


def documents(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Relics with names, alternative names, a description of 40 words, kinds, rank and place, most
    with a point."""
    chance = random.Random(seed)

    def words(number: int) -> str:
        return " ".join(chance.choices(SYLLABLES, WEIGHTS, k=number))

    for number in range(count):
        # Nine of ten in the 126 units of one city, the others anywhere in the country.
        commune = f"{chance.randrange(126 if number % 10 else 3_321):05}"
        name = f"{chance.choice(BUILDINGS)} {words(chance.randint(1, 3)).title()}"
        yield {
            "id": f"01{number:024}",
            "type": "relic",
            "name": {"vi": name, "en": f"{name} site"},
            "alternative_names": [{"vi": words(2).title()}] * chance.randint(0, 1),
            "description": {"vi": words(40)},
            "kind": [chance.choice(("HIST_EVENT", "HIST_PERSON", "ARCH_ART", "ARCHAEO", "SCENIC"))],
            "designations": [{"rank": chance.choice(RANKS), "date": str(1950 + number % 75)}],
            "period": f"{chance.randint(10, 20)}XX",
            **({"point": point(chance, number)} if number % 20 else {}),
            "place": {
                "stated": f"xã {words(2)}",
                "code": commune,
                "candidates": [{"code": commune, "name": f"Xã {words(2)}", "source": "bench"}],
                "within": f"{int(commune) // 126:02}",
            },
        }


def point(chance: random.Random, number: int) -> dict[str, Any]:
    """Nine of ten in a city of 80 by 80 km, most towards its middle, the others in the country."""
    if number % 10:
        lon, lat = chance.triangular(105.4, 106.1, 105.8), chance.triangular(20.6, 21.3, 21.0)
    else:
        lon, lat = chance.uniform(103.0, 109.0), chance.uniform(9.0, 23.0)
    return {"lon": round(lon, 6), "lat": round(lat, 6), "precision_m": 11, "datum": "WGS84"}


class Synthetic:
    """A ledger whose every record was committed once."""

    def __init__(self, count: int, seed: int) -> None:
        self._documents = {one["id"]: one for one in documents(count, seed)}

    def head(self) -> int:
        return len(self._documents)

    def changes_since(self, seq: int, limit: int) -> Sequence[tuple[int, str]]:
        return list(enumerate(self._documents, 1))[seq : seq + limit]

    def ids(self, sight: str) -> Iterator[str]:
        return iter(self._documents)

    def texts(
        self, ids: Sequence[str], *, whole: bool
    ) -> Mapping[str, tuple[str | None, str | None]]:
        texts = {name: json.dumps(self._documents[name]) for name in ids}
        return {name: (text, text if whole else None) for name, text in texts.items()}

    def labels(self, ids: Sequence[str], sight: str) -> Mapping[str, dict[str, str]]:
        return {}

    def aliases(self, ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return {}

    def has_erased(self, after: int, until: int) -> bool:
        return False


def texts(count: int, seed: int) -> Iterator[str]:
    """Queries as people type them: one to three words, half without marks, some half-typed."""
    from khue.lib.vietnamese import fold

    chance = random.Random(seed + 1)
    for number in range(count):
        words = chance.choices(SYLLABLES, WEIGHTS, k=chance.randint(1, 2))
        if number % 3:
            words.insert(0, chance.choice(BUILDINGS).lower())
        text = " ".join(words)
        text = fold(text) if number % 2 else text
        yield text[:-1] if number % 5 == 0 and len(text) > 4 else text


def measure(folder: Path, pack: Any, entries: int, seed: int) -> dict[str, Any]:
    """Index, search, and tell."""
    from khue.search.following import rebuild
    from khue.search.queries import Query
    from khue.search.reading import reader_of
    from khue.search.results import results_of

    ledger = Synthetic(entries, seed)
    start = time.perf_counter()
    rebuild({"public": folder}, ledger, pack)
    seconds = time.perf_counter() - start
    reader = reader_of(folder)
    assert reader is not None

    def timed(*queries: Query) -> dict[str, float]:
        spent = []
        for query in queries:
            reader.counted.clear()
            start = time.perf_counter()
            results_of(reader_of(folder) or reader, query)
            spent.append((time.perf_counter() - start) * 1000)
        cuts = statistics.quantiles(spent, n=100)
        return {"p50_ms": round(cuts[49], 2), "p95_ms": round(cuts[94], 2)}

    asked = list(texts(500, seed))
    return {
        "entries": entries,
        "seed": seed,
        "cores": os.cpu_count(),
        "facets": len(reader.facets) + 2,  # and type and place
        "entries_per_second": round(entries / seconds),
        "index_mb": round(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "text": timed(*(Query(text) for text in asked)),
        "text_and_filters": timed(
            *(Query(text, facets={"rank": ("NAT", "SPEC")}, place="00") for text in asked)
        ),
        "everything_by_name": timed(*[Query()] * 100),
        "page_500": timed(*(Query("chùa", offset=10_000 - 20) for _ in range(100))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["KHUE_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")
        django.setup()
        from django.conf import settings

        from khue.model.packs import load_pack

        told = measure(
            Path(home) / "index", load_pack(settings.KHUE_PACK), given.entries, given.seed
        )
    if given.json:
        print(json.dumps(told))
    else:
        for name, value in told.items():
            print(f"{name:22} {value}")
