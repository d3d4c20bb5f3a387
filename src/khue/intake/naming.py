"""What a figure is of: an indicator by its code, or, where no column says that, by its name.

Only a name in full counts, in either language: what is merely like one is told, never taken. A code
that no indicator has stands as it was stated, and is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from khue.intake.wide import PERIOD, VALUE
from khue.model.findings import Finding, finding
from khue.model.packs import Type, Vocabulary
from khue.model.values import Context
from khue.model.values.code import meant

INDICATOR = "indicator"
"""The field of a figure for the key of its indicator."""


def find_indicator(fields: dict[str, Any], type_: Type, context: Context) -> tuple[Finding, ...]:
    """Fill in the indicator of a figure that states none, by its name, and say so; or say that no
    indicator alone has that name, which targets need not; or that none has the code stated."""
    known = context.indicators
    if known is None:
        return ()
    names = [text for text in (fields.get("name") or {}).values() if text]
    if INDICATOR in fields:
        return _unknown(fields[INDICATOR], names, known, context)
    if not {PERIOD, VALUE} <= type_.fields.keys():
        return ()
    found = [meant(name, known) for name in names]
    keys = list(dict.fromkeys(key for key, _ in found if key))
    if len(keys) == 1:
        key = fields[INDICATOR] = keys[0]
        name = next(one for one, (own, _) in zip(names, found, strict=True) if own)
        label = dict(known.concepts[key].label)
        return (finding("indicator_by_name", value=name, field=INDICATOR, key=key, name=label),)
    if not names:
        return ()
    # Two names of two indicators decide nothing either: both are told.
    likely = _listed(keys or found[0][1], context)
    return (finding("indicator_unstated", value=names[0], field=INDICATOR, names=likely),)


def _unknown(
    code: str, names: Iterable[str], known: Vocabulary, context: Context
) -> tuple[Finding, ...]:
    if code in known.concepts:
        return ()
    likely = [meant(text, known) for text in (code, *names)]
    keys = [key for key, _ in likely if key] or likely[0][1]
    choice = _listed(dict.fromkeys(keys), context)
    return (finding("indicator_unknown", value=code, field=INDICATOR, names=choice),)


def told_now(findings: Iterable[Finding], stated: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings without that of an indicator that the source stated after all."""
    return tuple(one for one in findings if one.field != INDICATOR or INDICATOR not in stated)


def _listed(keys: Iterable[str], context: Context) -> dict[str, str]:
    """Indicators by the code that a column would say, with their names."""
    known = context.indicators.concepts if context.indicators else {}
    return {
        lang: "; ".join(f"{key} ({known[key].label[lang]})" for key in keys)
        for lang in ("vi", "en")
    }
