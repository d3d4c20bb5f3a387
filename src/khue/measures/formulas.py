"""Formulas of derived indicators: names of others, numbers, + - * / and brackets. Pure.

They are read with Python's own grammar, of which all else is refused: nothing is ever called.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

LONGEST = 1_000
"""Characters of a formula; deeper ones than fit in them are no formulas of an indicator."""

DEEPEST = 50

_BINARY: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class NotAFormula(ValueError):
    """A text that is no formula; says in English what is wrong with it."""


@lru_cache(500)
def names_in(formula: str) -> tuple[str, ...]:
    """The indicators that a formula names, sorted. Raises `NotAFormula`."""
    return tuple(
        sorted({node.id for node in ast.walk(_parse(formula)) if isinstance(node, ast.Name)})
    )


def evaluate(formula: str, terms: Mapping[str, float]) -> float | None:
    """What a formula gives, computed exactly and rounded once; None where a term is missing, where
    it divides by nothing and where the result is too large for a number. Raises `NotAFormula`."""
    exact = result_of(formula, terms)
    try:
        return None if exact is None else float(exact)
    except OverflowError:
        return None


def result_of(formula: str, terms: Mapping[str, float | Fraction]) -> Fraction | None:
    """What a formula gives, not rounded; None where a term is missing and where it divides by
    nothing. Raises `NotAFormula`."""
    try:
        return _value(_parse(formula), terms)
    except (KeyError, ZeroDivisionError, OverflowError):
        return None


@lru_cache(500)
def linear(formula: str) -> Mapping[str, Fraction] | None:
    """The factor of each name where a formula is a sum of multiples of them (all - men: 1 and -1),
    None where it is not. Raises `NotAFormula`."""
    found = _linear(_parse(formula))
    return None if found is None else {name: found[name] for name in found if name}


@lru_cache(500)
def _parse(formula: str) -> ast.expr:
    if len(formula) > LONGEST:
        raise NotAFormula(f"longer than {LONGEST} characters")
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotAFormula("not + - * / and brackets between names and numbers") from error
    _require_allowed(tree, DEEPEST)
    return tree


def _require_allowed(node: ast.expr, depth: int) -> None:
    if depth == 0:
        raise NotAFormula("too many brackets")
    match node:
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _BINARY:
            _require_allowed(left, depth - 1)
            _require_allowed(right, depth - 1)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _require_allowed(operand, depth - 1)
        case ast.Name():
            pass
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if not math.isfinite(value):
                raise NotAFormula("a number that is too large")
        case _:
            raise NotAFormula(f"{ast.unparse(node)[:80]} is not allowed")


def _linear(node: ast.expr) -> dict[str, Fraction] | None:
    """The same, with the constant under no name."""
    match node:
        case ast.UnaryOp(operand=operand):
            return _times(_linear(operand), Fraction(-1))
        case ast.BinOp(left=left, op=sign, right=right):
            return _joined(_linear(left), sign, _linear(right))
        case ast.Name(id=name):
            return {name: Fraction(1)}
    return {"": _value(node, {})}


def _joined(
    one: dict[str, Fraction] | None, sign: ast.operator, other: dict[str, Fraction] | None
) -> dict[str, Fraction] | None:
    if one is None or other is None:
        return None
    if isinstance(sign, ast.Add | ast.Sub):
        more = _times(other, Fraction(1 if isinstance(sign, ast.Add) else -1)) or {}
        return {name: one.get(name, Fraction(0)) + more.get(name, 0) for name in {**one, **more}}
    if isinstance(sign, ast.Mult):
        one, other = (other, one) if set(one) <= {""} else (one, other)
    if set(other) - {""}:
        return None
    by = other.get("", Fraction(0))
    if isinstance(sign, ast.Mult):
        return _times(one, by)
    return _times(one, 1 / by) if by else None


def _times(held: dict[str, Fraction] | None, factor: Fraction) -> dict[str, Fraction] | None:
    return None if held is None else {name: one * factor for name, one in held.items()}


def _value(node: ast.expr, terms: Mapping[str, float | Fraction]) -> Fraction:
    match node:
        case ast.BinOp(left=left, op=sign, right=right):
            return _BINARY[type(sign)](_value(left, terms), _value(right, terms))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, terms)
        case ast.Name(id=name):
            return Fraction(terms[name])
        case ast.Constant(value=value):
            # As it is written: 0.1 is a tenth.
            return Fraction(str(value))
    raise NotAFormula("a part that is not known")
