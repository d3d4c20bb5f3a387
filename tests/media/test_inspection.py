"""Files are what their bytes say; bad ones are refused in words, within memory and time."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from khue.media import Facts, inspect
from khue.media.pictures import PICTURES, SCANS
from khue.model.errors import UnreadableFile
from tests.conftest import ROOT
from tests.media import samples
from tests.work import HANG_S

KINDS = tuple(PICTURES)
# What the decoder says of odd metadata; the process that serves passes it over too.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL.*")


def codes(facts: Facts) -> list[str]:
    return [one.code for one in facts.findings]


def refusal(data: bytes, name: str = "x") -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        inspect(data, name)
    assert all(caught.value.message.values())
    assert all(caught.value.mend.values())
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_what_its_bytes_are(kind: str) -> None:
    facts = inspect(samples.photograph(kind, 64, 48, gps=False), "bản quét.pdf")
    assert (facts.media_type, facts.width, facts.height, facts.is_picture) == (kind, 64, 48, True)
    assert codes(facts) == ["file_named_otherwise"]


def test_a_document_is_what_its_bytes_are() -> None:
    facts = inspect(samples.pdf(), "Quyết định.PDF")
    assert facts == Facts("application/pdf", None, None, ())
    assert not facts.is_picture
    assert codes(inspect(samples.pdf(b"/Encrypt 9 0 R"), "x.pdf")) == ["file_encrypted"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_position_is_told(kind: str) -> None:
    assert codes(inspect(samples.photograph(kind, 64, 48), "")) == ["file_has_position"]
    assert codes(inspect(samples.photograph(kind, 64, 48, gps=False), "")) == []


def test_a_position_in_xmp_alone_is_told() -> None:
    data = samples.photograph(width=64, height=48, gps=False, xmp=samples.XMP)
    assert codes(inspect(data, "a.jpg")) == ["file_has_position"]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", KINDS)
def test_the_size_is_that_of_the_upright_picture(kind: str, orientation: int) -> None:
    facts = inspect(samples.photograph(kind, 64, 48, orientation=orientation), "")
    assert (facts.width, facts.height) == ((48, 64) if orientation > 4 else (64, 48))


PHOTO = samples.photograph(width=64, height=48)
REFUSED = {
    "empty": (b"", "no content"),
    "zeros": (bytes(5_000), "no content"),
    "page": (b"\xef\xbb\xbf \n<!DOCTYPE html><p>x", "web page"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "web page"),
    "xml": (b'<?xml version="1.0"?><svg/>', "web page"),
    "gif": (b"GIF89a" + bytes(50), "GIF"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(50), "HEIC"),
    "film": (b"\0\0\0\x18ftypisom" + bytes(50), "film"),
    "office": (samples.archive(), "Office"),
    "program": (b"MZ" + bytes(50), "program"),
    "text": (b"Dinh So", "not known"),
    "picture and archive": (PHOTO + samples.archive(), "ZIP"),
    "document and archive": (samples.pdf() + samples.archive(), "ZIP"),
    "picture before document": (PHOTO + samples.pdf(), "PDF"),
    "document in a comment": (samples.photograph(comment=b"%PDF-1.4"), "PDF"),
    "page in a comment": (samples.photograph(comment=b"<ScRiPt>alert(1)</script>"), "HTML"),
    "document without end": (samples.pdf()[:-30], "cut off"),
    "head of a picture": (b"\x89PNG\r\n\x1a\n", "damaged"),
    "floating point": (b"", "colour mode"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_everything_else_is_refused_in_words(name: str) -> None:
    data, said = REFUSED[name]
    if name == "floating point":
        out = io.BytesIO()
        Image.new("F", (8, 8)).save(out, "TIFF")
        data = out.getvalue()
    assert said in refusal(data).message["en"]


def test_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("khue.media.inspection.BYTES", 1_000_000)
    assert inspect(samples.pdf() + bytes(500) + b"%%EOF", "").media_type == "application/pdf"
    assert "larger than 1 MB" in refusal(samples.pdf() + bytes(1_000_000)).message["en"]


def test_webp_has_a_limit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("khue.media.pictures.WEBP_PIXELS", 64 * 48 - 1)
    assert "too large" in refusal(SMALL["image/webp"]).message["en"]
    assert inspect(SMALL["image/png"], "").is_picture


def test_a_camera_that_appends_a_film_is_read() -> None:
    film = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40 + b"\xff\xda\0\2" * 200
    assert inspect(PHOTO + film, "a.jpg").media_type == "image/jpeg"


@settings(max_examples=60)
@given(st.sampled_from(KINDS), st.floats(0, 0.9))
def test_what_is_cut_off_is_refused(kind: str, part: float) -> None:
    data = SMALL[kind]
    refusal(data[: int(len(data) * part)])


SMALL = {kind: samples.photograph(kind, 64, 48) for kind in KINDS}
STARTS = st.sampled_from(
    [b"", b"%PDF-1.7\n", b"RIFF\0\0\0\0WEBPVP8 ", *(data[:400] for data in SMALL.values())]
)


def read_or_refused(data: bytes) -> None:
    """Fails for whatever is raised besides `UnreadableFile`."""
    try:
        facts = inspect(data, "x")
    except UnreadableFile:
        return
    assert facts.media_type
    assert facts.is_picture == bool(facts.width and facts.height)


@given(STARTS, st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(start: bytes, rest: bytes) -> None:
    read_or_refused(start + rest)


@given(st.sampled_from(KINDS), st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=9))
def test_spoiled_pictures_are_read_or_refused(kind: str, marks: list[tuple[int, int]]) -> None:
    data = bytearray(SMALL[kind])
    for place, byte in marks:
        data[place % len(data)] = byte
    read_or_refused(bytes(data))


def test_a_picture_of_very_many_scans_is_refused() -> None:
    data = samples.photograph(width=64, height=48, progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    assert inspect(data[:-2] + scan * 5 + data[-2:], "").width == 64
    assert "damaged" in refusal(data[:-2] + scan * SCANS + data[-2:]).message["en"]


BOMBS = """
    import json, resource, struct
    from khue.media import inspect
    from khue.model.errors import UnreadableFile
    from tests.media import samples

    def claiming(find, put):
        data = samples.photograph(width=64, height=48)
        assert data.count(find) == 1
        return data.replace(find, put)

    bombs = {
        "png": samples.png_that_claims(60_000, 60_000),
        "png just over": samples.png_that_claims(9_000, 9_000),
        "jpeg": claiming(struct.pack(">HH", 48, 64), struct.pack(">HH", 65_500, 65_500)),
        "webp": b"RIFF\\x16\\0\\0\\0WEBPVP8X\\x0a\\0\\0\\0\\0\\0\\0\\0" + b"\\xfe\\x3f\\0" * 2,
        "tiff": samples.tiff_that_claims(2**20, 2**20),
    }
    before, said = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, {}
    for name, data in bombs.items():
        try:
            inspect(data, "")
            said[name] = "taken"
        except UnreadableFile as error:
            said[name] = error.message["en"]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"said": said, "mb": grown / 1024}))
"""


def test_bombs_are_refused_before_they_go_off() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(BOMBS)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=HANG_S,
    )
    result = json.loads(done.stdout)
    assert set(result["said"]) == {"png", "png just over", "jpeg", "webp", "tiff"}
    for name, said in result["said"].items():
        assert "too large" in said or (name == "webp" and "damaged" in said), (name, said)
    assert result["mb"] < 40
