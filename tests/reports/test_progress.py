"""The policy progress report: what it says, and that it stays as it was frozen."""

from __future__ import annotations

import io
import shlex
import zipfile
from collections.abc import Iterator

import pytest
from docx import Document
from lxml import etree

from khue.charts import Bullets, Lines, statuses_of
from khue.model.errors import NotFound, WrongUse
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions, queries
from khue.reports import policy_progress
from khue.reports.model import (
    Paragraph,
    Picture,
    Report,
    Table,
    contents_of,
    notes_of,
    plain,
)
from khue.reports.pdf import pages_of, pdf_of
from khue.reports.word import docx_of
from tests.reports.registry import HUE, QUOTE, commit, fill, frozen, record

pytestmark = pytest.mark.django_db

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def said(report: Report) -> str:
    """All text of a report, footnotes too."""
    notes = ("".join(run.text for run in note.runs) for note in notes_of(report))
    return "\n".join((*map(plain, contents_of(report)), *notes))


def rows(report: Report) -> Iterator[list[str]]:
    """The rows of all tables."""
    for block in report.blocks:
        if isinstance(block, Table):
            for row in block.rows:
                yield ["\n".join(map(plain, cell)) for cell in row]


def test_it_says_how_targets_and_tasks_stood_at_the_end_of_the_period() -> None:
    fill()
    report = policy_progress(frozen("2025"), "vi")
    (target,) = [one for one in rows(report) if one[0].startswith("Thôn có nhà văn hóa")]
    assert target[0].splitlines()[1:] == ["Sở Văn hóa và Thể thao"]
    assert target[1] == "80%\nđến 2026"
    assert target[2] == "41% (2025, thực hiện)"
    why = "Chậm. Từ 38% (2023, thực hiện) đến 41% (2025, thực hiện), mỗi năm +"
    assert target[3].startswith(why)
    # It was done in 2026: at the end of 2025 nobody knew that.
    (late,) = [one for one in rows(report) if one[-1] == "305"]
    assert late[0] == "Sở Văn hóa và Thể thao"
    assert "Quá hạn" in said(report)
    text = said(report)
    assert f"“{QUOTE}”" in text
    assert f"--at {queries.head()} " in text
    assert queries.public_head_hash() in text
    assert "Huế" not in text
    assert "chưa công bố" not in text
    (chart,) = [one for one in report.blocks if isinstance(one, Picture) and "2023" in one.alt]
    assert "38% (2023, thực hiện); 40% (2024, thực hiện); 41% (2025, thực hiện)." in chart.alt


def test_figures_and_states_of_later_days_are_left_out() -> None:
    fill()
    early = said(policy_progress(frozen("2024"), "vi"))
    assert "40% (2024, thực hiện)" in early
    assert "41% (2025" not in early
    later = policy_progress(frozen("2026"), "vi")
    assert "Đã hoàn thành." in said(later)


def test_what_later_documents_ask_for_is_named_and_not_judged() -> None:
    fill()
    strategy = record("policy", "Quyết định 2486/QĐ-TTg", place=None, issued="2025-11-14")
    owed = record("target", "Di tích được tu bổ", place=HUE, policy=strategy["id"], due="2024")
    task = record("task", "Lập quy hoạch", place=HUE, policy=strategy["id"], due="2024-06")
    commit(strategy)
    commit(owed, task)
    held = frozen("2024", place="46")
    assert strategy["id"] not in held.policies
    told = said(policy_progress(held, "vi"))
    assert "ban hành sau ngày 31/12/2024 không được xét: Quyết định 2486/QĐ-TTg." in told
    assert "issued after 31 December 2024 are not assessed" in said(policy_progress(held, "en"))
    assert "Nhà văn hóa ở Huế" in told
    assert "Di tích được tu bổ" not in told
    assert "Lập quy hoạch" not in told
    assert held.loose == 0
    later = said(policy_progress(frozen("2025", place="46"), "vi"))
    assert "không được xét" not in later
    assert "Di tích được tu bổ" in later
    # A document of which only the year is known may have been there on any day of it.
    actions.edit(
        actor=OPERATOR,
        why="thử",
        record=strategy["id"],
        base=1,
        changes={"issued": "2024"},
        pack=house().pack,
    )
    assert "Di tích được tu bổ" in said(policy_progress(frozen("2024-06", place="46"), "vi"))


