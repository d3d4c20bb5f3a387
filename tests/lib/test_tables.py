"""YAML as people write it: a key that is stated twice is never decided in silence."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from khue.lib.tables import RepeatedKey, parse_yaml

VALUES = st.recursive(
    st.integers() | st.text("abcđ ", min_size=1) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcđ"), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_what_states_each_key_once_reads_as_ever(value: object) -> None:
    assert parse_yaml(yaml.safe_dump(value, allow_unicode=True)) == value


@pytest.mark.parametrize(
    ("text", "key", "first", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "a", 1, 3),
        ("a: 1\n'a': 2\n", "a", 1, 2),
        ("x:\n  - {k: 1}\n  - {k: 1,\n     k: 2}\n", "k", 3, 4),
        ("có: 1\nkhông: 2\ncó: 3\n", "có", 1, 3),
        ("yes: 1\ntrue: 2\n", "True", 1, 2),
        ("base: &b {a: 1}\nx:\n  <<: *b\n  a: 2\n  a: 3\n", "a", 4, 5),
    ],
)
def test_a_key_stated_twice_is_refused_with_both_lines(
    text: str, key: str, first: int, line: int
) -> None:
    with pytest.raises(RepeatedKey) as told:
        parse_yaml(text)
    assert (told.value.key, told.value.first, told.value.line) == (key, first, line)


def test_what_is_written_beside_a_merge_is_no_repetition() -> None:
    text = "base: &b {a: 1, c: 1}\nx: &x\n  <<: *b\n  a: 2\ny: {deep: {<<: *x, a: 3}}\n"
    assert parse_yaml(text)["x"] == {"a": 2, "c": 1}
    assert parse_yaml(text)["y"] == {"deep": {"a": 3, "c": 1}}
