"""`khue types` and `khue pack check`: what this installation knows."""

from __future__ import annotations

from pathlib import Path

import click

from khue.cli.app import json_option, set_up, start
from khue.cli.output import label, print_json, say, show_findings, word


@click.command("types")
@json_option
def types_command(as_json: bool) -> int:
    """The record types of the pack and their fields."""
    start()
    from khue.pipeline import house

    types = house().pack.types.values()
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "label": dict(one.label),
                    "fields": [
                        {
                            "name": field.name,
                            "kind": field.kind,
                            "label": dict(field.label),
                            "required": field.required,
                            "multivalued": field.multivalued,
                            "visibility": field.visibility,
                        }
                        for field in one.fields.values()
                    ],
                }
                for one in types
            ]
        )
        return 0
    for one in types:
        say(word("types.line", name=one.name, label=label(one.label)))
        for field in one.fields.values():
            say(f"    {field.name}: {label(field.label)}")
    return 0


@click.group("pack")
def pack_command() -> None:
    """Packs: the types, vocabularies and data that fit Khuê to a country or city."""


@pack_command.command("check")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@json_option
def check_command(folder: Path | None, as_json: bool) -> int:
    """Check a pack: files, labels, help, synonyms, references, rights, and the indicators, whose
    selects are run over empty tables once the types have no errors."""
    from khue import settings
    from khue.model.packs import check_pack, load_pack

    folder = folder or settings.KHUE_PACK
    findings = check_pack(folder)
    pack = None if any(one.level == "error" for one in findings) else load_pack(folder)
    if pack:
        set_up()
        from khue.pipeline import check_indicators

        findings += check_indicators(folder, pack)
    if as_json:
        print_json({"pack": str(folder), "findings": [one.to_json() for one in findings]})
    else:
        show_findings(findings)
        if pack and not findings:
            say(word("pack.good", name=pack.name, version=pack.version))
    return 1 if any(one.level == "error" for one in findings) else 0
