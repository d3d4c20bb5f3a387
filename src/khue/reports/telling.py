"""Saying what is frozen, in the language of the report: words, names, numbers, days, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

from khue.lib.dates import Day
from khue.lib.numbers import measured
from khue.lib.tables import read_table
from khue.measures.counts import SHOWN_DECIMALS
from khue.measures.documents import number
from khue.measures.figures import Observation, Target, Text
from khue.measures.findings import (
    catalogue,
    piece,
    round_half_up,
    shown,
    shown_period,
    shown_value,
    with_unit,
)
from khue.measures.values import ValueView
from khue.reports.freezing import Document, Frozen
from khue.reports.model import Content, Lang, Note, Run, Style

SPACE = Run(" ")


@dataclass(frozen=True)
class Teller:
    """What is frozen, and the language in which it is told."""

    frozen: Frozen
    lang: Lang

    def word(self, key: str, **values: Any) -> str:
        """A text of `words.yaml`. Raises `KeyError` for an unknown key."""
        return str(words()[key][self.lang]).format_map(values)

    def run(self, key: str, **values: Any) -> Run:
        """The same as a piece of text."""
        return Run(self.word(key, **values))

    def text(self, text: Text, style: Style = "plain") -> Run:
        """A text in the report's language, else in the other, marked as such."""
        other = "en" if self.lang == "vi" else "vi"
        if text.get(self.lang):
            return Run(_flat(text[self.lang]), style)
        return Run(_flat(text.get(other) or ""), style, lang=other)

    def sentence(self, text: Text) -> Run:
        """The same with a capital at its beginning and a full stop at its end."""
        said = self.text(text)
        told = said.text[:1].upper() + said.text[1:]
        return replace(said, text=told if told.endswith((".", "!", "?", "…")) else f"{told}.")

    def name(self, record: str, style: Style = "plain") -> Run:
        """What a record is called; empty where it is not public."""
        document = self.frozen.document(record)
        return self.text((document or {}).get("name") or {}, style)

    def names(self, records: Iterable[str]) -> Content:
        """What records are called, with commas between."""
        found = [one for one in map(self.name, records) if one.text]
        return tuple(
            piece for n, one in enumerate(found) for piece in ((Run(", "), one) if n else (one,))
        )

    def date(self, edtf: str) -> str:
        """An EDTF date or period for people."""
        return shown_period(edtf)[self.lang]

    def count(self, number: int) -> str:
        """A whole number for people."""
        return shown(Fraction(number))[self.lang]

    def day(self, day: Day) -> str:
        """A day for people."""
        return self.date(day.isoformat())

    def term(self, vocabulary: str, code: str) -> str:
        """A code of a vocabulary in words; the code itself where it is not in it."""
        label = self.frozen.terms.get(vocabulary, {}).get(code) or {}
        return label.get(self.lang) or label.get("vi") or code

    def place(self) -> str:
        """The unit that is reported on, as it stands within a sentence."""
        name = self.frozen.asked.name[self.lang]
        return name[:1].lower() + name[1:] if self.lang == "vi" else name

    def amount(self, value: Fraction, unit: str) -> str:
        """A number with its unit."""
        return measured(shown(value)[self.lang], self.term("measure_unit", unit) if unit else "")

    def figure(self, one: Observation) -> str:
        """A figure as stated, with its unit, its certainty, its period and its status."""
        value = with_unit(one)[self.lang] if one.unit else shown_value(one)[self.lang]
        about = [self.date(one.period)] if one.period else []
        key = f"status.{one.status or 'unstated'}"
        about.append(self.word(key if key in words() else "status.unstated"))
        return f"{value} ({', '.join(about)})"

    def level(self, target: Target, implied: Fraction | None) -> str:
        """What a target asks for."""
        if target.value is None:
            if implied is None:
                return self.word("target.none")
            return self.word("target.derived", value=self.amount(implied, target.unit))
        value = self.amount(target.value, target.unit)
        if target.value_to is not None:
            value = f"{shown(target.value)[self.lang]}–{self.amount(target.value_to, target.unit)}"
        code = f"precision.{target.precision}"
        value = piece(code if code in catalogue() else "precision.exact", value=value)[self.lang]
        key = f"target.{target.kind}"
        return self.word(key if key in words() else "target.level", value=value)

    def sources(self, document: Document | None) -> tuple[Note, ...]:
        """The footnote that says where a record has its statement from; none where nothing does."""
        if document is None:
            return ()
        runs: list[Run] = []
        for cited in document.get("citations") or ():
            runs += [SPACE, *self._cited(cited)] if runs else self._cited(cited)
        if who := document.get("reported_by_name"):
            runs += [SPACE, self.run("note.told_by", who=who)]
        if not runs:
            names = [str(one.get("name") or "") for one in document.get("sources") or ()]
            runs = [self.run("note.from", name=name) for name in names[:1] if name]
        return (Note(_begun(runs)),) if runs else ()

    def counted_as(self, one: ValueView, unit: str) -> str:
        """A value that was computed, and the day of it."""
        exact = number(one.value) or Fraction(0)
        whole = exact.denominator == 1
        value = self.amount(exact if whole else round_half_up(exact, SHOWN_DECIMALS), unit)
        return self.word("figure.counted", date=self.date(one.period), value=value)

    def counted(self, one: ValueView) -> Note:
        """The footnote of a value that was computed."""
        indicator = self.frozen.figures.indicators[one.indicator]
        records = "" if one.records is None else self.word("note.records", n=one.records)
        said = self.word(
            "note.computed",
            place=self.place(),
            method=indicator.method[self.lang],
            indicator=one.indicator,
            version=one.version[:12],
            position=one.position,
            records=records,
        )
        return Note((Run(said),))

    def _cited(self, cited: Mapping[str, str]) -> list[Run]:
        """Publisher, title, day: and the statement in the words of the source."""
        told = [_flat(cited.get("publisher") or "")]
        told += [self.word("note.title", title=_flat(cited["title"]))] if cited.get("title") else []
        told += [self.date(cited["date"])] if cited.get("date") else []
        title = ", ".join(filter(None, told))
        named = Run(title, lang=_language_of(title), href=cited.get("url") or "")
        if not cited.get("quote"):
            return [named, Run(".")]
        quoted = self.word("note.quote", quote=_flat(cited["quote"]))
        return [named, Run(": "), Run(quoted, "italic", lang=_language_of(cited["quote"]))]


@cache
def words() -> Mapping[str, Any]:
    """What reports say themselves, in both languages."""
    loaded: Mapping[str, Any] = read_table(__file__, "words.yaml")
    return loaded


def joined(parts: Iterable[Content], separator: str) -> Content:
    """Pieces of content, one after the other."""
    found: list[Run | Note] = []
    for part in parts:
        found += [Run(separator), *part] if found else part
    return tuple(found)


def _flat(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def _begun(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs as a sentence begins."""
    first = runs[0]
    return replace(first, text=first.text[:1].upper() + first.text[1:]), *runs[1:]


def _language_of(quote: str) -> str:
    """Vietnamese where a letter says so: what is read aloud must be read in its own language."""
    own = set("ăâđêôơưạảãàáằắẳẵặầấẩẫậẻẽẹềếểễệịỉĩọỏồốổỗộờớởỡợụủũừứửữựỳỵỷỹ")
    return "vi" if own & set(quote.lower()) else "en"
