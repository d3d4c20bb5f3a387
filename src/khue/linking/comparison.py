"""Whether two entries of one block may be one thing: a score, a level, and reasons.

The score begins with the names (100: the same) and is moved by where the two lie and how others
number them. The weights are set by hand, so that each level follows from reasons that can be said;
a same name in one unit is likely, and nothing that rests on folding alone is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from math import cos, hypot, radians
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

from khue.lib.tables import read_table
from khue.linking.entries import Entry, Facts, Pairs, Point
from khue.linking.names import Name, name_of

Level = Literal["likely", "possible"]

LIKELY, POSSIBLE = 90, 70

# Points of the score. A name: the same, but for generic words, with them on one side only, with
# another spelling of its syllables, without its marks on one side.
_SAME, _SAME_BUT_HEAD, _ONE_HEAD, _SPELLING, _UNMARKED = 100, 97, 85, 85, 85
_SHARED_UNIT, _WITHIN, _PLACE_UNKNOWN = -5, -11, -12
_NUMBER_SAME, _NUMBER_OTHER = 15, -18
_NEAR, _FAR = 10, -30
_APART = -100  # whatever else agrees

_NEAR_M, _FAR_M = 100, 2_000
_METRES_PER_DEGREE = 111_320  # of latitude, WGS 84

# Hỏi and ngã sound alike in much of the country and are confused in writing; i and y are two
# spellings of one sound (Bộ Giáo dục, Quyết định 240/QĐ of 5/3/1984).
_ONE_SOUND = str.maketrans("ˇy", "ˀi")


class Suggestion(NamedTuple):
    """That a record may be the same as `other`: how likely, the score (0 to 100), and why."""

    other: str
    score: int
    codes: tuple[str, ...]

    @property
    def level(self) -> Level:
        """*likely*: someone should look; *possible*: the same things have been written so."""
        return "likely" if self.score >= LIKELY else "possible"

    @property
    def reasons(self) -> tuple[dict[str, str], ...]:
        """Why, each reason as `{"vi", "en"}`."""
        return tuple(dict(_texts()[code]) for code in self.codes)


Verdict = tuple[int, tuple[str, ...]]
"""The score of a pair, and the codes of its reasons (see `reasons.yaml`)."""


class Form:
    """What many entries of a list have in common: their name, units and facts. One form is equal
    to itself alone, so that what two of them make is worked out once."""

    __slots__ = ("facts", "name", "units")

    def __init__(self, name: Name, units: tuple[str, ...], facts: Facts) -> None:
        self.name, self.units, self.facts = name, units, facts


def form_of(entry: Entry) -> Form:
    """The form of an entry."""
    return Form(name_of(entry.exact), entry.units, entry.facts)


def compare(one: Entry, other: Entry) -> Verdict:
    """The score of two entries of one block, and why. It is 0 where a fact tells them apart."""
    return moved(compare_forms(form_of(one), form_of(other)), one, other)


@lru_cache(maxsize=20_000)
def compare_forms(one: Form, other: Form) -> Verdict:
    """What `compare` begins with, before the numbers and points of the entries themselves."""
    if one.facts != other.facts and _are_apart(one.facts, other.facts):
        return _APART, ("facts_differ",)
    score, reason = compare_names(one.name, other.name)
    step, place = _places(one.units, other.units)
    return score + step, (reason, place)


def moved(forms: Verdict, one: Entry, other: Entry) -> Verdict:
    """What `compare` ends with: what the forms gave, moved by numbers and points."""
    numbers = _numbers(one.numbers, other.numbers) if one.numbers and other.numbers else ""
    points = _points(one.point, other.point) if one.point and other.point else ""
    return _sum(forms, numbers, points) if numbers or points else _sum(forms)


LEAST = POSSIBLE - _NUMBER_SAME - _NEAR
"""The score that two forms need for any two of their entries to be suggested."""

_STEPS = {
    "number_same": _NUMBER_SAME,
    "numbers_differ": _NUMBER_OTHER,
    "points_near": _NEAR,
    "points_far": _FAR,
}


@lru_cache(maxsize=10_000)
def _sum(forms: Verdict, *codes: str) -> Verdict:
    score, reasons = forms
    found = tuple([code for code in codes if code])
    score += sum([_STEPS[code] for code in found])
    return max(0, min(100, score)), reasons + found


def _are_apart(one: Facts, other: Facts) -> bool:
    return any(a and b and not set(a) & set(b) for a, b in zip(one, other, strict=True))


def compare_names(one: Name, other: Name) -> tuple[int, str]:
    """How much two names of one block are one name, and why."""
    if one.exact == other.exact:
        return _SAME, "name_same"
    if one.said and other.said and one.said != other.said:
        return 0, "head_differs"
    if one.core == other.core:
        if one.head == other.head:
            return _SAME_BUT_HEAD, "name_same_but_head"
        return _ONE_HEAD, "head_on_one_side"
    if not (one.marked and other.marked):
        return _UNMARKED, "name_unmarked"
    if one.core.translate(_ONE_SOUND) == other.core.translate(_ONE_SOUND):
        return _SPELLING, "name_spelling"
    return _likeness(one.core, other.core), "name_similar"


@lru_cache(maxsize=50_000)
def _likeness(one: str, other: str) -> int:
    """The score of two names that were both typed with their marks and differ in them: by letters
    *hạ* and *hà* are nearly one word, by syllables they are two."""
    letters = Indel.normalized_similarity(one, other)
    syllables = Indel.normalized_similarity(one.split(" "), other.split(" "))
    return int(_SPELLING * min(letters, syllables))


def _places(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[int, str]:
    if not one or not other:
        return _PLACE_UNKNOWN, "place_unknown"
    if one == other:
        return 0, "place_same"
    if not set(one).isdisjoint(other):
        return _SHARED_UNIT, "place_shared"
    return _WITHIN, "place_within"


def _numbers(one: Pairs, other: Pairs) -> str:
    """Whether someone numbers both: as one, or apart."""
    codes = ""
    for scheme, number in one:
        for its_scheme, its_number in other:
            if its_scheme == scheme:
                if its_number == number:
                    return "number_same"
                codes = "numbers_differ"
    return codes


def _points(one: Point, other: Point) -> str:
    (lat, lon, within), (lat2, lon2, within2) = one, other
    metres = _METRES_PER_DEGREE * hypot(lat - lat2, (lon - lon2) * cos(radians(lat)))
    if metres <= max(_NEAR_M, within + within2):
        return "points_near"
    return "points_far" if metres > _FAR_M + within + within2 else ""


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    loaded: dict[str, dict[str, str]] = read_table(__file__, "reasons.yaml")
    return loaded
