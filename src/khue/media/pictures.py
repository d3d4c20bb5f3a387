"""Pictures within bounds: opened by the format that they have, made small, made plain.

A decoder that is given hostile bytes may raise anything, so whatever it raises means that the
picture cannot be read. What it may take is bounded before it starts: bytes, pixels, scans.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from PIL import Image, ImageCms, ImageFile

from khue.model.errors import KhueError, UnreadableFile

BYTES = 100_000_000
PIXELS = 70_000_000
"""A3 at 600 dots per inch (7,016 by 9,933) and cameras of 61 megapixels fit; four bytes each make
280 MB while one picture is decoded."""
WEBP_PIXELS = 30_000_000
"""Decoding a WebP keeps it four times at once; nobody scans or photographs into WebP."""
SCANS = 100
"""Passes of a progressive JPEG. Cameras and editors write about ten; each costs a whole pass."""
WIDTHS = (320, 960, 1920)
"""Widths of thumbnails in pixels: a list, a phone, a window."""
GAP = 3
"""A picture is first averaged down to so many times the wanted size, which cannot be told from
resampling all of it and costs less."""
BAND = 4_000_000
"""Pixels that are converted and averaged at a time."""
TALLEST = 2
"""A thumbnail is at most so many times as high as its width may be: scrolls and steles."""
QUALITY = 80

PICTURES = {
    "image/jpeg": ("JPEG",),
    "image/png": ("PNG",),
    "image/tiff": ("TIFF",),
    "image/webp": ("WEBP",),
}
"""Media types of pictures, each with the only decoders that may open it."""

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture of each EXIF orientation is turned upright (EXIF 2.32, tag 0x0112)."""
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"})
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

# For the whole process, so that no other use of the library decodes more than this either.
Image.MAX_IMAGE_PIXELS = PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
# What it says of odd metadata is for programmers; the pixels decide.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")


def damaged() -> UnreadableFile:
    """What to raise for a picture that cannot be decoded whole."""
    return UnreadableFile(
        "Ảnh hỏng hoặc bị cắt cụt, không đọc được trọn vẹn.",
        "The picture is damaged or cut off and cannot be read whole.",
        mend_vi="Chép lại từ máy ảnh hoặc bản gốc; hoặc mở ra rồi lưu lại.",
        mend_en="Copy it again from the camera or the original, or open it and save it anew.",
    )


@contextmanager
def opened(data: bytes, media_type: str) -> Iterator[ImageFile.ImageFile]:
    """The picture, opened but not decoded. Raises `UnreadableFile` for one that cannot be, or that
    is larger than `PIXELS`; so does whatever a decoder raises inside the `with`."""
    try:
        if media_type == "image/jpeg" and _scans(data) > SCANS:
            raise damaged()
        with Image.open(io.BytesIO(data), formats=PICTURES[media_type]) as image:
            limit = WEBP_PIXELS if media_type == "image/webp" else PIXELS
            if image.width * image.height > limit:
                raise _too_large(limit)
            yield image
    except KhueError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise _too_large(PIXELS) from error
    except Exception as error:
        raise damaged() from error


def upright_size(image: ImageFile.ImageFile) -> tuple[int, int]:
    """Width and height in pixels as people see the picture."""
    if _turn(image) in (5, 6, 7, 8):
        return image.height, image.width
    return image.size


