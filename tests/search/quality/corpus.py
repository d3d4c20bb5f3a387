"""What quality is measured on: the demonstration of Hà Nội and vietnam-sites.json, imported for
real, with the public documents of the registry beside the public index made of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from khue.model.fields import Field
from khue.model.packs import Pack
from khue.model.values import Context, kind_of
from khue.search.entries import context_of
from khue.search.queries import Query
from khue.search.reading import reader_of
from khue.search.results import results_of
from khue.search.understanding import in_order_of
from tests.conftest import ROOT, khue_environment, run_khue
from tests.search.quality.judgements import Judged, grades_of, names_of, read_judged

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Texts:
    """What a record says in public, as people wrote it: its names, and all of it."""

    id: str
    names: str
    text: str


@dataclass(frozen=True)
class Corpus:
    """The public documents of a home, what they are called, and the home's public index."""

    index: Path
    documents: Sequence[Document]
    labels: Mapping[str, dict[str, str]]
    pack: Pack

    def find(self, text: str, limit: int = 10) -> list[str]:
        """The records that Khuê finds, best first."""
        reader = reader_of(self.index)
        assert reader is not None
        query = in_order_of(Query(text, limit=limit, counted=()), self.pack)
        return [hit.id for hit in results_of(reader, query).hits]

    @cached_property
    def judged(self) -> list[tuple[Judged, dict[str, int]]]:
        """The judged queries, each with the grades of the records that answer it."""
        return [(one, grades_of(one, self.documents)) for one in read_judged()]

    @cached_property
    def texts(self) -> list[Texts]:
        """The texts of all records: what the index of Khuê is made of, too."""
        context = context_of(self.pack, self.labels.get)
        return [
            Texts(one["id"], " · ".join(names_of(one)), " · ".join(self._said(one, context)))
            for one in self.documents
        ]

    def _said(self, document: Document, context: Context) -> list[str]:
        type_ = self.pack.types[document["type"]]
        said = [*type_.label.values(), *type_.plural.values()]
        _gather(said, document, type_.fields, context)
        return said


def import_sites(home: Path, shared_data: Path) -> None:
    """Import vietnam-sites.json into a home, by the command line."""
    file = shared_data / "vietnam-sites.json"
    run_khue(home, "import", file, "--type", "relic", "--commit", "--json")


def corpus_of(home: Path, pack: Pack) -> Corpus:
    """The corpus of a home, whatever its database is: read by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.search.quality.documents"],
        cwd=ROOT,
        env=khue_environment(home),
        check=True,
        capture_output=True,
    )
    documents, labels = json.loads(done.stdout)
    return Corpus(home / "index" / "public", documents, labels, pack)


def _gather(
    said: list[str], values: Document, fields: Mapping[str, Field], context: Context
) -> None:
    for name, field in fields.items():
        if field.visibility != "public" or name not in values:
            continue
        value = values[name]
        for item in value if isinstance(value, list) else [value]:
            if field.kind == "statement":
                _gather(said, item, {one.name: one for one in field.fields}, context)
            else:
                said += kind_of(field).flatten(item, field, context).texts
