"""Annotations of LinkML elements: texts in two languages and lists written with ` | `."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def notes_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """The annotations of an element as plain text by tag, in either of LinkML's two notations."""
    notes = raw.get("annotations") or {}
    if not isinstance(notes, Mapping):
        return {}
    return {str(tag): _plain(value) for tag, value in notes.items() if value is not None}


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("value", "")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip()


def in_both(notes: Mapping[str, str], tag: str) -> dict[str, str]:
    """`{"vi": ..., "en": ...}` from `<tag>_vi` and `<tag>_en`; a missing language is left out."""
    return {lang: notes[f"{tag}_{lang}"] for lang in ("vi", "en") if notes.get(f"{tag}_{lang}")}


def parts(text: str) -> tuple[str, ...]:
    """The members of a list written as `a | b | c`, without empty ones."""
    return tuple(part.strip() for part in text.split("|") if part.strip())
