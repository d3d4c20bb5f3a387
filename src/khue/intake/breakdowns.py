"""What a figure is a part of: whether its indicator is broken down so, and whether the vocabulary
of that breakdown names the part.

Neither is mended, and nothing is left out: without its part a figure would be of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from khue.intake.naming import INDICATOR
from khue.lib.vietnamese import display
from khue.model.findings import Finding, finding
from khue.model.packs import Type
from khue.model.values import Context
from khue.model.values.code import choices_of, meant

BREAKDOWNS, DIMENSION, PART = "breakdowns", "breakdowns.dimension", "breakdowns.part"
"""Fields of a figure for what it is a part of: by what, and which part."""

OF_OTHERS, PART_UNKNOWN = "breakdown_not_of_indicator", "breakdown_part_unknown"
"""What is told of them."""

COUNTING = "counting"
"""By how things were counted figures of any indicator may be told apart."""

OPEN = "unknown"
"""The part of what is in none, in every vocabulary."""


def check_parts(
    fields: Mapping[str, Any], stated: Mapping[str, str], type_: Type, context: Context
) -> Iterator[Finding]:
    """Breakdowns that the indicator of a figure does not have, and parts outside the vocabulary of
    their breakdown. Of a figure without an indicator it is that of the breakdown's own name."""
    key = fields.get(INDICATOR, "")
    own = context.indicator_parts.get(key)
    for one in fields.get(BREAKDOWNS) or ():
        by, part = one.get("dimension", ""), display(one.get("part", ""))
        if not by:
            continue
        if own is not None and by not in (*own, COUNTING):
            yield finding(
                OF_OTHERS,
                value=stated.get(DIMENSION, by),
                field=DIMENSION,
                key=key,
                choices=_dimensions(own, type_, context),
            )
            continue
        vocabulary = context.pack.vocabularies.get((own or {}).get(by, by))
        if not part or part == OPEN or vocabulary is None:
            continue
        code, near = meant(part, vocabulary)
        if not code:
            yield finding(
                PART_UNKNOWN,
                value=part,
                field=PART,
                vocabulary=dict(vocabulary.title),
                choices=choices_of(near, vocabulary),
            )


def _dimensions(names: Mapping[str, str], type_: Type, context: Context) -> dict[str, str]:
    """What an indicator is broken down by, as people call it; a dash where it is by nothing."""
    field = type_.fields[BREAKDOWNS].members["dimension"]
    known = context.pack.vocabularies[field.vocabulary or ""]
    named = choices_of((name for name in names if name in known.concepts), known)
    return {lang: text or "–" for lang, text in named.items()}