def test_what_was_done_before_the_period_is_counted_apart() -> None:
    fill()
    plan = record("policy", "Kế hoạch thử", place=None, issued="2023-01-01")
    done = record("task", "Lập quy hoạch", place=HUE, policy=plan["id"], done="2023-06")
    commit(plan)
    commit(done)
    told = said(policy_progress(frozen("2024", place="46"), "vi"))
    assert "nhiệm vụ đã hoàn thành trước ngày 1/1/2024: 1." in told
    assert "Lập quy hoạch" not in told
    assert "before 1 January 2024: 1." in said(policy_progress(frozen("2024", place="46"), "en"))
    assert "không kể" not in said(policy_progress(frozen("2023", place="46"), "vi"))


def test_a_report_of_a_position_stays_as_it_was() -> None:
    made = fill()
    at = queries.head()
    before = policy_progress(frozen(at=at), "vi")
    pack = house().pack
    actions.edit(
        actor=OPERATOR,
        why="thử",
        record=made["behind"],
        base=1,
        changes={"value": 60},
        pack=pack,
    )
    assert policy_progress(frozen(at=at), "vi") == before
    assert "60%\n" in "\n".join("\n".join(one) for one in rows(policy_progress(frozen(), "vi")))


def test_both_languages_say_the_same_and_mark_what_they_do_not_have() -> None:
    fill()
    held = frozen("2025")
    vi, en = policy_progress(held, "vi"), policy_progress(held, "en")
    assert [type(one) for one in vi.blocks] == [type(one) for one in en.blocks]
    assert len(notes_of(vi)) == len(notes_of(en))
    assert en.letterhead.subject == "Progress of cultural policies in Hà\u00a0Nội\u00a0City, 2025"
    assert vi.letterhead.issuer == "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HÀ NỘI"
    sent = policy_progress(held, "vi", "Sở Văn hóa")
    assert (sent.letterhead.parent, sent.letterhead.issuer) == (vi.letterhead.issuer, "SỞ VĂN HÓA")
    names = [
        run
        for content in contents_of(en)
        for run in content
        if "Thôn có nhà văn hóa" in getattr(run, "text", "") and getattr(run, "lang", "")
    ]
    assert {one.lang for one in names} == {"vi"}


def test_the_pdf_is_tagged_has_its_typefaces_and_is_always_the_same() -> None:
    fill()
    report = policy_progress(frozen("2025"), "vi")
    made = pdf_of(report)
    assert made == pdf_of(report)
    assert made.startswith(b"%PDF-1.7")
    for wanted in (b"/Lang", b"/MarkInfo", b"/StructTreeRoot", b"pdfuaid:part", b"pdfaid:part"):
        assert wanted in made
    assert b"BeVietnamPro" in made
    assert b"Literata" in made
    (first, *others) = pages_of(report, ppi=20)
    assert first.startswith(b"\x89PNG")
    assert others


def test_what_no_typeface_has_is_named_and_not_left_out() -> None:
    made = fill()
    actions.edit(
        actor=OPERATOR,
        why="thử",
        record=made["behind"],
        base=1,
        changes={"name": {"vi": "Nhà 茹 𫁅"}},
        pack=house().pack,
    )
    report = policy_progress(frozen("2025"), "vi")
    # PDF/UA refuses characters that cannot be shown.
    assert pdf_of(report).startswith(b"%PDF")


