"""Codes of a vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process

from khue.lib import vietnamese
from khue.model.findings import Finding
from khue.model.values.base import (
    Context,
    Flat,
    Kind,
    Reading,
    as_error,
    label,
    say,
    unread,
)
from khue.model.values.missing import is_ditto, is_missing

if TYPE_CHECKING:
    from khue.model.packs import Concept, Field, Vocabulary

_NEAR_ENOUGH = 60  # of 100, by rapidfuzz's WRatio; below that a suggestion only confuses
_SUGGESTIONS = 3
_MOST_NEAR = 4096  # texts of which it is kept what they are like
_ALL_IF_AT_MOST = 8  # concepts of a vocabulary small enough to name whole


@dataclass(frozen=True)
class _Terms:
    """The terms of a vocabulary, from strongest to weakest: each a key to the codes it means; and
    what texts were found to be like."""

    vocabulary: Vocabulary
    exact: tuple[dict[str, set[str]], ...]
    folded: dict[str, set[str]]
    near: dict[str, list[str]] = field(default_factory=dict)


class Code(Kind):
    """The code of a concept, read from its code, labels and synonyms; never from likeness."""

    name = "code"
    keeps_missing_words = True  # a vocabulary may have a concept for "none" or "unknown"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        terms = _terms_of(field, context)
        if terms is None:
            return unread("code_unknown", stated, field, choices={"vi": "", "en": ""})
        codes = _match(stated, terms)
        if len(codes) == 1:
            return Reading(codes[0])
        if len(codes) > 1:
            return unread(
                "code_ambiguous", stated, field, choices=choices_of(codes, terms.vocabulary)
            )
        text = vietnamese.display(stated)
        if is_missing(text):
            return unread("value_missing", stated, field)
        if is_ditto(text):
            return unread("value_ditto", stated, field)
        folded = _match_unmarked(stated, terms)
        if len(folded) == 1:
            shown = dict(terms.vocabulary.concepts[folded[0]].label)
            return Reading(folded[0], (say("code_without_marks", stated, field, shown=shown),))
        near = folded or _suggest(stated, terms)
        return unread("code_unknown", stated, field, choices=choices_of(near, terms.vocabulary))

    def check(self, value: Any, field: Field, context: Context) -> tuple[Finding, ...]:
        terms = _terms_of(field, context)
        if terms is None or value in terms.vocabulary.concepts:
            return ()
        near = choices_of(_suggest(str(value), terms), terms.vocabulary)
        return (as_error(say("code_unknown", str(value), field, choices=near)),)

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        """The label of the concept, or the code itself where the vocabulary lacks it."""
        concept = _concept(value, field, context)
        return (label(concept.label, lang) if concept else "") or str(value)

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        concept = _concept(value, field, context)
        labels = dict(concept.label) if concept else {}
        texts = tuple(dict.fromkeys(filter(None, labels.values())))
        return Flat(texts=texts, codes=(str(value),), columns={"": str(value)})


def named(stated: str, vocabulary: Vocabulary) -> str:
    """The code of the one concept that a text names in full, as `meant` has it; else "". What it is
    like is not looked for, which takes time."""
    codes = _named(stated, _terms(vocabulary))
    return codes[0] if len(codes) == 1 else ""


def meant(stated: str, vocabulary: Vocabulary) -> tuple[str, list[str]]:
    """The code of the one concept that a text names in full (typed with marks or wholly without);
    "" where there is none, or several, and then those that it may mean, or is like."""
    terms = _terms(vocabulary)
    codes = _named(stated, terms)
    if len(codes) == 1:
        return codes[0], []
    if codes:
        return "", codes
    near = terms.near.get(stated)
    if near is None:
        # A file says the same of thousands of rows, and likeness takes time.
        if len(terms.near) >= _MOST_NEAR:
            terms.near.clear()  # which others may do at any moment: what is told is held here
        near = terms.near[stated] = _suggest(stated, terms)
    return "", near


def _named(stated: str, terms: _Terms) -> list[str]:
    return _match(stated, terms) or _match_unmarked(stated, terms)


def _match(stated: str, terms: _Terms) -> list[str]:
    """Codes whose code, else label, else synonym, else any of them without spaces is stated."""
    key = _key(stated)
    for level in terms.exact:
        if found := level.get(key):
            return sorted(found)
    return sorted(terms.exact[-1].get(key.replace(" ", ""), ()))


def _key(text: str) -> str:
    """The exact form of a text; of a sign without letters (`%`, `≥`) the sign itself."""
    return vietnamese.exact(text) or vietnamese.display(text)


def _match_unmarked(stated: str, terms: _Terms) -> list[str]:
    """Codes that a text typed wholly without marks can mean; none for a text with marks."""
    key = vietnamese.fold(stated)
    if not key or key != vietnamese.exact(stated):
        return []
    return sorted(terms.folded.get(key, ()))


def _suggest(stated: str, terms: _Terms) -> list[str]:
    concepts = terms.vocabulary.concepts
    if len(concepts) <= _ALL_IF_AT_MOST:
        return list(concepts)
    near = process.extract(
        vietnamese.fold(stated)[:200],
        list(terms.folded),
        scorer=fuzz.WRatio,
        score_cutoff=_NEAR_ENOUGH,
        limit=_SUGGESTIONS,
    )
    found = [code for term, _, _ in near for code in sorted(terms.folded[term])]
    return list(dict.fromkeys(found))[:_SUGGESTIONS] or list(concepts)[:_ALL_IF_AT_MOST]


def choices_of(codes: Iterable[str], vocabulary: Vocabulary) -> dict[str, str]:
    """What codes of a vocabulary are called, as findings list them, in both languages."""
    concepts = [vocabulary.concepts[code] for code in codes]
    return {
        lang: "; ".join(f"“{label(concept.label, lang) or concept.code}”" for concept in concepts)
        for lang in ("vi", "en")
    }


def _concept(value: Any, field: Field, context: Context) -> Concept | None:
    terms = _terms_of(field, context)
    return terms.vocabulary.concepts.get(value) if terms else None


_compiled: dict[int, _Terms] = {}


def _terms_of(field: Field, context: Context) -> _Terms | None:
    """The compiled terms of the field's vocabulary, made once per vocabulary; None without one."""
    vocabulary = context.pack.vocabularies.get(field.vocabulary or "")
    return None if vocabulary is None else _terms(vocabulary)


def _terms(vocabulary: Vocabulary) -> _Terms:
    terms = _compiled.get(id(vocabulary))
    if terms is None or terms.vocabulary is not vocabulary:
        if len(_compiled) > 500:
            _compiled.clear()
        terms = _compiled[id(vocabulary)] = _compile(vocabulary)
    return terms


def _compile(vocabulary: Vocabulary) -> _Terms:
    codes: dict[str, set[str]] = {}
    labels: dict[str, set[str]] = {}
    synonyms: dict[str, set[str]] = {}
    compact: dict[str, set[str]] = {}
    folded: dict[str, set[str]] = {}
    for concept in vocabulary.concepts.values():
        stated = (
            (codes, (concept.code,)),
            (labels, tuple(concept.label.values())),
            (synonyms, concept.synonyms),
        )
        for level, texts in stated:
            for text in texts:
                if not (key := _key(text)):
                    continue
                level.setdefault(key, set()).add(concept.code)
                compact.setdefault(key.replace(" ", ""), set()).add(concept.code)
                if bare := vietnamese.fold(text):
                    folded.setdefault(bare, set()).add(concept.code)
    return _Terms(vocabulary, (codes, labels, synonyms, compact), folded)
