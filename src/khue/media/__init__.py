"""Files that belong to records: what their bytes are, and pictures that the public may see.

Lives here: telling JPEG, PNG, WebP, TIFF and PDF by their content, refusing everything else in
words, and thumbnails, which can be deleted at any time and are made again. Bytes are hostile until
they are shown to be otherwise; nothing that is decoded may be larger than `pictures` allows.
Does not live here: which record a file belongs to and who may see it (the registry), keeping the
bytes and asking for rights (the pipeline). No tables.
"""

from khue.media.inspection import Facts, inspect, too_many_bytes
from khue.media.pictures import BYTES, PICTURES, PIXELS, WIDTHS, size_at
from khue.media.signatures import PDF
from khue.media.thumbnails import discard, thumbnail

__all__ = [
    "BYTES",
    "PDF",
    "PICTURES",
    "PIXELS",
    "WIDTHS",
    "Facts",
    "discard",
    "inspect",
    "size_at",
    "thumbnail",
    "too_many_bytes",
]
