"""Photographs and documents on pages: shown to all, without what nobody may see."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from khue.media import WIDTHS
from khue.model.rights import OPERATOR
from khue.pipeline import FileNote, attach_file, detach_file, house
from khue.registry import actions
from khue.web.portal.attached import FRESH_S
from tests.media import samples
from tests.web.conftest import SECRET, Town, _edit
from tests.web.test_pages import text

NOTE = FileNote(
    title={"vi": "Tam quan <b>đình So</b>", "en": "Gate of So"},
    creator="Nguyễn Văn A",
    licence="CC BY-SA 4.0",
    visibility="public",
    date="2024-04-28",
)
GPS_MARKS = (samples.PLACE_NAME.encode(), b"GPS", b"Exif", b"xmpmeta", SECRET.encode())


def attach(folder: Path, record: str, data: bytes, note: FileNote = NOTE) -> str:
    """Attach bytes to a record; their sha256."""
    path = folder / "tệp"
    path.write_bytes(data)
    attach_file(house(), record, path, note, actor=OPERATOR, why=SECRET)
    return hashlib.sha256(data).hexdigest()


def body(visit: Client, address: str) -> bytes:
    """The bytes of a file that is served."""
    answer = visit.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer)


@pytest.fixture
def photo(town: Town, tmp_path: Path) -> str:
    """A photograph with a position, upright only after a turn, on a public record."""
    return attach(tmp_path, town.dinh_so, samples.photograph(width=1400, height=900, orientation=6))


@pytest.fixture
def paper(town: Town, tmp_path: Path) -> str:
    """A decision on the same record."""
    title = {"vi": 'Quyết định "313"'}
    return attach(tmp_path, town.dinh_so, samples.pdf(), FileNote(title=title, visibility="public"))


@pytest.fixture
def closed(town: Town, tmp_path: Path) -> list[str]:
    """Files that the public may not know of: by their own visibility, and by their record's."""
    data = [samples.photograph(width=60 + number, height=50) for number in range(3)]
    secret = replace(NOTE, title={"vi": SECRET}, creator=SECRET)
    return [
        attach(tmp_path, town.dinh_so, data[0], replace(secret, visibility="staff")),
        attach(tmp_path, town.dinh_so, data[1], replace(secret, visibility="restricted")),
        attach(tmp_path, town.hidden, data[2], secret),
        attach(tmp_path, town.hidden, samples.pdf(b"/Info 9 0 R"), secret),
    ]


def addresses(sha256: str) -> list[str]:
    """Every address under which bytes of a file could be looked for."""
    return [
        *(f"/files/{sha256}/{at}.webp" for at in WIDTHS),
        *(f"/files/{sha256}{ending}" for ending in ("", ".pdf", ".jpg", "/original", "/")),
        f"/en/files/{sha256}.pdf",
        f"/static/files/{sha256[:2]}/{sha256}",
    ]


def test_the_page_shows_photographs(visit: Client, town: Town, photo: str) -> None:
    page = text(visit, f"/id/{town.dinh_so}")
    figure = page[page.index("<figure") : page.index("</figure>")]
    for expected in (
        f'href="/files/{photo}/1920.webp"',
        f'src="/files/{photo}/960.webp"',
        f"/files/{photo}/320.webp 320w",
        f"/files/{photo}/960.webp 900w",
        'width="900" height="1400"',
        'alt="Tam quan &lt;b&gt;đình So&lt;/b&gt;"',
        "Nguyễn Văn A",
        "28/4/2024",
        "CC BY-SA 4.0",
    ):
        assert expected in figure, expected
    assert "960w" not in figure  # a picture is never made larger
    assert "1920w" not in figure
    assert '<h2 id="pictures">Ảnh</h2>' in page
    assert "không kèm vị trí chụp" in page
    english = text(visit, f"/en/id/{town.dinh_so}")
    for expected in ('alt="Gate of So"', "28 April 2024", "without the camera’s data"):
        assert expected in english
    assert "<figure" not in text(visit, f"/id/{town.van_mieu}")


def test_drawings_are_not_called_photographs(visit: Client, town: Town, tmp_path: Path) -> None:
    drawn = attach(tmp_path, town.dinh_so, samples.photograph(), replace(NOTE, kind="tranh vẽ"))
    page = text(visit, f"/id/{town.dinh_so}")
    assert '<h2 id="pictures">Hình vẽ</h2>' in page
    assert "không phải chụp" in page
    assert "máy ảnh" not in page
    english = text(visit, f"/en/id/{town.dinh_so}")
    assert '<h2 id="pictures">Drawing</h2>' in english
    assert "camera" not in english
    assert f'src="/files/{drawn}/320.webp"' in text(visit, "/search?q=dinh+so&type=relic")
    attach(tmp_path, town.dinh_so, samples.photograph(width=70))
    page = text(visit, f"/id/{town.dinh_so}")
    assert '<h2 id="pictures">Hình ảnh</h2>' in page
    assert "máy ảnh" in page


def test_lists_show_the_first_photograph(visit: Client, photo: str) -> None:
    page = text(visit, "/search?q=dinh+so&type=relic")
    assert page.count("<img") == 1
    assert f'src="/files/{photo}/320.webp"' in page


def test_the_page_lists_documents(visit: Client, town: Town, paper: str) -> None:
    page = text(visit, f"/id/{town.dinh_so}")
    assert f'href="/files/{paper}.pdf"' in page
    assert "Quyết định &quot;313&quot;" in page
    assert "0,1 MB" in page
    assert "0.1 MB" in text(visit, f"/en/id/{town.dinh_so}")


