"""Whole results as files: what the public sees of records, in a format of `publish`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from khue import publish
from khue.lib.chunks import chunked
from khue.model.packs import Type
from khue.model.rights import PUBLIC
from khue.pipeline.exporting import CHUNK, Labels
from khue.pipeline.house import House
from khue.registry import queries


class Publication:
    """A file of records, made while it is iterated over, once. `records` is how many it holds so
    far: those among the identifiers that everyone may see at the moment when they are written."""

    def __init__(
        self,
        house: House,
        identifiers: Iterable[str],
        format_: publish.Format,
        *,
        type_: Type | None = None,
        lang: Literal["vi", "en"] = "vi",
        address: str = "/id/",
    ) -> None:
        """`type_` is the one type of all records, if they have one; for `lang` and `address` see
        `publish.Edition`."""
        self.records = 0
        self._identifiers, self._format = identifiers, format_
        self._labels = Labels(house, PUBLIC)
        context = replace(house.context(), label_of=self._labels.of)
        self._edition = publish.Edition(context, type_, lang, address)

    def __iter__(self) -> Iterator[bytes]:
        return self._format.write(self._documents(), self._edition)

    def _documents(self) -> Iterator[Mapping[str, Any]]:
        for names in chunked(self._identifiers, CHUNK):
            documents = [one for one in queries.public_documents(names).values() if one is not None]
            if self._format.names_others:
                self._labels.learn(documents)
            for document in documents:
                self.records += 1
                yield document
