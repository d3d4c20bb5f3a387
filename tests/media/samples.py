"""Pictures and documents drawn by code, with all that a camera would write into them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image, ImageCms, ImageDraw, TiffImagePlugin

PLACE_NAME = "BIMATVITRI"
"""Stands in every kind of metadata that a picture of `photograph` carries."""
GPS = {1: "N", 2: (21.0, 2.0, 3.75), 3: "E", 4: (105.0, 50.0, 9.25)}
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description exif:GPSLatitude="21,2.06N"'
    b' photoshop:City="' + PLACE_NAME.encode() + b'"/></rdf:RDF></x:xmpmeta>'
)
FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
}


def draw(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A roof over a wall under a sky, so that one sees which way is up: the sky is light."""
    image = Image.new("RGB", (width, height), (214, 226, 232))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, height * 2 // 3, width, height), fill=(120, 104, 78))
    pen.polygon(
        [(0, height * 2 // 3), (width // 2, height // 4), (width, height * 2 // 3)],
        fill=(150, 50, 34),
    )
    return image.convert(mode)


def photograph(
    media_type: str = "image/jpeg",
    width: int = 640,
    height: int = 480,
    *,
    orientation: int = 1,
    gps: bool = True,
    mode: str = "RGB",
    **options: Any,
) -> bytes:
    """A picture with EXIF (GPS, names), XMP, a comment and a colour profile."""
    image = draw(width, height, mode)
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = exif[0x013B] = PLACE_NAME
    if gps:
        exif._ifds[0x8825] = dict(GPS)
    meta: dict[str, Any] = {"exif": exif, "icc_profile": profile()}
    if media_type == "image/tiff":
        meta = {"tiffinfo": _as_tiff(exif), "icc_profile": profile()}
    if gps and media_type in ("image/jpeg", "image/webp"):
        meta["xmp"] = XMP
    if media_type == "image/jpeg":
        meta["comment"] = PLACE_NAME
    meta |= options
    out = io.BytesIO()
    image.save(out, FORMATS[media_type], **meta)
    return out.getvalue()


def _as_tiff(exif: Image.Exif) -> TiffImagePlugin.ImageFileDirectory_v2:
    """EXIF as the tags of a TIFF."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in exif.items():
        tags[tag] = value
    if 0x8825 in exif._ifds:
        tags[0x8825] = exif._ifds[0x8825]
    return tags


def profile(*, swapped: bool = False) -> bytes:
    """The colour profile sRGB; if `swapped`, one in which red and green have changed places."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if swapped:
        made = made.replace(b"rXYZ", b"temp").replace(b"gXYZ", b"rXYZ").replace(b"temp", b"gXYZ")
    return made


def pdf(marks: bytes = b"") -> bytes:
    """A PDF of one empty page."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    body = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(body)
    body += b"xref\n0 4\n0000000000 65535 f \n"
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"trailer << /Size 4 /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (marks, start)


def archive() -> bytes:
    """A ZIP with one file in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", "a")
    return out.getvalue()


def png_that_claims(width: int, height: int, rows: int = 10) -> bytes:
    """A PNG of a few bytes that says it is as large as that and begins to be so."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes((1 + 3 * width) * rows), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def tiff_that_claims(width: int, height: int) -> bytes:
    """A TIFF of a few bytes that says it is as large as that (TIFF 6.0, part 1)."""
    tags = [(256, width), (257, height), (258, 1), (259, 1), (262, 1), (273, 8), (278, height)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in [*tags, (279, 9)])
    return b"II*\0" + struct.pack("<IH", 8, len(tags) + 1) + entries + bytes(4)
