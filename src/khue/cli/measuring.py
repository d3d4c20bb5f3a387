"""`khue measure`: computing indicators and showing their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from khue.cli.app import json_option, start
from khue.cli.figures import check_command
from khue.cli.output import language, print_json, say, show_findings, word
from khue.lib.numbers import Lang, show_number
from khue.model.errors import NotFound

if TYPE_CHECKING:
    from khue.measures.indicators import Indicator
    from khue.measures.values import ValueView
    from khue.model.packs import Pack


@click.group("measure")
def measure_command() -> None:
    """Indicators: computing their values from the records, showing them, checking figures."""


measure_command.add_command(check_command)


@measure_command.command("run")
@click.option("--at", type=click.IntRange(min=0), help="Ledger position; by default the last.")
@click.option("--again", is_flag=True, help="Compute every kept value again and compare.")
@json_option
def run_command(at: int | None, again: bool, as_json: bool) -> int:
    """Compute all indicators from the public records at a ledger position, and keep the values.

    Exit code 1 if an indicator could not be computed, or a value differs from the one that was kept
    of the same position.
    """
    start(writing=True)
    from khue.pipeline import house, measure, measure_again

    if again:
        count, found = measure_again(house())
        report: dict[str, Any] = {"values": count}
        told = word("measure.again", values=f"{count:,}")
    else:
        run = measure(house(), at=at)
        found = list(run.findings)
        report = {
            "position": run.position,
            "indicators": run.indicators,
            "values": run.values,
            "new": run.new,
        }
        told = word("measure.done", **{name: f"{one:,}" for name, one in report.items()})
    if as_json:
        print_json({**report, "findings": [one.to_json() for one in found]})
    else:
        say(told)
        show_findings(found)
    return 1 if any(one.level == "error" for one in found) else 0


@measure_command.command("show")
@click.argument("indicator")
@click.option("--place", help="Code of a present unit.")
@click.option("--period", help="Only values of this period (EDTF: 2025, 2025-06, 2025-06-30).")
@click.option("--at", type=click.IntRange(min=0), help="As computed at this ledger position.")
@click.option("--staff", is_flag=True, help="Also numbers of fewer than five persons.")
@json_option
def show_command(
    indicator: str,
    place: str | None,
    period: str | None,
    at: int | None,
    staff: bool,
    as_json: bool,
) -> int:
    """The values of INDICATOR as they were last computed: each with its unit, period, status and
    source, and how many records were counted for it."""
    start()
    from khue.measures import values
    from khue.pipeline import house, require_indicator

    one = require_indicator(house(), indicator)
    position = values.last_position(indicator) if at is None else at
    found = (
        []
        if position is None
        else values.values_of(indicator, position=position, place=place, period=period, whole=staff)
    )
    if not found:
        raise NotFound(
            f"Chưa có giá trị nào của chỉ tiêu «{indicator}».",
            f"There is no value of the indicator '{indicator}'.",
            mend_vi="Tính bằng `khue measure run`; bỏ bớt --place, --period, --at.",
            mend_en="`khue measure run` computes them; leave out --place, --period, --at.",
        )
    pack = house().pack
    if as_json:
        print_json({**_described(one, pack), "values": [_told(view) for view in found]})
        return 0
    say(f"{one.name[language()]} ({unit_label(one.unit, pack)[language()]})")
    say(one.definition[language()])
    for view in found:
        say(_line(view))
    say(word("measure.source", source=found[0].source, version=one.version))
    return 0


def unit_label(code: str, pack: Pack) -> dict[str, str]:
    """What a unit of measure is called in both languages."""
    vocabulary = pack.vocabularies.get("measure_unit")
    concept = vocabulary.concepts.get(code) if vocabulary else None
    label = dict(concept.label) if concept else {}
    return {lang: label.get(lang) or code for lang in ("vi", "en")}


def _described(one: Indicator, pack: Pack) -> dict[str, Any]:
    return {
        "indicator": one.key,
        "name": dict(one.name),
        "definition": dict(one.definition),
        "unit": one.unit,
        "unit_label": unit_label(one.unit, pack),
        "direction": one.direction,
        "dimension": one.dimension,
        "obtained": one.obtained,
        "method": dict(one.method),
        "asked_by": list(one.asked_by),
        "sources": list(one.sources),
        "version": one.version,
    }


def _told(view: ValueView) -> dict[str, Any]:
    return {
        "value": view.value,
        "place": view.place or None,
        "period": view.period,
        "part": dict(view.part),
        "status": view.status,
        "source": view.source,
        "position": view.position,
        "version": view.version,
        "records": view.records,
        "suppressed": view.suppressed,
        "computed_at": view.at,
    }


def _line(view: ValueView) -> str:
    lang: Lang = "en" if language() == "en" else "vi"
    part = ", ".join(f"{name} {held}" for name, held in view.part.items())
    value = word("measure.few") if view.value is None else show_number(view.value, lang)
    return word(
        "measure.value",
        part=part or word("measure.whole"),
        value=value,
        period=view.period or "–",
        status=word(f"measure.status.{view.status}"),
        records="–" if view.records is None else f"{view.records:,}",
    )
