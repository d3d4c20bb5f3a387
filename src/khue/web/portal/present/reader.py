"""For whom a page is made: the language, and what is needed to put values into its words."""

from __future__ import annotations

from dataclasses import dataclass

from khue.model.packs import Field, Pack, Type
from khue.model.values import Context
from khue.places import Gazetteer
from khue.web.portal.words import Lang, choose, say

SCHEMES = "identifier_scheme"
GROUPS = "field_group"
"""Vocabularies of the pack that name schemes of identifiers and groups of fields."""


@dataclass(frozen=True)
class Reader:
    """Language `lang`; `context` as the public has it (labels of public records only)."""

    lang: Lang
    context: Context
    gazetteer: Gazetteer

    @property
    def pack(self) -> Pack:
        """The pack in use."""
        return self.context.pack

    def say(self, key: str, **values: object) -> str:
        """Words of the interface in the reader's language."""
        return say(key, self.lang, **values)

    def label(self, of: Field | Type) -> str:
        """The label of a field or type; its name where the pack has none."""
        return choose(of.label, self.lang) or of.name

    def type_label(self, name: str) -> str:
        """The label of a type by name; the name itself if the pack no longer has it."""
        found = self.pack.types.get(name)
        return self.label(found) if found else name

    def type_plural(self, name: str) -> str:
        """The plural label of a type by name."""
        found = self.pack.types.get(name)
        return (choose(found.plural, self.lang) or self.label(found)) if found else name

    def group_title(self, key: str) -> str:
        """The heading of a group of fields."""
        label = self.concept_label(GROUPS, key)
        return label if label != key else self.say("group.other")

    def concept_label(self, vocabulary: str | None, code: str) -> str:
        """The label of a code; the code itself if the vocabulary does not have it."""
        found = self.pack.vocabularies.get(vocabulary or "")
        concept = found.concepts.get(code) if found else None
        return (choose(concept.label, self.lang) if concept else "") or code

    def scheme_label(self, scheme: str) -> str:
        """What an identifier of a scheme is called. A scheme that is no concept is the name of a
        source: the identifier is that source's own number."""
        label = self.concept_label(SCHEMES, scheme)
        return label if label != scheme else self.concept_label(SCHEMES, "inventory")

    def unit(self, code: str) -> str:
        """The name of a present unit, with its province; the code itself if it is unknown."""
        unit, province = self.gazetteer.unit(code), self.gazetteer.within(code)
        if unit is None or province is None or unit.code == province.code:
            return self.unit_short(code)
        return f"{self.unit_short(code)}, {choose(province.name, self.lang)}"

    def unit_short(self, code: str) -> str:
        """The name of a present unit alone; the code itself if it is unknown."""
        unit = self.gazetteer.unit(code)
        return choose(unit.name, self.lang) if unit else code