def test_the_word_document_has_the_same_content_and_real_footnotes() -> None:
    fill()
    report = policy_progress(frozen("2025"), "vi")
    made = docx_of(report)
    assert made == docx_of(report)
    document = Document(io.BytesIO(made))
    tables = [one for one in report.blocks if isinstance(one, Table)]
    assert len(document.tables) == len(tables) + 2
    for told, table in zip(tables, document.tables[1:-1], strict=True):
        assert [one.text for one in table.rows[0].cells] == [one.title for one in told.columns]
        assert len(table.rows) == len(told.rows) + 1
        for cell in table.rows[0].cells:
            assert cell.paragraphs[0].paragraph_format.keep_with_next
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    footnotes = etree.fromstring(parts["word/footnotes.xml"])
    texts = ["".join(one.itertext()).strip() for one in footnotes][2:]
    assert texts == ["".join(run.text for run in note.runs) for note in notes_of(report)]
    body = etree.fromstring(parts["word/document.xml"])
    marks = [one.get(f"{WORD}id") for one in body.iter(f"{WORD}footnoteReference")]
    assert marks == [str(number + 1) for number in range(len(texts))]
    assert b"{%" not in parts["word/document.xml"]
    assert b"Times New Roman" in parts["word/styles.xml"]
    pictures = [one for one in report.blocks if isinstance(one, Picture)]
    assert len([name for name in parts if name.startswith("word/media/")]) == len(pictures)


def test_without_policies_it_says_so() -> None:
    commit(record("relic", "Đình So"))
    report = policy_progress(frozen("2025"), "en")
    assert "holds no target and no task" in said(report)
    assert len(report.blocks) == 1


@pytest.mark.parametrize(
    ("period", "error"), [("abc", WrongUse), ("2025/..", WrongUse), ("2999", NotFound)]
)
def test_a_period_has_days_and_has_begun(period: str, error: type[Exception]) -> None:
    fill()
    with pytest.raises(error):
        frozen(period)


def test_who_does_not_say_what_a_figure_is_is_not_made_to_say_actual() -> None:
    share = {"indicator": "cultural_industry_gdp_share", "unit": "percent"}
    told = [
        record("observation", "Tỷ trọng", value=value, period=period, **share)
        for value, period in ((3.61, "2018"), (3.7, "2024"))
    ]
    asked = {"policy": fill()["policy"], "value": 8, "due": "2030"}
    commit(record("target", "Tỷ trọng", **asked, **share), *told)
    report = policy_progress(frozen("2025"), "en")
    charts = [one for one in report.blocks if isinstance(one, Picture)]
    (line,) = [one.chart for one in charts if "2018" in one.alt]
    (bullets,) = [one.chart for one in charts if isinstance(one.chart, Bullets)]
    assert statuses_of(line) == ("unstated",)
    assert {one.told: one.status for one in bullets.bullets} == {
        "3.7% (2024, status not stated)": "unstated",
        "41% (2025, actual)": "actual",
    }
    for one in charts:
        if "3.7" in one.alt:
            assert "3.7% (2024, status not stated)" in one.alt
            assert "does not say whether actual or estimate" in one.chart.frame.source


def test_targets_in_several_units_are_drawn_in_one() -> None:
    revenue = {"indicator": "cultural_industry_revenue"}
    asked = [
        record("target", f"Doanh thu {due}", value=value, unit=unit, due=due, **revenue)
        for value, unit, due in ((900, "ty", "2027"), (1, "nghin_ty", "2028"))
    ]
    told = [
        record("observation", "Doanh thu", value=value, unit="ty", period=period, **revenue)
        for value, period in ((700, "2023"), (800, "2024"))
    ]
    policy = fill()["policy"]
    commit(*(one | {"policy": policy} for one in asked), *told)
    report = policy_progress(frozen("2025"), "en")
    lines = [one.chart for one in report.blocks if isinstance(one, Picture)]
    (chart,) = [one for one in lines if isinstance(one, Lines) and len(one.rules) == 2]
    drawn = {one.value for one in chart.lines[0].figures}
    rules = {one.value for one in chart.rules}
    assert (drawn, rules) in (({700, 800}, {900, 1000}), ({0.7, 0.8}, {0.9, 1}))