def size_at(width: int, height: int, at: int) -> tuple[int, int]:
    """Width and height of the thumbnail of width `at`; a picture is never made larger."""
    scale = min(1.0, at / width, TALLEST * at / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def render(data: bytes, media_type: str, at: int) -> Image.Image:
    """The picture at width `at`, upright, in sRGB, on white, and nothing but its pixels.

    Raises `UnreadableFile`. JPEG is decoded at a half, a quarter or an eighth if that is enough.
    """
    with opened(data, media_type) as image:
        turn = _turn(image)
        size = size_at(*upright_size(image), at)
        lying = size[::-1] if turn in (5, 6, 7, 8) else size
        image.draft(None, lying)
        profile = image.info.get("icc_profile")
        small = _averaged(image, lying).resize(lying, Image.Resampling.LANCZOS)
        plain = _on_white(small, profile)
        plain = plain.transpose(_TURNS[turn]) if turn in _TURNS else plain
        # A new image knows nothing of where its pixels came from: no EXIF, XMP, comment, profile.
        return Image.frombytes("RGB", plain.size, plain.tobytes())


def to_webp(image: Image.Image) -> bytes:
    """The image as WebP."""
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


def _too_large(limit: int) -> UnreadableFile:
    return UnreadableFile(
        f"Ảnh quá lớn: hơn {limit // 1_000_000} triệu điểm ảnh.",
        f"The picture is too large: over {limit // 1_000_000} million pixels.",
        mend_vi="Thu nhỏ ảnh, hoặc quét lại với 300 đến 600 dpi.",
        mend_en="Make it smaller, or scan again at 300 to 600 dpi.",
    )


def _scans(data: bytes) -> int:
    """How many scans a JPEG has, counting no further than one past `SCANS` (ITU-T T.81, B.1)."""
    at, scans = 2, 0
    while scans <= SCANS and (found := _NEXT_MARKER.search(data, at)):
        marker, at = found[0][1], found.end()
        if marker == 0xD9:
            break
        scans += marker == 0xDA
        # Segments say how long they are; what follows the head of a scan is its data.
        at += int.from_bytes(data[at : at + 2], "big")
    return scans


def _turn(image: ImageFile.ImageFile) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or the decoder turns by itself."""
    if image.format == "TIFF":
        return 1
    # Damaged EXIF is no reason to refuse a picture whose pixels are whole.
    with suppress(Exception):
        return int(image.getexif().get(_ORIENTATION, 1))
    return 1


def _averaged(image: ImageFile.ImageFile, size: tuple[int, int]) -> Image.Image:
    """The picture brought down by a whole number to `GAP` times `size` or a little more."""
    image.load()
    factor = int(min(image.width / size[0], image.height / size[1]) / GAP)
    if factor < 2:
        return _smooth(image)
    # Band by band: converting the whole would keep it in memory two or three times.
    rows = factor * max(1, BAND // (image.width * factor))
    bands = [
        _smooth(image.crop((0, top, image.width, min(top + rows, image.height)))).reduce(factor)
        for top in range(0, image.height, rows)
    ]
    whole = Image.new(bands[0].mode, (bands[0].width, -(-image.height // factor)))
    for number, band in enumerate(bands):
        whole.paste(band, (0, number * rows // factor))
    return whole


def _smooth(image: Image.Image) -> Image.Image:
    """The image in a mode that can be averaged."""
    if image.mode.startswith("I;16"):
        # The upper eight of sixteen bits; converting alone would cut everything off at 255.
        wide = image if image.mode == "I;16" else image.convert("I")
        return wide.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode not in _MODES:
        raise UnreadableFile(
            f"Ảnh dùng kiểu màu {image.mode}, không hiển thị được.",
            f"The picture has the colour mode {image.mode}, which cannot be shown.",
            mend_vi="Lưu lại dưới dạng RGB, 8 bit mỗi kênh.",
            mend_en="Save it as RGB with 8 bits for each channel.",
        )
    if image.mode in ("P", "PA", "1") or "transparency" in image.info:
        return image.convert("RGBA")
    return image


def _on_white(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The image in sRGB without transparency."""
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    colours = image.convert({"RGBA": "RGB", "LA": "L"}.get(image.mode, image.mode))
    plain = _in_srgb(colours, profile)
    if alpha is None:
        return plain
    white = Image.new("RGB", plain.size, "white")
    white.paste(plain, mask=alpha)
    return white


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The image in sRGB; one whose profile is missing or damaged is taken to be so already."""
    if profile and image.mode in ("RGB", "L", "CMYK"):
        with suppress(Exception):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            made = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
            if made is not None:
                return made
    return image.convert("RGB")
