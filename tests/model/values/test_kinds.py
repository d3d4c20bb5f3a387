"""Laws that hold for every kind, whatever a file says."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from khue.model.fields import Field
from khue.model.findings import Level, catalogue
from khue.model.values import KINDS, Context, kind_of
from khue.model.values.base import Flat

from .conftest import make_field

FIELDS = {
    "quantity": {"unit": "m2"},
    "code": {"vocabulary": "relic_kind"},
    "identifier": {"path": "identifiers.wikidata"},
}
NASTY = (
    '=HYPERLINK("http://example.invalid","x")',
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{why} {0} {value!r} %s",
    "\x00\ud800\U0010ffff",
    "9" * 5000,
    "[" * 150,
    "1" + "?" * 150,
    "~ " * 80,
    "٣/٤/١٩٦٢",
    "²",
    "1e999",
    "Ⅻ",
)


def some_field(name: str) -> Field:
    """A field of a kind, with what it needs."""
    return make_field(name, **FIELDS.get(name, {}))


@pytest.mark.parametrize("name", KINDS)
def test_a_field_finds_its_kind(name: str) -> None:
    assert kind_of(some_field(name)).name == name


@pytest.mark.parametrize("name", KINDS)
@given(stated=st.text(max_size=60))
@example(stated=NASTY[0])
@example(stated=NASTY[1])
@example(stated=NASTY[2])
def test_no_text_makes_a_kind_raise(name: str, stated: str, context: Context) -> None:
    follow(name, stated, context)


@pytest.mark.parametrize("stated", NASTY)
@pytest.mark.parametrize("name", KINDS)
def test_no_nasty_text_makes_a_kind_raise(name: str, stated: str, context: Context) -> None:
    follow(name, stated, context)


@pytest.mark.parametrize("name", ["edtf", "quantity", "point", "citation", "number"])
@given(
    stated=st.from_regex(
        r"[0-9]{1,4}[ .,;:/°'\"\-–~?QĐNXVI]{1,3}[0-9]{1,4}[a-zđA-Z%²/.\- ]{0,6}", fullmatch=True
    )
)
def test_no_text_that_almost_fits_makes_a_kind_raise(
    name: str, stated: str, context: Context
) -> None:
    follow(name, stated, context)


def follow(name: str, stated: str, context: Context) -> None:
    """Read a text and go through all that is done with what was read."""
    kind, field = KINDS[name], some_field(name)
    reading = kind.read(stated, field, context)
    for found in reading.findings:
        assert found.level in get_args(Level)
        assert found.field == field.path
        assert all(found.message[lang] and found.mend[lang] for lang in ("vi", "en"))
        json.dumps(found.to_json())
    if reading.value is None:
        return
    json.dumps(reading.value)
    # A value that was read is sound: checking it again finds nothing but notes.
    assert all(found.level == "note" for found in kind.check(reading.value, field, context))
    assert all(isinstance(kind.show(reading.value, lang, field, context), str) for lang in LANGS)
    assert_flat(kind.flatten(reading.value, field, context))


def assert_flat(flat: Flat) -> None:
    assert all(isinstance(text, str) for text in (*flat.texts, *flat.codes, *flat.columns))
    plain = (str, int, float, type(None))
    assert all(isinstance(value, plain) for value in flat.columns.values())


LANGS = ("vi", "en")


def test_missing_words_are_no_values(context: Context) -> None:
    for name in set(KINDS) - {"boolean", "statement"}:
        for word in ("-", "—", "?", "chưa rõ", "N/A", "chua xac dinh", "..."):
            reading: Any = KINDS[name].read(word, some_field(name), context)
            assert (reading.value, [f.code for f in reading.findings]) == (None, ["value_missing"])


def test_what_is_the_same_as_above_is_no_value_and_not_missing_either(context: Context) -> None:
    for name in set(KINDS) - {"boolean", "statement"}:
        for word in ("nt", "-nt-", "-//-", "//", '"', "”", "(như trên)", "NT"):
            reading: Any = KINDS[name].read(word, some_field(name), context)
            assert (reading.value, [f.code for f in reading.findings]) == (None, ["value_ditto"])
    # Nor does it say that something is open to the public.
    (told,) = KINDS["boolean"].read("-//-", some_field("boolean"), context).findings
    assert told.code == "boolean_unreadable"


def test_every_finding_of_the_kinds_says_what_and_how_in_both_languages() -> None:
    for code, entry in catalogue().items():
        assert {"level", "vi", "en", "mend_vi", "mend_en"} <= set(entry), code