def test_a_scan_that_is_a_picture_is_a_document(visit: Client, town: Town, tmp_path: Path) -> None:
    note = FileNote(title={"vi": "Bản quét"}, kind="document", visibility="public")
    scan = attach(tmp_path, town.dinh_so, samples.photograph("image/tiff", 200, 300), note)
    page = text(visit, f"/id/{town.dinh_so}")
    assert "<figure" not in page
    assert f'href="/files/{scan}/1920.webp"' in page


def test_pictures_are_served_without_what_the_camera_wrote(visit: Client, photo: str) -> None:
    for at in WIDTHS:
        webp = body(visit, f"/files/{photo}/{at}.webp")
        assert not [mark for mark in GPS_MARKS if mark in webp]
        width = min(at, 900)
        assert Image.open(io.BytesIO(webp)).size == (width, round(1400 * width / 900))


def test_the_bytes_of_a_picture_have_no_address(visit: Client, photo: str) -> None:
    for address in addresses(photo)[len(WIDTHS) :]:
        assert visit.get(address, follow=True).status_code == 404, address
    for at in ("0", "1", "321", "1919", "99999", "٣٢٠"):
        assert visit.get(f"/files/{photo}/{at}.webp").status_code == 404


def test_documents_are_served_as_they_are(visit: Client, paper: str) -> None:
    answer = visit.get(f"/files/{paper}.pdf")
    assert b"".join(answer) == samples.pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="quyet-dinh-313.pdf"'


def test_a_title_cannot_write_headers(visit: Client, town: Town, tmp_path: Path) -> None:
    for number, title in enumerate(('a"\r\nSet-Cookie: x=1', "../../etc/passwd", "💥", "x" * 300)):
        pdf = samples.pdf(b"/N %d" % number)
        note = FileNote(title={"vi": title}, visibility="public")
        named = visit.get(f"/files/{attach(tmp_path, town.dinh_so, pdf, note)}.pdf")
        said = named["Content-Disposition"]
        assert re.fullmatch(r'attachment; filename="[a-z0-9-]{1,60}\.pdf"', said), said
        named.close()


def test_what_is_served_can_do_nothing(visit: Client, photo: str, paper: str) -> None:
    for address in (f"/files/{photo}/320.webp", f"/files/{paper}.pdf"):
        answer = visit.get(address)
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer["X-Content-Type-Options"] == "nosniff"
        answer.close()
        assert visit.post(address).status_code == 405
        assert visit.head(address).status_code == 200
    page = visit.get("/files/" + "0" * 64 + ".pdf")
    assert "style-src 'self'" in page["Content-Security-Policy"]


def test_closed_files_are_not_there(visit: Client, town: Town, closed: list[str]) -> None:
    for page in (f"/id/{town.dinh_so}", f"/id/{town.dinh_so}/history", f"/id/{town.dinh_so}.json"):
        shown = text(visit, page)
        assert not [sha256 for sha256 in closed if sha256 in shown]
    nothing = visit.get("/files/" + "0" * 64 + "/320.webp")
    for sha256 in closed:
        for address in addresses(sha256):
            answer = visit.get(address, follow=True)
            assert answer.status_code == 404, address
        answer = visit.get(f"/files/{sha256}/320.webp", headers={"If-None-Match": "*"})
        assert answer.status_code == 404
        assert strip(answer.content, sha256) == strip(nothing.content, "0" * 64)
        assert answer.headers == nothing.headers


def strip(page: bytes, sha256: str) -> bytes:
    """A page without the address that was asked for, which its language switch repeats."""
    return page.replace(sha256.encode(), b"")


def test_caches_ask_again_and_learn_of_a_withdrawal(
    visit: Client, town: Town, photo: str, paper: str
) -> None:
    served = {f"/files/{photo}/960.webp": photo, f"/files/{paper}.pdf": paper}
    tags = {}
    for address in served:
        answer = visit.get(address)
        tags[address] = answer["ETag"]
        assert answer["Cache-Control"] == f"public, max-age={FRESH_S}, must-revalidate"
        answer.close()
        again = visit.get(address, headers={"If-None-Match": tags[address]})
        assert (again.status_code, again.content) == (304, b"")
    assert FRESH_S <= 60
    detach_file(house(), town.dinh_so, photo, actor=OPERATOR, why=SECRET)
    _edit(town.dinh_so, visibility="staff")
    for address, tag in tags.items():
        for headers in ({}, {"If-None-Match": tag}):
            assert visit.get(address, headers=headers).status_code == 404


def test_the_past_shows_what_is_still_shown(visit: Client, town: Town, photo: str) -> None:
    address = f"/id/{town.dinh_so}?at=2999-12-31"
    assert photo in text(visit, address)
    assert "Tam quan &lt;b&gt;đình So&lt;/b&gt; · Nguyễn Văn A · CC BY-SA 4.0 · 28/4/2024" in (
        text(visit, f"/id/{town.dinh_so}/history")
    )
    version = json.loads(text(visit, f"/id/{town.dinh_so}.json"))
    assert [one["sha256"] for one in version["files"]] == [photo]
    detach_file(house(), town.dinh_so, photo, actor=OPERATOR, why=SECRET)
    for page in ("?at=2999-12-31", "/history", ".json", ""):
        assert photo not in text(visit, f"/id/{town.dinh_so}{page}")


def test_a_merged_record_hands_its_pictures_on(visit: Client, town: Town, photo: str) -> None:
    pack = house().pack
    winner, loser = town.van_mieu, town.dinh_so
    actions.merge(actor=OPERATOR, why=SECRET, winner=winner, loser=loser, pack=pack)
    assert photo in text(visit, f"/id/{winner}")
    assert body(visit, f"/files/{photo}/320.webp")
