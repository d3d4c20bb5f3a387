"""What a file is: its kind by content, its size as people see it, and what is worth telling."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath

from PIL import ImageFile

from khue.media.pictures import BYTES, PICTURES, WIDTHS, opened, render, upright_size
from khue.media.signatures import HEAD, PDF, media_type_of, refuse_two_faced
from khue.model.errors import UnreadableFile
from khue.model.findings import Finding, finding

_NAMES = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/tiff": (".tif", ".tiff"),
    "image/webp": (".webp",),
    PDF: (".pdf",),
}
_GPS_IFD = 0x8825
_XMP_POSITION = b"GPSLatitude"
"""Property `exif:GPSLatitude` of XMP (XMP specification, part 2), which stands there as text."""


@dataclass(frozen=True)
class Facts:
    """What was found. `width` and `height` are pixels of the upright picture, None for a PDF."""

    media_type: str
    width: int | None
    height: int | None
    findings: tuple[Finding, ...]

    @property
    def is_picture(self) -> bool:
        """Whether thumbnails can be made of it."""
        return self.media_type in PICTURES


def inspect(data: bytes, filename: str) -> Facts:
    """What the bytes are; `filename` is only compared with that.

    Raises `UnreadableFile` for a file that is empty, over `BYTES`, damaged, cut off, of a kind that
    is not taken, two kinds at once, or whose picture is too large to decode.
    """
    if len(data) > BYTES:
        raise too_many_bytes()
    media_type = media_type_of(data)
    refuse_two_faced(data, media_type)
    told = list(_misnamed(filename, media_type))
    if media_type not in PICTURES:
        return Facts(media_type, None, None, (*told, *_check_pdf(data)))
    (width, height), has_position = _look_at(data, media_type)
    if has_position:
        told.append(finding("file_has_position"))
    # Making the smallest thumbnail shows that the whole picture can be decoded.
    render(data, media_type, min(WIDTHS))
    return Facts(media_type, width, height, tuple(told))


def too_many_bytes() -> UnreadableFile:
    """What to raise for a file of more than `BYTES`."""
    return UnreadableFile(
        f"Tệp lớn hơn {BYTES // 1_000_000} MB.",
        f"The file is larger than {BYTES // 1_000_000} MB.",
        mend_vi="Giảm độ phân giải khi quét hoặc nén ảnh, rồi gắn lại.",
        mend_en="Scan at a lower resolution or compress the picture, and attach it again.",
    )


def _misnamed(filename: str, media_type: str) -> list[Finding]:
    ending = PurePath(filename).suffix.lower()
    if not ending or ending in _NAMES[media_type]:
        return []
    return [finding("file_named_otherwise", value=filename, media_type=media_type)]


def _check_pdf(data: bytes) -> list[Finding]:
    """What is worth telling of a PDF. Raises `UnreadableFile` for one without its end."""
    if b"%%EOF" not in data[-HEAD:] or b"startxref" not in data:
        raise UnreadableFile(
            "Tệp PDF hỏng hoặc bị cắt cụt: không thấy phần kết thúc.",
            "The PDF is damaged or cut off: its end is missing.",
            mend_vi="Quét hoặc chép lại tệp; hoặc mở ra rồi in thành PDF mới.",
            mend_en="Scan or copy it again, or open it and print it as a new PDF.",
        )
    return [finding("file_encrypted")] if b"/Encrypt" in data else []


def _look_at(data: bytes, media_type: str) -> tuple[tuple[int, int], bool]:
    """The size of the upright picture, and whether it says where it was taken."""
    with opened(data, media_type) as image:
        return upright_size(image), _XMP_POSITION in data or _has_gps(image)


def _has_gps(image: ImageFile.ImageFile) -> bool:
    with suppress(Exception):
        return bool(image.getexif().get_ifd(_GPS_IFD))
    return False
