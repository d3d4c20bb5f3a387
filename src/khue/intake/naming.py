"""What a figure is of: an indicator by its code, or, where no column says that, by its name.

Only a name in full counts, in either language (*Số* may stand before it, and *Trong đó:* where the
unit of the indicator is stated): what is merely like one is told, never taken. A code that no
indicator has stands as it was stated, and is told, unless it is such a name. A figure without a
name is called as its indicator is, or as what stands for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from khue.intake.measures import UNIT, indicator_named, is_measure, may_be_other
from khue.intake.wide import PERIOD, VALUE
from khue.model.findings import Finding, finding
from khue.model.packs import Type, Vocabulary
from khue.model.values import Context
from khue.model.values.code import meant

INDICATOR = "indicator"
"""The field of a figure for the key of its indicator."""


def name_figure(fields: dict[str, Any], context: Context) -> tuple[Finding, ...]:
    """Fill in the name of a figure that states none but what it is of, and say so: that of the
    indicator, else what stands for its code."""
    known, stated = context.indicators, fields.get(INDICATOR, "")
    if known is None or not stated or "name" in fields:
        return ()
    key = stated if stated in known.concepts else meant(stated, known)[0]
    label = dict(known.concepts[key].label) if key else {"vi": stated}
    fields["name"] = dict(label)
    return (finding("name_by_indicator", value=stated, field=INDICATOR),)


def find_indicator(
    fields: dict[str, Any], type_: Type, context: Context, *, whole: str = ""
) -> tuple[Finding, ...]:
    """Fill in the indicator of a figure that states none, by its name, and say so; or say that no
    indicator alone has that name, which targets need not; or that none has the code stated. `whole`
    is the name of the row that the figure is listed under."""
    known = context.indicators
    if known is None:
        return ()
    names = [text for text in (fields.get("name") or {}).values() if text]
    if INDICATOR in fields:
        return _stated(fields, names, known, context)
    if not {PERIOD, VALUE} <= type_.fields.keys():
        return ()
    if whole and not is_measure(whole, context):
        whole = ""
    found = {name: key for name in names if (key := indicator_named(name, known))}
    keys = list(dict.fromkeys(found.values()))
    unit = fields.get(UNIT, "")
    other = [one for one in found if may_be_other(one, unit, keys[0], context, whole=whole)]
    if len(keys) == 1 and not other:
        key = fields[INDICATOR] = keys[0]
        return (_by_name(next(iter(found)), key, known),)
    if not names:
        return ()
    if whole and len(keys) == 1:
        told = {"names": _listed(keys, context), "whole": whole}
        return (finding("indicator_of_part", value=names[0], field=INDICATOR, **told),)
    # Two names of two indicators decide nothing either: both are told.
    likely = _listed(keys or meant(names[0], known)[1], context)
    return (finding("indicator_unstated", value=names[0], field=INDICATOR, names=likely),)


def _stated(
    fields: dict[str, Any], names: Iterable[str], known: Vocabulary, context: Context
) -> tuple[Finding, ...]:
    """What to say of an indicator that a figure states: nothing of a code; a name is one, too."""
    code = fields[INDICATOR]
    if code in known.concepts:
        return ()
    key, near = meant(code, known)
    if key:
        fields[INDICATOR] = key
        return (_by_name(code, key, known),)
    keys = [key for key, _ in (meant(text, known) for text in names) if key] or near
    choice = _listed(dict.fromkeys(keys), context)
    return (finding("indicator_unknown", value=code, field=INDICATOR, names=choice),)


def _by_name(name: str, key: str, known: Vocabulary) -> Finding:
    label = dict(known.concepts[key].label)
    return finding("indicator_by_name", value=name, field=INDICATOR, key=key, name=label)


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
