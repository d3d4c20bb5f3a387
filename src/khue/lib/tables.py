"""Values of YAML files: our own tables of words and figures, and the files that people write."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from pathlib import Path
from typing import Any

import yaml


class RepeatedKey(yaml.MarkedYAMLError):
    """A mapping that states a key twice. YAML forbids that, and PyYAML takes the later one in
    silence. `line` is that of the second one and `first` that of the first, both from 1."""

    def __init__(self, key: object, first: yaml.Node, second: yaml.Node) -> None:
        self.key = str(key)
        self.first: int = first.start_mark.line + 1
        self.line: int = second.start_mark.line + 1
        problem = f"the key {self.key!r} is there already, in line {self.first}"
        super().__init__(problem=problem, problem_mark=second.start_mark)


# libyaml, where PyYAML was built with it, is ten times as fast; both build plain values only.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        value: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(value) < len(node.value):
            self._refuse_repeated(node)
        return value

    def _refuse_repeated(self, mapping: yaml.MappingNode) -> None:
        seen: dict[Hashable, yaml.Node] = {}
        for node, _ in mapping.value:
            # What `<<` brought in stands elsewhere, and gives way to what is written here.
            if mapping.start_mark.index <= node.start_mark.index < mapping.end_mark.index:
                key = self.construct_object(node, deep=True)
                if seen.setdefault(key, node) is not node:
                    raise RepeatedKey(key, seen[key], node)


parse_yaml = partial(yaml.load, Loader=_Loader)
"""The plain value of a YAML text. Raises `yaml.YAMLError`, of which `RepeatedKey` is one."""


def read_table(beside: str, name: str) -> Any:
    """The value of a YAML file that stands beside a module; `beside` is the module's `__file__`."""
    return parse_yaml(Path(beside).with_name(name).read_text(encoding="utf-8"))
