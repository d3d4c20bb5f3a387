"""`khue verify` and `khue rebuild`: proving the registry and rebuilding read models."""

from __future__ import annotations

import click

from khue.cli.app import json_option, start
from khue.cli.output import print_json, say, show_findings, tell, word
from khue.model.errors import WrongUse


@click.command("verify")
@click.option("--head", help="A hash printed earlier: the ledger must contain it.")
@json_option
def verify_command(head: str | None, as_json: bool) -> int:
    """Check the chains of hashes, the records against the ledger, and the kept files."""
    if head is not None and not head.strip():
        # As where a variable of a script is empty: what was not compared must not look proved.
        raise WrongUse(
            "--head không có mã băm.",
            "--head has no hash.",
            mend_vi="Ghi mã băm đã in trước đây, hoặc bỏ --head.",
            mend_en="Give a hash that was printed earlier, or leave --head out.",
        )
    start()
    from khue.pipeline import house, verify

    result = verify(house(), head=head or "")
    if as_json:
        print_json(
            {
                "ok": not result.findings,
                "changes": result.changes,
                "records": result.records,
                "head": result.head,
                "findings": [one.to_json() for one in result.findings],
            }
        )
    elif result.findings:
        tell(word("verify.bad"))
        show_findings(result.findings)
    else:
        say(word("verify.good", changes=result.changes, records=result.records, head=result.head))
    return 1 if result.findings else 0


@click.command("rebuild")
@json_option
def rebuild_command(as_json: bool) -> int:
    """Make the records and the search index anew from the ledger."""
    start()
    from khue.pipeline import house, rebuild

    records = rebuild(house())
    if as_json:
        print_json({"records": records})
    else:
        say(word("rebuild.done", records=records))
    return 0
