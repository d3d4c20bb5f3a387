"""`python -m tests.search.quality [--misses]`: the figures of docs/guide/ranking.md as tables.

Makes a registry for it in a temporary folder, which takes half a minute. With `--misses` also what
was typed in vain, and the judged queries that are answered worst.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import django


def print_figures(home: Path, *, with_misses: bool) -> None:
    """Import, search, and print."""
    from khue.pipeline import house
    from tests.conftest import SHARED, run_khue
    from tests.search.quality import competitors
    from tests.search.quality.corpus import corpus_of, import_sites
    from tests.search.quality.figures import MANNERS, answered, misses, typed

    run_khue(home, "demo", "--no-serve")
    import_sites(home, SHARED / "data")
    corpus = corpus_of(home, house().pack)
    rows = json.loads((SHARED / "data" / "vietnam-sites.json").read_text(encoding="utf-8"))
    print("| typed | names | found | among the first |\n| --- | --: | --: | --: |")
    for name, manner in MANNERS.items():
        asked = typed(manner, [row["label"] for row in rows])
        missed = misses(asked, manner.depth, corpus)
        print(f"| {name} | {len(asked)} | {1 - len(missed) / len(asked):.3f} | {manner.depth} |")
        if with_misses:
            print(missed)
    own = answered(corpus.find, corpus)
    with competitors.sqlite(corpus.texts) as sqlite, competitors.postgresql(corpus.texts) as pg:
        all_ = {
            "Khuê": own,
            "SQLite FTS5": answered(sqlite, corpus),
            "PostgreSQL": answered(pg, corpus),
        }
    print(f"\n| nDCG@10 | {' | '.join(all_)} |\n| --- |{' --: |' * len(all_)}")
    groups = {name: one.by_group() for name, one in all_.items()}
    for group in own.by_group():
        print(f"| {group} | {' | '.join(f'{one[group]:.3f}' for one in groups.values())} |")
    print(f"| all | {' | '.join(f'{one.mean:.3f}' for one in all_.values())} |")
    if with_misses:
        for query, value in sorted(own.by_query.items(), key=lambda each: each[1])[:20]:
            print(f"{value:.2f} {query}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")
        os.environ["KHUE_HOME"] = folder
        django.setup()
        print_figures(Path(folder) / "home", with_misses="--misses" in sys.argv)
