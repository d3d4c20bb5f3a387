"""Formulas: what they give, and that nothing in them is ever called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.measures.formulas import NotAFormula, evaluate, names_in


def test_they_are_computed_exactly_and_rounded_once() -> None:
    assert evaluate("part / total * 100", {"part": 1186, "total": 1761}) == 1186 * 100 / 1761
    assert evaluate("0.1 + 0.2", {}) == 0.3
    assert evaluate("-(a - b) / 2", {"a": 1, "b": 4}) == 1.5
    assert names_in("a / (b + a)") == ("a", "b")


@pytest.mark.parametrize("terms", [{"a": 1}, {"a": 1, "b": 0}, {"a": 1e308, "b": 1e-300}])
def test_without_a_term_or_a_divisor_there_is_no_value(terms: dict[str, float]) -> None:
    assert evaluate("a / b", terms) is None


@pytest.mark.parametrize(
    "formula",
    [
        "", "a +", "__import__('os').system('x')", "a.b", "a[0]", "a ** 9 ** 9", "a if b else c",
        "lambda: 1", "[a]", "'text'", "True", "a < b", "a // b", "f(a)", "(a := 1)", "1e999",
        "(" * 80 + "a" + ")" * 80 + "+ a" * 400, "-" * 60 + "a", "a; b", "9" * 5000,
    ],
)  # fmt: skip
def test_all_else_is_refused(formula: str) -> None:
    with pytest.raises(NotAFormula):
        names_in(formula)


@given(st.text(max_size=60))
def test_no_text_does_anything_else(text: str) -> None:
    try:
        names = names_in(text)
    except NotAFormula:
        return
    assert evaluate(text, dict.fromkeys(names, 2.0)) is not False
