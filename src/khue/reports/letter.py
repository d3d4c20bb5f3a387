"""The head and the foot of an official report, by Decree 30/2020/NĐ-CP, appendix I.

Number and signature stay open: an officer gives them when the report is issued.
"""

from __future__ import annotations

from khue.reports.model import Closing, Letterhead
from khue.reports.telling import Teller


def subject_of(tell: Teller) -> str:
    """What the report is about: the place and the period."""
    asked = tell.frozen.asked
    is_year = len(asked.period) == 4
    key = "period.year" if is_year else "period.other"
    # A title breaks between two dates, not within one.
    dates = tell.date(asked.period).replace(" ", "\u00a0").replace("–\u00a0", "– ")
    period = tell.word(key, period=dates)
    # A name is not broken: the title is short.
    return tell.word("about", place=tell.place().replace(" ", "\u00a0"), period=period)


def letterhead(tell: Teller, agency: str) -> Letterhead:
    """The head of the report as `agency` sends it: empty for the people's committee itself. Days
    under 10 and the months January and February have a zero before them, so that nobody adds a
    digit."""
    asked = tell.frozen.asked
    committee = tell.word("letter.committee", place=tell.place())
    day = asked.at
    dated = tell.word(
        "letter.dated",
        place=asked.unit.short,
        d=f"{day.day:02}",
        m=f"{day.month:02}" if day.month < 3 else day.month,
        y=day.year,
        date=tell.day(day),
    )
    return Letterhead(
        state=tell.word("letter.state"),
        motto=tell.word("letter.motto"),
        parent=committee.upper() if agency else "",
        issuer=(agency or committee).upper(),
        number=tell.word("letter.number"),
        dated=dated,
        kind=tell.word("letter.kind").upper(),
        subject=subject_of(tell),
    )


def closing(tell: Teller) -> Closing:
    """The foot of the report."""
    return Closing(
        tell.word("letter.receivers"),
        tuple(tell.word(f"letter.{one}") for one in ("above", "named", "filed")),
        tell.word("letter.signer"),
    )
