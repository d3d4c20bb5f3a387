"""Personal values, which the ledger knows only by a commitment. Pure.

What is appended cannot be taken out again, but a person may demand that what is kept of them be
erased. So the text of the ledger holds `{"$sealed": commitment}` in the place of each personal
value, and the value is kept beside it with its salt. The commitment proves the value as long as it
is there; once it is erased, nobody can guess it from the commitment, since the salt is gone too.

Sealed are the fields that a pack marks personal, each as a whole, what sources stated for them, and
the columns that mapped to no field (`other`): nobody knows what stands in those.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from khue.model.packs import Type
from khue.registry.chain import canonical, digest_of

Document = dict[str, Any]

SEAL = "$sealed"
OTHER = frozenset({"other"})


class Opening(NamedTuple):
    """What opens a commitment: the value (canonical JSON) of a field of a record, and its salt."""

    commitment: str
    record: str
    path: str
    salt: str
    value: str


@lru_cache(1_000)
def personal_fields(type_: Type | None) -> frozenset[str]:
    """The top-level fields of which the values are sealed."""
    return OTHER if type_ is None else type_.personal | OTHER


def is_personal(type_: Type | None, name: str) -> bool:
    """Whether the values of a top-level field are sealed."""
    return name in personal_fields(type_)


@lru_cache(10_000)
def is_stated_of_person(type_: Type | None, path: str) -> bool:
    """Whether what sources stated for a path is sealed: its top-level field is."""
    return is_personal(type_, path.partition(".")[0])


def commit_to(salt: str, record: str, path: str, value: str) -> str:
    """The commitment to a value: SHA-256 over salt, record, field and canonical value."""
    return digest_of(canonical([salt, record, path, value]))


def seal(
    document: Document, type_: Type | None, known: Mapping[tuple[str, str], str]
) -> tuple[Document, list[Opening]]:
    """The document as the ledger keeps it, and what opens its new commitments.

    `known` gives the commitment of values that this record had before, by field and canonical
    value: what stays is not sealed anew.
    """
    openings: dict[tuple[str, str], Opening] = {}

    def sealed(name: str, value: Any) -> dict[str, str]:
        key = (name, canonical(value))
        if key in known:
            return {SEAL: known[key]}
        if key not in openings:
            salt = secrets.token_hex(32)
            made = commit_to(salt, document["id"], *key)
            openings[key] = Opening(made, document["id"], name, salt, key[1])
        return {SEAL: openings[key].commitment}

    result = {
        name: sealed(name, value) if is_personal(type_, name) else value
        for name, value in document.items()
    }
    if "sources" in document:
        result["sources"] = [
            source
            | {
                "stated": {
                    path: sealed(path.partition(".")[0], text)
                    if is_stated_of_person(type_, path)
                    else text
                    for path, text in source["stated"].items()
                }
            }
            for source in document["sources"]
        ]
    return result, list(openings.values())


def unseal(document: Document, values: Mapping[str, Any]) -> Document:
    """The document with every value that is still kept, by commitment; erased ones are absent."""
    result = _opened(document, values)
    if "sources" in document:
        result["sources"] = [
            source | {"stated": _opened(source["stated"], values)} for source in document["sources"]
        ]
    return result


def without(document: Document, name: str) -> Document:
    """The document without a field and without what sources stated for it."""
    result = {key: value for key, value in document.items() if key != name}
    if "sources" in document:
        result["sources"] = [
            source
            | {
                "stated": {
                    path: text
                    for path, text in source["stated"].items()
                    if path.partition(".")[0] != name
                }
            }
            for source in document["sources"]
        ]
    return result


def names_in_the_clear(document: Document, name: str) -> bool:
    """Whether a ledger document holds a field, or what was stated for it, unsealed."""
    return any(
        value is not None and commitment_of(value) is None
        for path, value in _values(document)
        if path.partition(".")[0] == name
    )


def commitments_in(document: Document) -> dict[str, str]:
    """All commitments of a ledger document, with the field that each is for."""
    found = ((commitment_of(value), path.partition(".")[0]) for path, value in _values(document))
    return {commitment: name for commitment, name in found if commitment is not None}


def commitment_of(value: Any) -> str | None:
    """The commitment that stands for a value; None if it is no commitment."""
    if isinstance(value, dict) and value.keys() == {SEAL}:
        return str(value[SEAL])
    return None


def _values(document: Document) -> Iterator[tuple[str, Any]]:
    yield from document.items()
    for source in document.get("sources", ()):
        yield from source["stated"].items()


def _opened(fields: Mapping[str, Any], values: Mapping[str, Any]) -> Document:
    result = {}
    for name, value in fields.items():
        commitment = commitment_of(value)
        if commitment is None:
            result[name] = value
        elif commitment in values:
            result[name] = values[commitment]
    return result
