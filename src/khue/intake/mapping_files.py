"""Mapping files: what the columns of a source mean, as YAML that a person can read and mend.

```yaml
columns:                          # heading, or path in nested JSON, to column path
  Ký hiệu sổ: identifiers.inventory
  contributors[0].fc: makers.name
  Loại: other                     # kept as it is, for staff
constants:                        # what every row says without a column
  place: Hà Nội
units:                            # of cells that give none
  Chiều cao: mm
key: [name.vi]                    # columns that make a row the same row
skip: [Đã kiểm]                   # headings that are left out; a star at the end stands for any
```
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from khue.intake.paths import is_path
from khue.lib.tables import RepeatedKey, parse_yaml
from khue.lib.vietnamese import display, exact
from khue.model.errors import WrongUse, reason_of
from khue.model.packs import Type

DEFAULT_KEY = ("name.vi", "place")

DATED_KEY = ("subject", "policy", "breakdowns.part", "period", "due", "status")
"""What belongs to the key as well where a record is a value: of what, of which part, for when."""

OTHER = "other"
"""In place of a column path: the column is kept as it is, whatever its heading is like."""

KEYS = ("columns", "constants", "units", "key", "skip")


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says: headings to column paths, paths in nested JSON to column paths,
    values of all rows by column path, units of cells that give none by heading, key columns,
    headings to leave out (`skip`; `skip_from` are their beginnings)."""

    columns: dict[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = DEFAULT_KEY
    skip: frozenset[str] = frozenset()
    paths: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    skip_from: tuple[str, ...] = ()

    def skips(self, heading: str) -> bool:
        """Whether a heading, as written, is left out."""
        return exact(heading) in self.skip or any(heading.startswith(one) for one in self.skip_from)

    @property
    def targets(self) -> set[str]:
        """All column paths that it fills."""
        return {*self.columns.values(), *self.paths.values(), *self.constants}


def default_key(type_: Type) -> tuple[str, ...]:
    """The key columns of a type where no mapping names any: name and place, and of a type whose
    records are values (observations, targets) what makes two values of one measure two records."""
    if type_.field("value") is None:
        return DEFAULT_KEY
    return (*DEFAULT_KEY, *(path for path in DATED_KEY if type_.field(path) is not None))


def load_mapping(path: Path) -> Mapping:
    """The mapping of a mapping file. Raises `WrongUse` if it is not one."""
    return mapping_of(read_mapping_file(path))


def mapping_of(said: dict[str, Any]) -> Mapping:
    """The mapping that `read_mapping_file` has read."""
    columns = said.get("columns", {})
    skip = said.get("skip", ())
    return Mapping(
        # A spreadsheet may well have a heading such as *Diện tích [1]*, so a path is both.
        columns={exact(heading): target for heading, target in columns.items()},
        paths={heading: target for heading, target in columns.items() if is_path(heading)},
        constants=dict(said.get("constants", {})),
        units={exact(heading): unit for heading, unit in said.get("units", {}).items()},
        key=tuple(said.get("key", DEFAULT_KEY)),
        skip=frozenset(exact(heading) for heading in skip if not heading.endswith("*")),
        skip_from=tuple(heading[:-1] for heading in skip if heading.endswith("*")),
    )


def read_mapping_file(path: Path) -> dict[str, Any]:
    """What a mapping file (YAML) says, in texts: `{"columns": {heading: path}, "constants":
    {path: text}, "units": {heading: unit}, "key": [path], "skip": [heading]}`, without what it
    leaves out. Raises `WrongUse` if it is not one."""
    try:
        raw: Any = parse_yaml(path.read_text(encoding="utf-8"))
    except RepeatedKey as error:
        raise _repeated(path, error) from error
    except OSError as error:
        raise _bad_mapping(path, **reason_of(error)) from error
    except UnicodeDecodeError as error:
        raise _bad_mapping(path, "không phải UTF-8", "it is not UTF-8") from error
    except yaml.YAMLError as error:
        raise _bad_mapping(path, str(error)) from error
    if not isinstance(raw, dict) or not raw.keys() <= set(KEYS):
        raise _bad_mapping(path, ", ".join(KEYS))
    columns, constants = raw.get("columns") or {}, raw.get("constants") or {}
    key, skip = raw.get("key"), raw.get("skip") or []
    if not isinstance(columns, dict) or not isinstance(skip, list):
        raise _bad_mapping(path, "columns: {heading: path}, skip: [heading]")
    units = raw.get("units") or {}
    if not isinstance(constants, dict) or not isinstance(units, dict):
        raise _bad_mapping(path, "constants: {path: text}, units: {heading: unit}")
    if key is not None and not (isinstance(key, list) and key):
        raise _bad_mapping(path, "key: [path]")
    said: dict[str, Any] = {
        "columns": {str(heading): str(target) for heading, target in columns.items()},
        "constants": {str(target): str(text).strip() for target, text in constants.items()},
        "units": {str(heading): str(unit).strip() for heading, unit in units.items()},
        "key": [str(one) for one in key or ()],
        "skip": [str(heading) for heading in skip],
    }
    return {name: value for name, value in said.items() if value}


def write_mapping(
    columns: Sequence[tuple[str, str, str]],
    *,
    constants: dict[str, str],
    units: dict[str, str],
    key: Sequence[str],
    skip: Sequence[str],
    unused: Sequence[str],
) -> str:
    """A mapping file that says what was understood. `columns` are heading, column path and a remark
    on how that was decided; `unused` are headings that no field takes. Raises nothing; the file
    reads back as the same mapping."""
    lines = []
    if columns:
        lines.append("columns:")
        lines += [f"  {_scalar(one)}: {_scalar(path)}{_remark(why)}" for one, path, why in columns]
    lines += [f"  # {display(one)}: ?" for one in unused]
    if constants:
        lines.append("constants:")
        lines += [f"  {_scalar(path)}: {_scalar(text)}" for path, text in constants.items()]
    if units:
        lines.append("units:")
        lines += [f"  {_scalar(heading)}: {_scalar(unit)}" for heading, unit in units.items()]
    if key:
        lines.append(f"key: [{', '.join(_scalar(one) for one in key)}]")
    if skip:
        lines += ["skip:", *(f"  - {_scalar(one)}" for one in skip)]
    return "\n".join(lines or ["{}"]) + "\n"


def _scalar(text: str) -> str:
    """A text as YAML on one line: as it is where it can be, else quoted."""
    if text.isprintable():
        plain: str = yaml.safe_dump(text, allow_unicode=True, width=10**9)
        plain = plain.removesuffix("...\n").rstrip("\n")
        if plain and "\n" not in plain and "," not in plain:
            return plain
    escaped = {'"': '\\"', "\\": "\\\\"}
    letters = (
        escaped.get(one) or (one if one.isprintable() else f"\\U{ord(one):08x}") for one in text
    )
    return f'"{"".join(letters)}"'


def _remark(text: str) -> str:
    return f"  # {display(text)}" if text else ""


def _repeated(path: Path, error: RepeatedKey) -> WrongUse:
    return WrongUse(
        f"Tệp ánh xạ {path}, dòng {error.line}: «{error.key}» đã có ở dòng {error.first}.",
        f"The mapping file {path}, line {error.line}: '{error.key}' is there already, in line"
        f" {error.first}.",
        mend_vi="Giữ một trong hai dòng, rồi nhập lại.",
        mend_en="Keep one of the two lines and import again.",
    )


def _bad_mapping(path: Path, vi: str, en: str = "") -> WrongUse:
    return WrongUse(
        f"Tệp ánh xạ {path} không đọc được: {vi}.",
        f"The mapping file {path} cannot be read: {en or vi}.",
        mend_vi="Xem mẫu trong docs/guide/import.md.",
        mend_en="docs/guide/import.md has an example.",
    )
