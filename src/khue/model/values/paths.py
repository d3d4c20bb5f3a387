"""What a path of a record is called and says, for people: `name.en`, `designations`, `place`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khue.model.values.base import Context

if TYPE_CHECKING:
    from khue.model.packs import Type

LANGUAGE_NAMES = {
    "vi": {"vi": "tiếng Việt", "en": "Vietnamese"},
    "en": {"vi": "tiếng Anh", "en": "English"},
}
ABSENT = "–"


def label_path(type_: Type, path: str) -> dict[str, str]:
    """The label of a path in both languages; the path itself where the pack has no field for it."""
    name, _, rest = path.partition(".")
    field = type_.fields.get(name)
    if field is None:
        return {"vi": path, "en": path}
    label = {lang: field.label.get(lang, path) for lang in ("vi", "en")}
    if rest not in LANGUAGE_NAMES:
        return label
    return {lang: f"{text} ({LANGUAGE_NAMES[rest][lang]})" for lang, text in label.items()}


def show_path(type_: Type, path: str, value: Any, lang: str, context: Context) -> str:
    """The value of a path in words, "–" where it is absent; plain text."""
    from khue.model.values import kind_of

    name, _, rest = path.partition(".")
    field = type_.fields.get(name)
    if value is None:
        return ABSENT
    if field is None or (rest and isinstance(value, str)):
        return str(value)
    items = value if isinstance(value, list) else [value]
    return "; ".join(kind_of(field).show(item, lang, field, context) for item in items)
