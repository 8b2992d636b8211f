"""A PDF file written object after object, so that a page leaves the memory as soon as it is drawn.

ReportLab keeps every page until the end and writes no object stream: 100,000 tickets would hold all their pages and pay
about 100 bytes for each structure element. Here a finished object goes straight to the file and the small ones travel
together, compressed (ISO 32000-1, 7.5.7 object streams and 7.5.8 cross-reference streams).
"""

import hashlib
import zlib
from array import array
from typing import BinaryIO, Final

_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_SMALL_PER_STREAM: Final = 200
"""Objects in one object stream: enough to compress well, few enough for a reader that wants one of them."""
_ROWS_AT_ONCE: Final = 512
_LEVEL: Final = 6
"""zlib's default: level 9 gains 1 % on these pages and doubles the time."""


def escape(text: str) -> str:
    """Return a text string object (7.9.2.2): literal when ASCII, UTF-16 with its mark otherwise."""
    if text.isascii() and text.isprintable():
        return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
    return f"<FEFF{text.encode('utf-16-be').hex()}>"


class PdfWriter:
    """Numbers objects, writes them, and ends with the cross-reference stream. Nothing is read back or seeked."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._position = 0
        self._digest = hashlib.sha256()
        self._places = array("Q", [0])
        self._small: list[tuple[int, bytes]] = []
        self._write(_HEADER)

    def new_number(self) -> int:
        """Reserve the number of an object written later, or now."""
        self._places.append(0)
        return len(self._places) - 1

    def put(self, number: int, body: bytes) -> None:
        """Write one object in the open."""
        self._places[number] = self._position << 1
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def put_stream(self, number: int, entries: str, data: bytes) -> None:
        """Write a stream, compressed here. `entries` are its dictionary's own entries."""
        packed = zlib.compress(data, _LEVEL)
        head = f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>".encode("ascii")
        self.put(number, b"%b\nstream\n%b\nendstream" % (head, packed))

    def put_small(self, number: int, body: str) -> None:
        """Write a dictionary or an array together with its neighbours. Never a stream (7.5.7)."""
        self._small.append((number, body.encode("latin-1")))
        if len(self._small) >= _SMALL_PER_STREAM:
            self._flush_small()

    def finish(self, *, root: int, info: int) -> None:
        """Write what is pending, the cross-reference stream and the end of the file.

        The identifier is a digest of all that was written: same content, same identifier.
        """
        self._flush_small()
        digest = self._digest.hexdigest()[:32]
        number = self.new_number()
        start = self._position
        self._places[number] = start << 1
        packer = zlib.compressobj(_LEVEL)
        packed = packer.compress(b"\x00\x00\x00\x00\x00\xff\xff")
        for first in range(1, len(self._places), _ROWS_AT_ONCE):
            rows = b"".join(map(_row, self._places[first : first + _ROWS_AT_ONCE]))
            packed += packer.compress(rows)
        packed += packer.flush()
        head = (
            f"{number} 0 obj\n<</Type/XRef/Size {len(self._places)}/W[1 4 2]/Root {root} 0 R/Info {info} 0 R"
            f"/ID[<{digest}><{digest}>]/Filter/FlateDecode/Length {len(packed)}>>\nstream\n"
        )
        self._write(head.encode("ascii"))
        self._write(packed)
        self._write(f"\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n".encode("ascii"))

    def _flush_small(self) -> None:
        if not self._small:
            return
        holder = self.new_number()
        index: list[str] = []
        offset = 0
        for rank, (number, body) in enumerate(self._small):
            index.append(f"{number} {offset}")
            offset += len(body) + 1
            self._places[number] = (holder << 16 | rank) << 1 | 1
        head = " ".join(index).encode("ascii") + b"\n"
        data = head + b"\n".join(body for _, body in self._small)
        entries = f"/Type/ObjStm/N {len(self._small)}/First {len(head)}"
        self._small.clear()
        self.put_stream(holder, entries, data)

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self._position += len(data)


def _row(place: int) -> bytes:
    """Return one line of the cross-reference stream: where an object stands, or in which object stream."""
    value = place >> 1
    if place & 1:
        return b"\x02" + (value >> 16).to_bytes(4, "big") + (value & 0xFFFF).to_bytes(2, "big")
    if not value:
        return b"\x00\x00\x00\x00\x00\x00\x00"  # reserved and never written: free
    return b"\x01" + value.to_bytes(4, "big") + b"\x00\x00"
