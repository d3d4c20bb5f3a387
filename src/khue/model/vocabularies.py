"""Vocabularies: LinkML enums read as versioned concept schemes with stated synonyms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from khue.lib.vietnamese import exact, fold
from khue.model.annotations import in_both, notes_of, parts
from khue.model.fields import Text2
from khue.model.linkml import mapping, names_of


@dataclass(frozen=True)
class Concept:
    """One code with its labels, the synonyms that honestly mean it, and its crosswalks.

    The matches are those of SKOS (w3.org/TR/skos-reference/#mapping). They name concepts elsewhere
    as `vocabulary:CODE` or by another CURIE (`aat:300010205`): `broad_match` names wider ones,
    `narrow_match` narrower ones. `one` is what a single one is called in a language that has a word
    of its own for that (spaces: a space). `supersedes` names codes of its vocabulary that whoever
    has this one no longer has: a relic that has become special national is not national any more.
    """

    code: str
    label: Text2
    synonyms: tuple[str, ...] = ()
    broader: str | None = None
    definition: Text2 | None = None
    exact_match: tuple[str, ...] = ()
    close_match: tuple[str, ...] = ()
    broad_match: tuple[str, ...] = ()
    narrow_match: tuple[str, ...] = ()
    one: Text2 = field(default_factory=dict)
    supersedes: tuple[str, ...] = ()

    @property
    def matches(self) -> tuple[str, ...]:
        """All concepts elsewhere that this one is matched with."""
        return (*self.exact_match, *self.close_match, *self.broad_match, *self.narrow_match)


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of concepts. `version` names what it was taken from, e.g. a decision."""

    name: str
    version: str
    title: Text2
    concepts: Mapping[str, Concept]

    def label_of(self, stated: str) -> Text2 | None:
        """The label of what is stated by a code, a label or a synonym, be it without marks; None
        where it is unknown, or may be several."""
        if stated in self.concepts:
            return self.concepts[stated].label
        for form in (exact, fold):
            key = form(stated)
            found = [
                one.label
                for one in self.concepts.values()
                if key in map(form, (one.code, *one.label.values(), *one.synonyms))
            ]
            if found:
                return found[0] if len(found) == 1 else None
        return None


def compile_vocabulary(name: str, raw: Mapping[str, Any]) -> Vocabulary:
    """The vocabulary `name` from a LinkML enum definition."""
    notes = notes_of(raw)
    concepts = {
        str(code): _concept(str(code), mapping(value))
        for code, value in mapping(raw.get("permissible_values")).items()
    }
    return Vocabulary(
        name=name,
        version=notes.get("version", ""),
        title=in_both(notes, "label"),
        concepts=concepts,
    )


def _concept(code: str, raw: Mapping[str, Any]) -> Concept:
    notes = notes_of(raw)
    return Concept(
        code=code,
        label=in_both(notes, "label"),
        synonyms=tuple(names_of(raw.get("aliases"))) + parts(notes.get("synonyms", "")),
        broader=str(raw["is_a"]) if raw.get("is_a") else None,
        definition=in_both(notes, "definition") or None,
        exact_match=tuple(names_of(raw.get("exact_mappings"))),
        close_match=tuple(names_of(raw.get("close_mappings"))),
        broad_match=tuple(names_of(raw.get("broad_mappings"))),
        narrow_match=tuple(names_of(raw.get("narrow_mappings"))),
        one=in_both(notes, "one"),
        supersedes=parts(notes.get("supersedes", "")),
    )
