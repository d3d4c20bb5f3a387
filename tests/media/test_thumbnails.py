"""Thumbnails: upright, in true colours, nothing but pixels, made once and whole."""

from __future__ import annotations

import io
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps

from khue.media import PICTURES, WIDTHS, discard, pictures, size_at, thumbnail, thumbnails
from khue.model.errors import UnreadableFile
from tests.media import samples

SHA = "ab" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "thumbnails"


def kept(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "original"
    path.write_bytes(data)
    return path


def chunks(webp: bytes) -> list[bytes]:
    """The kinds of chunks of a WebP (RIFF) file."""
    assert webp[:4] == b"RIFF"
    assert webp[8:12] == b"WEBP"
    at, found = 12, []
    while at < len(webp):
        kind, size = struct.unpack("<4sI", webp[at : at + 8])
        found.append(kind)
        at += 8 + size + size % 2
    return found


def colour(data: bytes, media_type: str) -> tuple[int, ...]:
    """The colour in the middle of the rendered picture."""
    image = pictures.render(data, media_type, 320)
    assert image.mode == "RGB"
    found = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(found, tuple)
    return found


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", PICTURES)
def test_nothing_but_pixels_is_left(folder: Path, tmp_path: Path, kind: str) -> None:
    width = 2000 if kind == "image/jpeg" else 1000
    data = samples.photograph(kind, width, width * 3 // 4)
    assert samples.PLACE_NAME.encode() in data
    original = kept(tmp_path, data)
    for at in WIDTHS:
        webp = thumbnail(folder, original, SHA, kind, at).read_bytes()
        assert chunks(webp) == [b"VP8 "]
        for secret in (samples.PLACE_NAME.encode(), b"Exif", b"GPS", b"xmp", b"ICC"):
            assert secret not in webp
        image = Image.open(io.BytesIO(webp))
        assert image.size == (min(at, width), min(at, width) * 3 // 4)
        assert dict(image.getexif()) == {}
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", PICTURES)
def test_pictures_stand_upright(kind: str, orientation: int) -> None:
    data = samples.photograph(kind, 600, 400, orientation=orientation, gps=False)
    ours = pictures.render(data, kind, 320)
    theirs = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    difference = ImageChops.difference(ours, theirs.resize(ours.size, Image.Resampling.LANCZOS))
    assert max(high for _, high in difference.reduce(8).getextrema()) < 40
    assert ours.size == ((320, 480) if orientation > 4 else (320, 213))


def test_bands_meet_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    data = samples.photograph("image/png", 2000, 1503, gps=False)
    whole = pictures.render(data, "image/png", 320)
    monkeypatch.setattr(pictures, "BAND", 30_000)
    assert pictures.render(data, "image/png", 320).tobytes() == whole.tobytes()


def near(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) <= 4 for one, other in zip(found, wanted, strict=True))


def test_every_mode_keeps_its_colours() -> None:
    plain = samples.draw(64, 48)
    red = plain.getpixel((32, 24))
    assert isinstance(red, tuple)
    for mode in ("RGB", "RGBA", "P"):
        assert near(colour(saved(plain.convert(mode)), "image/png"), red) or mode == "P"
    assert near(colour(saved(plain.convert("CMYK"), "TIFF"), "image/tiff"), red)
    grey = plain.convert("L").getpixel((32, 24))
    assert near(colour(saved(plain.convert("L")), "image/png"), (grey,) * 3)
    assert near(colour(saved(plain.convert("LA")), "image/png"), (grey,) * 3)
    assert near(colour(saved(Image.new("1", (9, 9), 1)), "image/png"), (255,) * 3)
    for kind, media_type in (("PNG", "image/png"), ("TIFF", "image/tiff")):
        assert near(colour(saved(Image.new("I;16", (9, 9), 40_000), kind), media_type), (156,) * 3)
    assert near(colour(saved(Image.new("I;16B", (9, 9), 40_000), "TIFF"), "image/tiff"), (156,) * 3)


def test_transparency_becomes_white_paper() -> None:
    for image in (Image.new("RGBA", (9, 9), (0, 0, 0, 0)), Image.new("LA", (9, 9), (0, 0))):
        assert colour(saved(image), "image/png") == (255, 255, 255)
    assert colour(saved(Image.new("P", (9, 9)), transparency=0), "image/png") == (255, 255, 255)
    assert colour(saved(Image.new("RGB", (9, 9)), transparency=(0, 0, 0)), "image/png") == (
        (255, 255, 255)
    )


def test_colours_are_brought_to_srgb() -> None:
    red = Image.new("RGB", (9, 9), (220, 30, 30))
    straight = saved(red, icc_profile=samples.profile())
    assert near(colour(straight, "image/png"), (220, 30, 30))
    turned = colour(saved(red, icc_profile=samples.profile(swapped=True)), "image/png")
    assert turned[1] > turned[0] + 100
    damaged = saved(red, icc_profile=samples.profile()[:200])
    assert near(colour(damaged, "image/png"), (220, 30, 30))


@pytest.mark.parametrize(
    ("size", "at", "expected"),
    [
        ((4000, 3000), 960, (960, 720)),
        ((200, 100), 960, (200, 100)),
        ((1000, 8000), 320, (80, 640)),
        ((100_000, 1), 320, (320, 1)),
        ((1, 100_000), 320, (1, 640)),
    ],
)
def test_sizes_are_bounded(size: tuple[int, int], at: int, expected: tuple[int, int]) -> None:
    assert size_at(*size, at) == expected


def test_they_are_made_once_for_all_who_ask(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = kept(tmp_path, samples.photograph(width=1200, height=900))
    made = []
    real = thumbnails.render

    def counted(data: bytes, media_type: str, at: int) -> Image.Image:
        made.append(at)
        return real(data, media_type, at)

    monkeypatch.setattr(thumbnails, "render", counted)

    def ask(number: int) -> bytes:
        at = WIDTHS[number % len(WIDTHS)]
        return thumbnail(folder, original, SHA, "image/jpeg", at).read_bytes()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(24)))
    assert made == [max(WIDTHS)]
    assert len(set(answers)) == len(WIDTHS)
    assert all(Image.open(io.BytesIO(one)).load() for one in answers)


def test_nothing_half_is_left_when_the_disk_is_full(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = kept(tmp_path, samples.photograph(width=1200, height=900))
    with monkeypatch.context() as patch:

        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(thumbnails.os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            thumbnail(folder, original, SHA, "image/jpeg", 320)
    assert not list(folder.rglob("*.webp"))
    assert thumbnail(folder, original, SHA, "image/jpeg", 320).is_file()
    assert not list(folder.rglob("*.part"))


def test_they_can_be_deleted_at_any_time(folder: Path, tmp_path: Path) -> None:
    original = kept(tmp_path, samples.photograph())
    discard(folder, SHA)
    first = thumbnail(folder, original, SHA, "image/jpeg", 320).read_bytes()
    discard(folder, SHA)
    assert not (folder / SHA).exists()
    assert thumbnail(folder, original, SHA, "image/jpeg", 320).read_bytes() == first


def test_what_cannot_be_made(folder: Path, tmp_path: Path) -> None:
    original = kept(tmp_path, b"no picture")
    with pytest.raises(KeyError):
        thumbnail(folder, original, SHA, "image/jpeg", 321)
    with pytest.raises(UnreadableFile):
        thumbnail(folder, original, SHA, "image/jpeg", 320)
    with pytest.raises(UnreadableFile, match="cannot be read"):
        thumbnail(folder, tmp_path / "gone", SHA, "image/jpeg", 320)
