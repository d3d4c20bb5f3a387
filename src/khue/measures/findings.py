"""Findings about figures, with their arithmetic, in both languages.

Unlike a finding of `model`, which concerns one value of one file, such a finding concerns figures
of the registry: which indicator, where, when and which records. Texts stand in `findings.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from typing import Any, Literal

from khue.lib.dates import parse_edtf
from khue.lib.numbers import PERCENT_SIGN, Lang, measured, show_number
from khue.lib.tables import read_table
from khue.measures.figures import PERCENT, Observation, Text
from khue.model.values.date_show import show_date

Severity = Literal["error", "warning", "note", "confirmed"]

LANGUAGES: tuple[str, ...] = ("vi", "en")

POINT = {"vi": ",", "en": "."}

MOST_DECIMALS = 6

TEN = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says of figures: `code` is a key of `findings.yaml`; `values` fill its texts;
    `arithmetic` shows the sum, in both languages; `observations` are the records, sorted."""

    code: str
    indicator: str
    place: str
    period: str
    observations: tuple[str, ...]
    arithmetic: Text = field(default_factory=dict, hash=False)
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def severity(self) -> Severity:
        """error, warning, note, or confirmed for a check that holds."""
        severity: Severity = catalogue()[self.code]["severity"]
        return severity

    @property
    def message(self) -> dict[str, str]:
        """What was found, in both languages."""
        return _filled(self.code, self.values)

    @property
    def mend(self) -> dict[str, str]:
        """What would put it right, in both languages."""
        return _filled(self.code, self.values, "mend_")

    def to_json(self) -> dict[str, Any]:
        """The finding as `khue measure check --json` promises it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "indicator": self.indicator,
            "place": self.place or None,
            "period": self.period or None,
            "message": self.message,
            "mend": self.mend,
            "arithmetic": dict(self.arithmetic),
            "observations": list(self.observations),
        }


def finding(
    code: str,
    about: Observation,
    others: Iterable[Observation] = (),
    arithmetic: Text | None = None,
    **values: Any,
) -> Finding:
    """A finding of a known code about one figure and others; of a former unit, at the present one
    to which it leads. Raises `KeyError` for a code that
    `findings.yaml` lacks."""
    said = {
        "name": name_of(about),
        "place_of": _place_of(about),
        "period_of": piece("piece.period", period=shown_period(about.period))
        if about.period
        else {"vi": "", "en": ""},
        **values,
    }
    if code not in catalogue():
        raise KeyError(code)
    return Finding(
        code,
        about.known_as,
        about.present or about.place,
        about.period,
        tuple(sorted({about.id, *(one.id for one in others)})),
        arithmetic or {},
        said,
    )


@cache
def catalogue() -> Mapping[str, Any]:
    """All texts of findings, and the pieces that they are made of."""
    loaded: Mapping[str, Any] = read_table(__file__, "findings.yaml")
    return loaded


def piece(code: str, **values: Any) -> dict[str, str]:
    """A piece of a sentence in both languages."""
    return _filled(code, values)


def name_of(one: Observation) -> dict[str, str]:
    """The indicator as the source names it, in both languages."""
    vi, en = one.name.get("vi"), one.name.get("en")
    return {"vi": vi or en or one.indicator, "en": en or vi or one.indicator}


def shown(value: Fraction, decimals: int | None = None) -> dict[str, str]:
    """A number in both languages; with `decimals`, rounded half up to so many and written so, else
    with as many as it needs, up to six."""
    places = MOST_DECIMALS if decimals is None else decimals
    whole, rest = divmod(abs(round_half_up(value, places) * 10**places).numerator, 10**places)
    tail = f"{rest:0{places}d}" if places else ""
    if decimals is None:
        tail = tail.rstrip("0")
    sign = "−" if value < 0 and (whole or rest) else ""
    written = {lang: sign + show_number(whole, _lang(lang)) for lang in LANGUAGES}
    return {lang: text + (POINT[lang] + tail if tail else "") for lang, text in written.items()}


def shown_computed(value: float) -> dict[str, str]:
    """A number that was computed, with as many decimals as are told of it."""
    return shown(Fraction(repr(value)), decimals_of(value))


def decimals_of(value: float | Fraction) -> int:
    """How many decimals are told of what was computed: none of a count, one of a share, two below
    ten."""
    exact = Fraction(value)
    return 0 if exact.denominator == 1 else 1 if abs(exact) >= TEN else 2


def _lang(lang: str) -> Lang:
    return "en" if lang == "en" else "vi"


def round_half_up(value: Fraction, decimals: int) -> Fraction:
    """The value rounded to so many decimals, a half away from zero."""
    scale = 10**decimals
    up = (abs(value) * scale + Fraction(1, 2)) // 1
    return Fraction(up if value >= 0 else -up, scale)


def shown_value(one: Observation) -> dict[str, str]:
    """The value of a figure as stated, with its certainty: gần 1.793."""
    code = f"precision.{one.precision}"
    value = shown(one.amount, one.decimals) if one.decimals else shown(one.amount)
    return piece(code if code in catalogue() else "precision.exact", value=value)


def with_unit(one: Observation) -> dict[str, str]:
    """The value of a figure as stated, with its unit: gần 1.793 di sản."""
    return measured_as(one, shown_value(one))


def measured_as(one: Observation, number: Text) -> dict[str, str]:
    """A number with the unit of a figure."""
    sign = PERCENT_SIGN if one.unit == PERCENT else ""
    several, alone = one.unit_name, {**one.unit_name, **one.unit_one}
    return {
        lang: measured(said, (alone if _is_one(said) else several).get(lang, sign))
        for lang, said in number.items()
    }


def _is_one(said: str) -> bool:
    """Whether a written number is one: 1, +1, about 1."""
    return said.rpartition(" ")[2].lstrip("+−") == "1"


def shown_alike(figures: Iterable[Observation], always: bool = False) -> list[dict[str, str]]:
    """The values of figures as stated; where they are in several units (or `always`) each with its
    own, so that 95 million and 90 billion are not read as 95 and 90."""
    listed = list(figures)
    several = always or len({one.unit for one in listed}) > 1
    return [with_unit(one) if several else shown_value(one) for one in listed]


def in_unit_of(one: Observation, other: Observation) -> Observation:
    """A figure in the unit of another of its measure."""
    if one.unit == other.unit:
        return one
    value = one.base / other.factor
    return replace(
        one,
        value=value,
        decimals=0,
        unit=other.unit,
        unit_name=other.unit_name,
        unit_one=other.unit_one,
    )


def value_at(one: Observation) -> dict[str, str]:
    """The value of a figure with its period: 5.922 (12/2024)."""
    if not one.period:
        return with_unit(one)
    return piece("piece.at", value=with_unit(one), period=shown_period(one.period))


def value_stood(one: Observation) -> dict[str, str]:
    """The value of a figure with its period and its status: 4.04% (2022, estimate)."""
    known = f"piece.status.{one.status}"
    status = piece(known if known in catalogue() else "piece.status.unstated")
    when = [shown_period(one.period)] if one.period else []
    return piece("piece.at", value=with_unit(one), period=joined((*when, status), ", "))


def value_told(one: Observation) -> dict[str, str]:
    """The value of a figure with who tells it."""
    if not one.source:
        return with_unit(one)
    return piece("piece.told", value=with_unit(one), told=one.source)


def joined(texts: Iterable[Text], separator: str = "; ") -> dict[str, str]:
    """Texts in both languages, one after the other."""
    listed = list(texts)
    return {lang: separator.join(text[lang] for text in listed) for lang in LANGUAGES}


def unit_names(figures: Iterable[Observation]) -> dict[str, str]:
    """The units that figures are counted in, each once, in both languages."""
    named = {one.unit: one.unit_name or {"vi": one.unit, "en": one.unit} for one in figures}
    return joined(named[unit] for unit in sorted(named))


def dimension_name(dimension: str) -> dict[str, str]:
    """What a breakdown goes by, in both languages; an unknown one by its code."""
    code = f"dimension.{dimension}"
    return piece(code) if code in catalogue() else {"vi": dimension, "en": dimension}


def shown_period(text: str) -> dict[str, str]:
    """An EDTF period for people, in both languages; as it stands where it is none."""
    try:
        edtf = parse_edtf(text)
    except ValueError:
        return {"vi": text, "en": text}
    return {lang: show_date(edtf, lang) for lang in LANGUAGES}


def _place_of(one: Observation) -> dict[str, str]:
    stated = one.place_stated or one.place
    if not stated:
        return {"vi": "", "en": ""}
    vi, en = one.place_name.get("vi") or stated, one.place_name.get("en")
    return piece("piece.place", place={"vi": vi, "en": en or vi})


def _filled(code: str, values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    entry = catalogue()[code]
    return {
        lang: str(entry[prefix + lang]).format_map(
            {
                key: value[lang] if isinstance(value, Mapping) else value
                for key, value in values.items()
            }
        )
        for lang in LANGUAGES
    }
