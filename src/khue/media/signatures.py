"""What a file is by its first bytes: the kinds that are taken, and what to say of the others."""

from __future__ import annotations

import io
import re
import zipfile

from khue.model.errors import UnreadableFile

PDF = "application/pdf"
HEAD = 1024
"""Readers of PDF look for its header in so many bytes (ISO 32000-1, annex H, note 13)."""

_TAKEN = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", PDF),
)

_PICTURE = ("Lưu lại thành JPEG hoặc PNG.", "Save it as JPEG or PNG.")
_TO_PDF = ("Lưu lại thành PDF.", "Save it as PDF.")
_UNPACK = ("Giải nén rồi gắn từng tệp.", "Unpack it and attach each file.")
_ONLY = ("Chỉ nhận ảnh và PDF.", "Only pictures and PDF are taken.")

_KNOWN: tuple[tuple[bytes, str, str, tuple[str, str]], ...] = (
    (b"GIF8", "ảnh GIF", "a GIF picture", _PICTURE),
    (b"BM", "ảnh BMP", "a BMP picture", _PICTURE),
    (b"II+\x00", "ảnh BigTIFF", "a BigTIFF picture", _PICTURE),
    (b"MM\x00+", "ảnh BigTIFF", "a BigTIFF picture", _PICTURE),
    (b"8BPS", "ảnh Photoshop", "a Photoshop picture", _PICTURE),
    (b"PK\x03\x04", "tệp nén hoặc tệp Office", "an archive or an Office file", _TO_PDF),
    (b"\xd0\xcf\x11\xe0", "tệp Office cũ", "an old Office file", _TO_PDF),
    (b"{\\rtf", "tệp RTF", "an RTF file", _TO_PDF),
    (b"%!PS", "tệp PostScript", "a PostScript file", _TO_PDF),
    (b"Rar!", "tệp nén", "an archive", _UNPACK),
    (b"7z\xbc\xaf", "tệp nén", "an archive", _UNPACK),
    (b"\x1f\x8b", "tệp nén", "an archive", _UNPACK),
    (b"MZ", "chương trình", "a program", _ONLY),
    (b"\x7fELF", "chương trình", "a program", _ONLY),
)
"""First bytes, what such a file is in both languages, and what would do instead."""

_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"mif1", b"msf1", b"hevc"), ("ảnh HEIC", "a HEIC picture")),
    **dict.fromkeys((b"avif", b"avis"), ("ảnh AVIF", "an AVIF picture")),
}
"""Major brands of ISO base media files (ISO 14496-12) that are pictures; others are films."""

_MARKUP = re.compile(rb"\s*<(?:\?xml|!doctype|!--|svg|html|head|body|script)", re.IGNORECASE)
_SCRIPT = re.compile(rb"<script|<!doctype html|<\?php", re.IGNORECASE)


def media_type_of(data: bytes) -> str:
    """The media type that the content has, whatever the file is called.

    Raises `UnreadableFile`, with what would do instead, for everything that is not taken.
    """
    if not data.strip(b"\x00 \r\n\t"):
        raise UnreadableFile(
            "Tệp không có nội dung.",
            "The file has no content.",
            mend_vi="Chép lại tệp từ bản gốc.",
            mend_en="Copy the file again from the original.",
        )
    for start, media_type in _TAKEN:
        if data.startswith(start):
            return media_type
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    raise _refusal(data)


def refuse_two_faced(data: bytes, media_type: str) -> None:
    """Raise `UnreadableFile` for a file that other programs would open as something else.

    A picture that is a PDF, a web page or an archive as well is made to get past someone; none
    comes from a camera. Archives are those that an unpacker would really open.
    """
    other = ""
    if media_type != PDF and (b"%PDF-" in data[:HEAD] or b"%%EOF" in data[-HEAD:]):
        other = "PDF"
    elif media_type != PDF and _SCRIPT.search(data):
        other = "HTML"
    elif _is_archive(data):
        other = "ZIP"
    if other:
        raise UnreadableFile(
            f"Tệp vừa là {media_type} vừa là {other}; tệp hai mặt như vậy không được nhận.",
            f"The file is {media_type} and {other} at once; such a file is not taken.",
            mend_vi="Mở ảnh hoặc tài liệu, lưu lại thành tệp mới rồi gắn tệp đó.",
            mend_en="Open the picture or document, save it as a new file, and attach that.",
        )


def _is_archive(data: bytes) -> bool:
    """Whether the end of the file is the end of a ZIP archive with something in it."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 + int.from_bytes(data[end + 20 : end + 22], "little") != len(data):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _refusal(data: bytes) -> UnreadableFile:
    if _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")[:HEAD]):
        vi, en, mend = "trang web, SVG hoặc XML", "a web page, SVG or XML", _PICTURE
    elif data[4:8] == b"ftyp":
        vi, en = _BRANDS.get(data[8:12], ("phim", "a film"))
        mend = _PICTURE if data[8:12] in _BRANDS else _ONLY
    else:
        known = (one for one in _KNOWN if data.startswith(one[0]))
        unknown = (b"", "loại tệp không nhận ra", "of a kind that is not known", _ONLY)
        _, vi, en, mend = next(known, unknown)
    return UnreadableFile(
        f"Tệp này là {vi}; chỉ nhận JPEG, PNG, WebP, TIFF và PDF.",
        f"The file is {en}; JPEG, PNG, WebP, TIFF and PDF are taken.",
        mend_vi=mend[0],
        mend_en=mend[1],
    )
