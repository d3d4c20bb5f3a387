"""Our own tables of words and figures, kept as YAML beside the code that uses them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import yaml

# libyaml, where PyYAML was built with it, is ten times as fast; both build plain values only.
parse_yaml = partial(yaml.load, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
"""The plain value of a YAML text. Raises `yaml.YAMLError`."""


def read_table(beside: str, name: str) -> Any:
    """The value of a YAML file that stands beside a module; `beside` is the module's `__file__`."""
    return parse_yaml(Path(beside).with_name(name).read_text(encoding="utf-8"))
