"""Text files packed by gzip."""

from __future__ import annotations

import io
import zlib

from khue.model.errors import UnreadableFile

EXTENSION = "gz"

UNPACKED_LIMIT = 500_000_000
CHUNK = 1 << 20
WITH_HEADER = 16 + zlib.MAX_WBITS


def unpack(data: bytes) -> bytes:
    """The bytes of a `.gz` file, of one or several parts. Raises `UnreadableFile` if it is damaged,
    cut off or too large when unpacked."""
    unpacked = io.BytesIO()
    rest = data
    try:
        while rest:
            unpacker = zlib.decompressobj(WITH_HEADER)
            waiting = rest
            while waiting and not unpacker.eof:
                unpacked.write(unpacker.decompress(waiting, CHUNK))
                waiting = unpacker.unconsumed_tail
                if unpacked.tell() > UNPACKED_LIMIT:
                    raise _too_large()
            if not unpacker.eof:
                raise zlib.error("cut off")
            rest = unpacker.unused_data.lstrip(b"\x00")
    except zlib.error as error:
        raise UnreadableFile(
            f"Không giải nén được tệp: {error}.",
            f"The file cannot be unpacked: {error}.",
            mend_vi="Nén lại tệp, hoặc gửi tệp không nén.",
            mend_en="Pack it again, or give the file unpacked.",
        ) from error
    return unpacked.getvalue()


def _too_large() -> UnreadableFile:
    megabytes = UNPACKED_LIMIT // 1_000_000
    return UnreadableFile(
        f"Tệp lớn hơn {megabytes} MB khi giải nén.",
        f"The file unpacks to more than {megabytes} MB.",
        mend_vi="Chia tệp rồi nhập từng phần với cùng --source.",
        mend_en="Split it and import the parts under the same --source.",
    )
