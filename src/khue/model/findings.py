"""Findings: problems with values, said in both languages with how to mend them.

A finding never stops anything by itself. `error` means that the row cannot become a record,
`warning` that a value was not understood (its stated text is kept), `note` that it was understood
in a way worth telling. The texts live in `findings.yaml`, one entry per code.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from khue.lib.tables import read_table

Level = Literal["error", "warning", "note"]


class Finding(NamedTuple):
    """One problem: where (`sheet`, 1-based `row`, `column` heading), what, why, and the mend.

    `code` is a key of `findings.yaml`; `values` fill the placeholders of its texts; `value` is the
    stated text; `field` the path in the record, e.g. `designations.date`, or of a finding about an
    indicator its key. `cells` is how many cells it is of, which is told at the first of them.
    """

    code: str
    level: Level
    values: Mapping[str, Any] = {}
    field: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    cells: int = 1

    @property
    def message(self) -> dict[str, str]:
        """What is wrong and why, as `{"vi": ..., "en": ...}`."""
        told = self._text("")
        if self.cells == 1:
            return told
        around = _words()["cells"]
        return {
            lang: around[lang].format(message=told[lang], cells=self.cells) for lang in ("vi", "en")
        }

    @property
    def mend(self) -> dict[str, str]:
        """What would put it right, as `{"vi": ..., "en": ...}`."""
        return self._text("mend_")

    def _text(self, prefix: str) -> dict[str, str]:
        entry = catalogue()[self.code]
        values = {"value": self.value, "field": self.field, "column": self.column, **self.values}
        return {
            lang: str(entry[prefix + lang]).format_map(_chosen(values, lang))
            for lang in ("vi", "en")
        }

    def at(self, *, sheet: str = "", row: int | None = None, column: str = "") -> Finding:
        """The same finding with its place in a file filled in."""
        return Finding(
            *(self.code, self.level, self.values, self.field, sheet or self.sheet),
            *(self.row if row is None else row, column or self.column, self.value, self.cells),
        )

    def to_json(self) -> dict[str, Any]:
        """The finding as the interface of `khue import --json` promises it."""
        return {
            "level": self.level,
            "code": self.code,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "field": self.field,
            "value": self.value,
            "cells": self.cells,
            "message": self.message,
            "mend": self.mend,
        }


def finding(code: str, *, value: str = "", field: str = "", **values: Any) -> Finding:
    """A finding of a known `code`. Raises `KeyError` for a code that `findings.yaml` lacks."""
    return Finding(code, catalogue()[code]["level"], values, field, value=value)


@cache
def catalogue() -> dict[str, Any]:
    """All finding texts: code to level, vi, en, mend_vi, mend_en."""
    loaded: dict[str, Any] = read_table(__file__, "findings.yaml")
    return loaded


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    loaded: Mapping[str, Mapping[str, str]] = read_table(__file__, "findings_words.yaml")
    return loaded


def _chosen(values: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Placeholder values in one language: a `{"vi","en"}` pair gives its member."""
    return {
        key: (value.get(lang) or next(iter(value.values()), ""))
        if isinstance(value, dict)
        else value
        for key, value in values.items()
    }
