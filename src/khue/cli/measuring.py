"""`khue measure`: computing indicators and showing their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from khue.cli.app import json_option, start
from khue.cli.asking import require_period, unit_of
from khue.cli.figures import check_command
from khue.cli.output import label, language, number, print_json, say, show_findings, word
from khue.lib.numbers import Lang, measured, show_number
from khue.model.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from khue.measures.indicators import Indicator
    from khue.measures.territory import Placed
    from khue.measures.values import ValueView
    from khue.model.packs import Pack

PLACE = "place"
"""The breakdown of a value by places."""


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
        told = word("measure.again", values=number(count))
    else:
        run = measure(house(), at=at)
        found = list(run.findings)
        report = {
            "position": run.position,
            "indicators": run.indicators,
            "values": run.values,
            "new": run.new,
        }
        told = word("measure.done", **{name: number(one) for name, one in report.items()})
    if as_json:
        print_json({**report, "findings": [one.to_json() for one in found]})
    else:
        say(told)
        show_findings(found)
    return 1 if any(one.level == "error" for one in found) else 0


@measure_command.command("show")
@click.argument("indicator")
@click.option("--place", help="Code or name of a present unit.")
@click.option("--period", help="Only values within this period (EDTF: 2025, 2025-06, 2025-06-30).")
@click.option("--at", type=click.IntRange(min=0), help="As computed at this ledger position.")
@click.option("--staff", is_flag=True, help="Also numbers not published: of few persons.")
@click.option("--part", multiple=True, help="Only this part, such as rank=NAT; repeat for more.")
@click.option("--records", is_flag=True, help="One value, with the records it was counted from.")
@json_option
def show_command(
    indicator: str,
    place: str | None,
    period: str | None,
    at: int | None,
    staff: bool,
    part: tuple[str, ...],
    records: bool,
    as_json: bool,
) -> int:
    """The values of INDICATOR: those that were computed last, each with its unit, period and
    status, and how many records were counted for it; and the figures that sources report, each
    with its source, its words and its record.

    With --records only one that was computed: the total, or that of the place and the part that are
    named, and the identifiers of the public records behind it, largest amounts first.
    """
    start()
    from khue.measures import values
    from khue.measures.rows import row_of_figure, row_of_value
    from khue.pipeline import house, require_indicator

    one = require_indicator(house(), indicator)
    if period is not None:
        require_period(period)
    if place is not None:
        place = unit_of(place, house()).code
    position = values.last_position(indicator) if at is None else at
    found = (
        []
        if position is None
        else values.values_of(indicator, position=position, place=place, whole=staff)
    )
    found = _chosen(found, place, period, part, only=records)
    figures, refused = ([], []) if records else _reported(indicator, place, period, part, at, staff)
    if not (found or figures or refused):
        raise _nothing(one, records)
    pack = house().pack
    behind = [_behind(view) if records else {} for view in found]
    if as_json:
        told = [row_of_value(view, one) | more for view, more in zip(found, behind, strict=True)]
        stated, left = (
            [row_of_figure(each.observation, one) | _why(each) for each in placed]
            for placed in (figures, refused)
        )
        print_json({**_described(one, pack), "values": [*told, *stated], "refused": left})
        return 0
    say(f"{one.name[language()]} ({unit_label(one.unit, pack)[language()]})")
    say(one.definition[language()])
    for view, more in zip(found, behind, strict=True):
        say(_line(view, one, pack))
        for line in _listed(more):
            say(line)
    if any(view.unmarked for view in found):
        say(word("measure.unmarked"))
    if found:
        say(word("measure.source", source=found[0].source, version=one.version))
    if figures:
        say(word("measure.reported"))
    for each in figures:
        for line in _figure(each, one):
            say(line)
    if refused:
        say(word("measure.refused"))
    for each in refused:
        for line in _figure(each, one):
            say(line)
    return 0


def _nothing(one: Indicator, records: bool) -> NotFound:
    """That there is no value, and what would make one."""
    fewer = ("bỏ bớt --place, --period, --part, --at", "leave out --place, --period, --part, --at")
    if one.obtained == "reported" and records:
        return NotFound(
            f"Chỉ tiêu «{one.key}» do các nguồn báo cáo, Khuê không đếm từ hồ sơ.",
            f"The indicator '{one.key}' is reported by sources; Khuê does not count it.",
            mend_vi="Bỏ --records: mỗi số báo cáo có hồ sơ của nó.",
            mend_en="Leave out --records: every reported figure names its record.",
        )
    if one.obtained == "reported":
        return NotFound(
            f"Chưa có nguồn nào báo cáo số liệu như vậy của chỉ tiêu «{one.key}».",
            f"No source reports such a figure of the indicator '{one.key}'.",
            mend_vi=f"Nhập bằng `khue import … --type observation`; hoặc {fewer[0]}.",
            mend_en=f"`khue import … --type observation` brings them in; or {fewer[1]}.",
        )
    return NotFound(
        f"Chưa có giá trị nào như vậy của chỉ tiêu «{one.key}».",
        f"There is no such value of the indicator '{one.key}'.",
        mend_vi=f"Tính bằng `khue measure run`; {fewer[0]}.",
        mend_en=f"`khue measure run` computes them; {fewer[1]}.",
    )


def _reported(
    indicator: str,
    place: str | None,
    period: str | None,
    part: tuple[str, ...],
    at: int | None,
    staff: bool,
) -> tuple[list[Placed], list[Placed]]:
    """The reported figures that are asked for, and those of former units that are none of the
    place."""
    from khue.model.rights import OPERATOR, PUBLIC
    from khue.pipeline import house, reported

    actor = OPERATOR if staff else PUBLIC
    asked = _pairs(part).items()

    def fits(one: Placed) -> bool:
        own = one.observation
        return _is_within(own.period, period) and asked <= dict(own.breakdowns).items()

    figures, refused = reported(house(), actor, indicator, at=at, place=place or "")
    return list(filter(fits, figures)), list(filter(fits, refused))


def _is_within(period: str, asked: str | None) -> bool:
    """Whether a period lies within the one that is asked for, if one is."""
    from khue.measures.periods import ends_of

    if not asked or period == asked:
        return True
    (first, last), (least, most) = ends_of(period), ends_of(asked)
    return (
        first is not None
        and last is not None
        and (least is None or least <= first)
        and (most is None or last <= most)
    )


def _why(one: Placed) -> dict[str, Any]:
    """Why a figure of a former unit is one of the present one, or is not; nothing of others."""
    return {} if one.reason == "same_unit" else {"why": dict(one.why)}


def _chosen(
    views: list[ValueView],
    place: str | None,
    period: str | None,
    stated: tuple[str, ...],
    *,
    only: bool,
) -> list[ValueView]:
    """The values of a part and within a period, or `only` that one which is of nothing else, the
    whole period before what lies within it. Raises `WrongUse`."""
    asked = _pairs(stated) | ({"place": place} if place else {})
    views = [one for one in views if _is_within(one.period, period)]
    if only:
        own = [one for one in views if {**one.part, "period": ""} == {**asked, "period": ""}]
        return sorted(own, key=lambda one: one.period != period)[:1]
    return [one for one in views if asked.items() <= one.part.items()]


def _pairs(stated: tuple[str, ...]) -> dict[str, str]:
    """The parts that are asked for. Raises `WrongUse`."""
    pairs = [one.partition("=") for one in stated]
    if wrong := [name for name, sign, held in pairs if not (name and sign and held)]:
        raise WrongUse(
            f"Không hiểu --part {wrong[0]}.",
            f"--part {wrong[0]} cannot be understood.",
            mend_vi="Viết phân tổ=mã, ví dụ --part rank=NAT.",
            mend_en="Write breakdown=code, for example --part rank=NAT.",
        )
    return {name: held for name, _, held in pairs}


def _behind(view: ValueView) -> dict[str, Any]:
    """What a value was counted from, as far as it is still public, and how much is not."""
    from khue.model.rights import PUBLIC
    from khue.pipeline import house, records_behind
    from khue.registry import queries

    counted = records_behind(house(), view)
    units = [one for one in counted.records if house().gazetteer.unit(one)]
    seen = {*units, *queries.seen_among(PUBLIC, counted.records)}
    amounts = counted.amounts or [None] * len(counted.records)
    held = [(one, much) for one, much in zip(counted.records, amounts, strict=True) if one in seen]
    held.sort(key=lambda one: (-(one[1] or 0), one[0]))
    return {
        "record_ids": [one for one, _ in held],
        "amounts": None if counted.amounts is None else [much for _, much in held],
        "closed_since": len(counted.records) - len(held),
    }


def _listed(behind: dict[str, Any]) -> list[str]:
    lang: Lang = "en" if language() == "en" else "vi"
    names = behind.get("record_ids", ())
    amounts = behind.get("amounts") or [None] * len(names)
    lines = [
        f"    {name}" if much is None else f"    {name}  {show_number(much, lang)}"
        for name, much in zip(names, amounts, strict=True)
    ]
    if behind.get("closed_since"):
        lines.append(word("measure.closed_since", count=number(behind["closed_since"])))
    return lines


def unit_label(code: str, pack: Pack, value: float | None = None) -> dict[str, str]:
    """What a unit of measure is called in both languages; after a one as one of it is."""
    vocabulary = pack.vocabularies.get("measure_unit")
    concept = vocabulary.concepts.get(code) if vocabulary else None
    label = dict(concept.label) if concept else {}
    label |= dict(concept.one) if concept and value == 1 else {}
    return {lang: label.get(lang) or code for lang in ("vi", "en")}


def _described(one: Indicator, pack: Pack) -> dict[str, Any]:
    return {
        **one.to_json(),
        "unit_label": unit_label(one.unit, pack),
    }


def _line(view: ValueView, one: Indicator, pack: Pack) -> str:
    """A value that was computed, rounded as the portal does, with its unit, and how many records it
    comes from, if it comes from records."""
    from khue.measures.findings import shown_computed, shown_period

    part = ", ".join(_label(name, held, one) for name, held in view.part.items())
    value = word("measure.few")
    if view.value is not None:
        unit = unit_label(one.unit, pack, view.value)
        value = measured(label(shown_computed(view.value)), label(unit))
    counted = {} if view.records is None else {"records": number(view.records)}
    return word(
        "measure.value" if counted else "measure.figure",
        part=part or word("measure.whole"),
        value=value,
        period=label(shown_period(view.period)) if view.period else "–",
        status=word(f"measure.status.{view.status}"),
        **counted,
    )


def _figure(placed: Placed, indicator: Indicator) -> list[str]:
    """What a source reports: the figure, the source with its words, the record, or the records from
    which it follows; and of a former unit why it is a figure of the present one, or is not."""
    from khue.measures.findings import shown_period, with_unit

    one = placed.observation
    held = [label(one.place_name) if one.place_name else one.place]
    held += [_label(name, part, indicator) for name, part in one.breakdowns]
    told = word(
        "measure.figure",
        part=", ".join(filter(None, held)) or word("measure.whole"),
        value=(one.stated or "–") if one.value is None else label(with_unit(one)),
        period=label(shown_period(one.period)) if one.period else "–",
        status=word(f"measure.status.{one.status or 'unstated'}"),
    )
    quoted = word("measure.quote", quote=one.quote) if one.quote else ""
    source = ": ".join(filter(None, (one.source, quoted)))
    source = word("measure.follows", source=source) if one.terms else source
    why = label(_why(placed).get("why", {}))
    records = one.terms or (one.id,)
    return [told, *(f"    {line}" for line in (why, source, *records) if line)]


def _label(dimension: str, held: str, indicator: Indicator) -> str:
    """What a part is called: a place by its full name, a code by the vocabulary that it is of."""
    from khue.pipeline import house

    if dimension == PLACE:
        gazetteer = house().gazetteer
        unit = gazetteer.unit(held)
        return label(unit.full_name(gazetteer.within(held) or unit)) if unit else held
    if held == "unknown":
        return word("measure.unknown")
    vocabulary = house().pack.vocabularies.get(indicator.vocabulary_of(dimension))
    named = vocabulary.label_of(held) if vocabulary else None
    return label(named) if named else held
