"""For whom a page is made: the language, and what is needed to put values into its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from khue.model.packs import Field, Pack, Type
from khue.model.values import Context
from khue.places import Gazetteer
from khue.web.portal.words import Lang, choose, say

SCHEMES = "identifier_scheme"
GROUPS = "field_group"
"""Vocabularies of the pack that name schemes of identifiers and groups of fields."""


def public_fields(type_: Type | None) -> Iterator[Field]:
    """The fields of a type that the public may see, in order; none of no type."""
    yield from (one for one in (type_.fields.values() if type_ else ()) if is_public(one))


def public_leaves(field: Field) -> Iterator[Field]:
    """The leaves of a field whose whole way down is public."""
    if is_public(field) and field.kind != "statement":
        yield field
    elif is_public(field):
        yield from (leaf for member in field.fields for leaf in public_leaves(member))


def is_public(field: Field) -> bool:
    """Whether the public may see a field. Documents arrive redacted by the rules of when they were
    kept; pages look again, so that a field closed since is not shown before they are kept again."""
    return field.visibility == "public"


def is_stated_publicly(path: str, type_: Type) -> bool:
    """Whether what stands at a column path (`designations.rank`) may be shown: every field on the
    way down to it that the type has is public."""
    names = path.split(".")
    fields = (type_.field(".".join(names[:end])) for end in range(1, len(names) + 1))
    return all(field is None or is_public(field) for field in fields)


def no_title(source: str) -> dict[str, str] | None:
    """For pages that name no data set by its short name."""
    return None


def no_policy(citation: str) -> str | None:
    """For pages that do not look for the records of cited documents."""
    return None


def no_indicator(key: str) -> Mapping[str, str] | None:
    """For pages that do not ask what indicators are called."""
    return None


@dataclass(frozen=True)
class Reader:
    """Language `lang`; `context` as the public has it (labels of public records only); `policy_of`
    gives the public record of a document by its number and symbol (`548/QĐ-TTg`), if there is one;
    `title_of` what a data set is called in both languages by its short name (`le-hoi`);
    `indicator_of` the name of an indicator by its key.
    """

    lang: Lang
    context: Context
    gazetteer: Gazetteer
    policy_of: Callable[[str], str | None] = no_policy
    title_of: Callable[[str], dict[str, str] | None] = no_title
    indicator_of: Callable[[str], Mapping[str, str] | None] = no_indicator

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

    def source_title(self, name: str) -> str:
        """What a data set is called; its short name where nothing else is known."""
        return choose(self.title_of(name) or {}, self.lang) or name

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
