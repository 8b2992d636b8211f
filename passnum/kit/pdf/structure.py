"""The structure tree of a tagged PDF (ISO 32000-1, 14.7 and 14.8): what a screen reader follows instead of the ink.

Elements are written as soon as they are closed, in the logical order, whatever page their ink is on: an imposed sheet
shows eight things side by side and is still read one after the other.
"""

from dataclasses import dataclass, field
from typing import Final

from passnum.kit.pdf.writer import PdfWriter, escape

_LEAF_SIZE: Final = 64
"""Pages per leaf of the parent tree (a number tree, 7.9.7)."""

Kid = int | tuple[int, int]
"""The number of a child element, or (page number, marked content id)."""


@dataclass(slots=True)
class Element:
    """One node while it is open: its object number, its role and what it holds."""

    number: int
    role: str
    parent: int
    entries: str = ""
    kids: list[Kid] = field(default_factory=list)


class StructureTree:
    """Builds the tree beside the pages. One instance per document."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self._root = writer.new_number()
        self._pages: list[int] = []
        self._leaves: list[tuple[int, int, int]] = []
        self._page_count = 0
        self.document = Element(writer.new_number(), "Document", self._root)

    def open(self, role: str, parent: Element | None = None, *, alt: str = "", attributes: str = "") -> Element:
        """Start an element under `parent` (the document by default). Close it when its content is drawn.

        `alt` replaces the ink for whoever does not see it; `attributes` is a ready /A value (table scope, bounding box).
        """
        above = parent or self.document
        entries = f"/Alt{escape(alt)}" if alt else ""
        if attributes:
            entries += f"/A {attributes}"
        element = Element(self._writer.new_number(), role, above.number, entries)
        above.kids.append(element.number)
        return element

    def close(self, element: Element) -> None:
        """Write the element. Nothing can be added to it afterwards."""
        kids = element.kids
        own = [kid for kid in kids if isinstance(kid, tuple)]
        page = own[0][0] if own else None
        parts = [_kid(kid, page) for kid in kids]
        body = f"<</P {element.parent} 0 R/S/{element.role}"
        if page is not None:
            body += f"/Pg {page} 0 R"
        shown = parts[0] if len(parts) == 1 else f"[{' '.join(parts)}]"
        self._writer.put_small(element.number, f"{body}/K {shown}{element.entries}>>")

    def page_done(self, owners: list[int]) -> int:
        """Record which element owns each marked content of the page just drawn; return its /StructParents key."""
        key = self._page_count
        number = self._writer.new_number()
        self._writer.put_small(number, "[" + " ".join(f"{owner} 0 R" for owner in owners) + "]")
        self._pages.append(number)
        self._page_count += 1
        if len(self._pages) == _LEAF_SIZE:
            self._write_leaf()
        return key

    def finish(self) -> int:
        """Write the root and return its number."""
        self._write_leaf()
        self.close(self.document)
        parent_tree = self._writer.new_number()
        kids = " ".join(f"{number} 0 R" for number, _, _ in self._leaves)
        self._writer.put_small(parent_tree, f"<</Kids[{kids}]>>")
        self._writer.put_small(
            self._root,
            f"<</Type/StructTreeRoot/K[{self.document.number} 0 R]/ParentTree {parent_tree} 0 R"
            f"/ParentTreeNextKey {self._page_count}>>",
        )
        return self._root

    def _write_leaf(self) -> None:
        if not self._pages:
            return
        first = self._page_count - len(self._pages)
        number = self._writer.new_number()
        pairs = " ".join(f"{first + rank} {page} 0 R" for rank, page in enumerate(self._pages))
        last = self._page_count - 1
        self._writer.put_small(number, f"<</Limits[{first} {last}]/Nums[{pairs}]>>")
        self._leaves.append((number, first, last))
        self._pages = []


def _kid(kid: Kid, page: int | None) -> str:
    if isinstance(kid, int):
        return f"{kid} 0 R"
    if kid[0] == page:
        return str(kid[1])
    return f"<</Type/MCR/Pg {kid[0]} 0 R/MCID {kid[1]}>>"
