"""`khue template`: a spreadsheet to fill in for a type."""

from __future__ import annotations

from pathlib import Path

import click

from khue.cli.app import json_option, start
from khue.cli.exporting import write_whole
from khue.cli.output import language, print_json, say, word


@click.command("template")
@click.argument("type_name", metavar="TYPE")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["vi", "en"]), help="Of headings, help and lists.")
@json_option
def template_command(type_name: str, out: Path, lang: str | None, as_json: bool) -> int:
    """Write to OUT a spreadsheet for records of TYPE, with help and lists to choose from."""
    start()
    from khue.pipeline import house
    from khue.publish.template import write_template

    pack = house().pack
    type_ = pack.require_type(type_name)
    chosen = lang or language()
    write_whole(out, lambda stream: write_template(type_, pack, stream, lang=chosen))
    if as_json:
        print_json({"path": str(out), "type": type_name, "lang": chosen})
    else:
        say(word("template.done", path=out, type=type_name))
    return 0
