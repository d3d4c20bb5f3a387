"""The texts of findings."""

from __future__ import annotations

from khue.model.findings import catalogue
from khue.model.packs import Pack
from pages.markdown import Lines, flat


def findings(pack: Pack) -> Lines:
    """Every finding with its level and texts, by code."""
    yield "A finding says where, what, why and how to mend it. An *error* keeps the row or the pack"
    yield "out, or says that a check failed; a *warning* says that a value was not understood or"
    yield "not taken over, and that its stated text is kept; a *note* says how it was understood."
    yield "Words in braces are filled in."
    yield ""
    for code, entry in sorted(catalogue().items()):
        yield f"## {code}"
        yield ""
        yield f"*{entry['level']}*"
        yield ""
        yield f"- {flat(entry['vi'])} {flat(entry['mend_vi'])}"
        yield f"- {flat(entry['en'])} {flat(entry['mend_en'])}"
        yield ""
