"""Which figures a target is assessed by, and which stand where several are of one period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from khue.measures.figures import Observation, Target
from khue.measures.periods import YEAR, ends_of, length_of


def figures_for(target: Target, figures: Iterable[Observation]) -> list[Observation]:
    """The figures by which a target is assessed, oldest first; of one period, an actual one comes
    last. Of what goes on over a period, only those of one as long as the target asks for."""
    wanted = _span_of(target)
    return [one for one in told_of(target, figures) if one.span in (0, wanted)]


def _span_of(target: Target) -> Fraction:
    """The period over which a target asks for so much: that in which it is due; a year where a
    month or a day is only the end of it, or where what grows over several years is of each."""
    due = length_of(target.due)
    grows_over_years = target.kind != "level" and due is not None and due > YEAR
    return due if due and due > 1 and not grows_over_years else YEAR


def told_of(target: Target, figures: Iterable[Observation]) -> list[Observation]:
    """The same of periods of any length."""
    about = (target.known_as, target.place, target.subject, target.breakdowns)
    return sorted(
        (
            one
            for one in figures
            if one.value is not None
            and one.last
            and one.status != "plan"
            and not one.scope
            and (one.known_as, one.place, one.subject, one.breakdowns) == about
        ),
        key=lambda one: (one.last or (0, 0, 0), one.status == "actual", one.id),
    )


def standing_of(known: Iterable[Observation]) -> list[Observation]:
    """Figures without the estimates of which what was estimated is known: an actual figure of the
    same period and measure stands instead."""
    listed = list(known)
    given_up = {id(one) for actual in listed for one in overtaken(actual, listed)}
    return [one for one in listed if id(one) not in given_up]


def implied_target(target: Target, figures: Iterable[Observation]) -> Observation | None:
    """The figure out of which a target that is stated only by its difference can be derived: that
    of the period in which it was due, told flatly. None where there is none, or several."""
    if target.exceeded_by is None:
        return None
    due = ends_of(target.due)[1]
    found = [
        one
        for one in standing_of(figures_for(target, figures))
        if one.last == due and one.precision == "exact" and one.unit == target.unit
    ]
    return found[0] if len({one.value for one in found}) == 1 else None


def overtaken(actual: Observation, known: Iterable[Observation]) -> list[Observation]:
    """The estimates that an actual figure stands instead of; none for any other figure."""
    if actual.status != "actual":
        return []
    return [
        one
        for one in known
        if one.status == "estimate" and one.measure == actual.measure and _of_one_time(one, actual)
    ]


def contradicted(one: Observation, known: Iterable[Observation]) -> bool:
    """Whether another figure of the same period says something else."""
    return any(_of_one_time(one, other) and other.bounds != one.bounds for other in known)


def baseline(target: Target, known: Sequence[Observation]) -> Observation | None:
    """What a change is reckoned from: the baseline of the document, else the oldest figure before
    the newest one that no source contradicts; None where there is none."""
    stated = ends_of(target.baseline_date)[1]
    current = known[-1].last
    if target.baseline is not None and stated and current and stated < current:
        return Observation(
            id="",
            value=target.baseline,
            unit=target.unit,
            period=target.baseline_date,
            is_stock=known[-1].is_stock,
        )
    agreed = [one for one in known if not contradicted(one, known)]
    return next((one for one in agreed if current and one.ended < current), None)


def _of_one_time(one: Observation, other: Observation) -> bool:
    return (one.first, one.last) == (other.first, other.last)
