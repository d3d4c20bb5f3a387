"""`khue measure check`: figures against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import click

from khue.cli.app import json_option, start
from khue.cli.output import language, print_json, say, word


@click.command("check")
@json_option
def check_command(as_json: bool) -> int:
    """Check all figures: ratios, totals, contradictions, jumps, and what cannot be compared.

    Nothing is changed. Each finding names the records that it is about and how to mend it.
    """
    start()
    from khue.model.rights import OPERATOR
    from khue.pipeline import check_registry, house

    found = check_registry(house(), OPERATOR)
    if as_json:
        print_json([one.to_json() for one in found])
        return 0
    show_figure_findings(one.to_json() for one in found)
    counts = Counter(one.severity for one in found)
    told = ", ".join(f"{word('level.' + level)} {n}" for level, n in counts.items())
    say(word("measure.checked", counts=told) if told else word("measure.nothing"))
    return 0


def show_figure_findings(found: Iterable[Mapping[str, Any]]) -> None:
    """Findings about figures, each as `to_json` gives it: what, the sum, how to mend it, which
    records."""
    for one in found:
        say(f"{word('level.' + one['severity'])}: {one['message'][language()]}")
        if one["arithmetic"]:
            say(f"    {one['arithmetic'][language()]}")
        if one["severity"] != "confirmed":
            say(f"    {one['mend'][language()]}")
        say(f"    {one['code']} · {' '.join(one['observations'])}")
