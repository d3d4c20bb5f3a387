"""What is printed: words for people without control characters, JSON for programs as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from khue.cli import output
from khue.model.errors import WrongUse
from khue.model.findings import finding

HOSTILE = "Đình\x1b[2J\x1b]0;x\x07 So\x9b31m\r\x00\u202eoS"
SHOWN = "Đình[2J]0;x So31moS"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (HOSTILE, SHOWN),
        ("dòng 1\n\tdòng 2", "dòng 1\n\tdòng 2"),
        ("\x7f\x85\x0b\x0c\u2066", ""),
        ("Đình làng Mông Phụ · 1.250,5 m² — «x» 😀", "Đình làng Mông Phụ · 1.250,5 m² — «x» 😀"),
    ],
)
def test_people_see_no_control_characters(text: str, shown: str) -> None:
    assert output.printable(text) == shown


def test_every_door_to_a_terminal_is_covered(capsys: pytest.CaptureFixture[str]) -> None:
    output.say(HOSTILE)
    output.tell(HOSTILE)
    told = finding("column_unmapped", value=HOSTILE).at(sheet=HOSTILE, column=HOSTILE)
    output.show_findings([told])
    output.show_error(WrongUse(HOSTILE, HOSTILE, mend_vi=HOSTILE, findings=[told]), as_json=False)
    printed = capsys.readouterr()
    assert SHOWN in printed.out
    assert printed.err.count(SHOWN) >= 7
    for stream in (printed.out, printed.err):
        assert not output.CONTROLS.search(stream)


def test_json_keeps_the_value(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"value": HOSTILE})
    printed: Any = capsys.readouterr().out
    assert json.loads(printed) == {"value": HOSTILE}
    assert "\x1b" not in printed


@pytest.mark.parametrize(("lang", "shown"), [("vi", "1.015 · 1,5"), ("en", "1,015 · 1.5")])
def test_numbers_are_written_as_the_language_writes_them(
    monkeypatch: pytest.MonkeyPatch, lang: str, shown: str
) -> None:
    monkeypatch.setenv("KHUE_LANG", lang)
    assert f"{output.number(1015)} · {output.number(1.5)}" == shown
    told = output.word("measure.again", values=output.number(1015))
    assert shown.split(" ")[0] in told


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (0, "0 kB"),
        (1, "1 kB"),
        (48_200, "49 kB"),
        (1_540_000, "1,5 MB"),
        (2_100_000_000, "2.100 MB"),
    ],
)
def test_no_size_is_told_as_nothing(
    monkeypatch: pytest.MonkeyPatch, octets: int, shown: str
) -> None:
    monkeypatch.setenv("KHUE_LANG", "vi")
    assert output.size(octets) == shown
