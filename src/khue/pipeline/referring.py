"""Which records the rows of a file refer to: by name, by identifier, by standing under another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from khue import intake
from khue.lib.identifiers import is_ulid
from khue.lib.vietnamese import name_key
from khue.model.findings import finding
from khue.model.packs import Field
from khue.model.values import Reading
from khue.model.values.citation_numbers import read_citation, types
from khue.pipeline.known import Known
from khue.pipeline.rows import Spot
from khue.registry import drafting


def wholes(known: Known) -> dict[Spot, str]:
    """Records of the rows under which others are listed, by sheet and number in the file."""
    under = known.rows.under
    if not under:
        return {}
    found = known.records_of(lambda candidate: (candidate.sheet, candidate.row) in under)
    return {(candidate.sheet, candidate.row): record for candidate, record in found}


def resolver(known: Known) -> intake.Resolver:
    """References by name or identifier: to a record of the registry or of the same file, if
    exactly one fits."""
    wanted = known.rows.wanted
    names = {
        targets: {key for one in texts for key in keys_of(one)} for targets, texts in wanted.items()
    }
    stored = {targets: drafting.named(targets, sorted(keys)) for targets, keys in names.items()}
    types = drafting.types_of(_identifiers(wanted.values()))
    here = _named_here(known, names)
    type_name = known.rows.type.name

    def resolve(field: Field, text: str) -> Reading:
        found = set[str]()
        for form in keys_of(text):
            found |= set(stored.get(field.targets, {}).get(form, ()))
            if not field.targets or type_name in field.targets:
                found |= here.get(form, set())
            if found:
                break
        if is_ulid(text.strip()) and fits(field, types.get(text.strip())):
            found = {text.strip()}
        return the_only(found, field, text)

    return resolve


def keys_of(text: str) -> tuple[str, ...]:
    """The exact forms under which a record that a text names may stand, the likeliest first: the
    text, and the document that it cites by its number alone (*09-NQ/TU*, *2486/QD-TTg*). One that
    is cited with its day is another where that is another, so such a text is only what it says."""
    cited, _ = read_citation(text)
    if "number" not in cited or cited.get("date") or not cited.get("type"):
        return (name_key(text),)
    named = f"{types()[cited['type']]['vi']} {cited['text']}"
    return tuple(dict.fromkeys((name_key(text), name_key(named))))


def _named_here(known: Known, names: Mapping[tuple[str, ...], set[str]]) -> dict[str, set[str]]:
    """The records of the file by those names that are wanted of it."""
    type_name = known.rows.type.name
    asked = [keys for targets, keys in names.items() if not targets or type_name in targets]
    wanted = set[str]().union(*asked)
    found: dict[str, set[str]] = {}
    if wanted:
        for candidate, record in known.records_of(lambda one: bool(one.name)):
            form = name_key(candidate.name)
            if form in wanted:
                found.setdefault(form, set()).add(record)
    return found


def the_only(found: Collection[str], field: Field, text: str) -> Reading:
    """The record that a reference means, if exactly one was found for its text."""
    if len(found) == 1:
        return Reading(next(iter(found)))
    code = "reference_ambiguous" if found else "reference_unresolved"
    return Reading(None, (finding(code, field=field.path, value=text, n=len(found)),))


def by_name(field: Field, text: str) -> Reading:
    """The record of the registry that a text names in a reference field, if exactly one does."""
    keys = keys_of(text)
    named = drafting.named(field.targets, keys)
    return the_only(next((named[key] for key in keys if key in named), ()), field, text)


def fits(field: Field, type_name: str | None) -> bool:
    """Whether a reference field may point to a record of this type (None: there is no record)."""
    return type_name is not None and (not field.targets or type_name in field.targets)


def _identifiers(wanted: Iterable[set[str]]) -> list[str]:
    return [text.strip() for texts in wanted for text in texts if is_ulid(text.strip())]