def test_an_actual_figure_is_drawn_instead_of_its_estimate() -> None:
    share = {"indicator": "cultural_industry_gdp_share", "unit": "percent", "period": "2024"}
    told = [
        record("observation", "Tỷ trọng", value=value, status=status, **share)
        for value, status in ((4, "estimate"), (3.7, "actual"))
    ]
    asked = {"indicator": share["indicator"], "unit": "percent", "value": 8, "due": "2030"}
    commit(record("target", "Tỷ trọng", policy=fill()["policy"], **asked), *told)
    report = policy_progress(frozen("2025"), "en")
    charts = [one.chart for one in report.blocks if isinstance(one, Picture)]
    (bullets,) = [one for one in charts if isinstance(one, Bullets)]
    assert "3.7% (2024, actual)" in {one.told for one in bullets.bullets}


def test_a_place_that_is_open_within_a_province_is_of_that_province() -> None:
    told = {"policy": fill()["policy"], "due": "2024-06"}
    inside = {"stated": "Ba Vì, Hà Nội", "code": None, "within": "01"}
    beyond = {"stated": "Phú Xuân, Huế", "code": None, "within": "46"}
    commit(
        record("task", "Tu bổ ở Ba Vì", place=inside, **told),
        record("task", "Tu bổ ở Phú Xuân", place=beyond, **told),
    )
    report = said(policy_progress(frozen("2025"), "vi"))
    assert "Tu bổ ở Ba Vì" in report
    assert "Tu bổ ở Phú Xuân" not in report


def test_the_command_that_makes_it_again_can_be_typed_whatever_the_agency() -> None:
    fill()
    agency = 'Sở "VH" $(reboot)'
    report = policy_progress(frozen("2025"), "vi", agency)
    (command,) = [
        plain(one.content)
        for one in report.blocks
        if isinstance(one, Paragraph) and "khue report" in plain(one.content)
    ]
    assert shlex.split(command)[-2:] == [agency, "policy-progress.pdf"]


def test_an_agency_may_have_a_longer_name_than_the_properties_of_a_word_file_hold() -> None:
    fill()
    agency = "Ban Chỉ đạo " + "phát triển " * 30
    document = Document(io.BytesIO(docx_of(policy_progress(frozen("2025"), "vi", agency))))
    assert agency.strip().upper() in document.tables[0].cell(0, 0).text
    assert agency.upper().startswith(document.core_properties.author)


def test_a_line_breaks_where_the_list_changed() -> None:
    """As the charts of the portal do, and by the same words."""
    policy = record("policy", "Quyết định 1/QĐ-UBND", place=None, issued="2023-07-10")
    listing = record("policy", "Quyết định 1559/QĐ-UBND", place=None, issued="2025-03-17")
    same = {"indicator": "relics_total", "unit": "relic"}
    aim = record("target", "Di tích", policy=policy["id"], value=7000, due="2030", **same)
    figures = [
        record("observation", "Di tích", value=5922, period="2024-12", **same),
        record(
            *("observation", "Di tích"),
            value=6489,
            period="2025-03-17",
            basis=listing["id"],
            **same,
        ),
        record("observation", "Di tích", value=6500, period="2025-12", **same),
    ]
    commit(policy, listing)
    commit(aim, *figures)
    for lang, why in (("vi", "Danh mục thay đổi"), ("en", "Change of the list")):
        report = policy_progress(frozen("2025"), lang)
        (picture,) = [
            one
            for one in report.blocks
            if isinstance(one, Picture) and isinstance(one.chart, Lines)
        ]
        chart = picture.chart
        assert isinstance(chart, Lines)
        assert [one.broken for one in chart.lines[0].figures] == ["", why, ""]
        assert why in picture.alt
        assert why in chart.frame.source
