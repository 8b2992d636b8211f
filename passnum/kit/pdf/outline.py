"""Bookmarks: the headings of a document, as the tree that a reader shows beside the pages (ISO 32000-1, 12.3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from passnum.kit.pdf.writer import PdfWriter, escape


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A heading: its words, its level from 1, the number of its page object and the height of its top in points."""

    title: str
    level: int
    page: int
    top: float


@dataclass(slots=True)
class _Node:
    number: int
    bookmark: Bookmark | None
    children: list["_Node"] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(1 + child.size for child in self.children)


def write_outline(writer: PdfWriter, bookmarks: Sequence[Bookmark]) -> int:
    """Write the tree, all open, and return the number of its root."""
    root = _Node(writer.new_number(), None)
    path = [root]
    for bookmark in bookmarks:
        # A level may be skipped: the heading then hangs from the nearest one above it.
        while len(path) > 1 and (above := path[-1].bookmark) is not None and above.level >= bookmark.level:
            path.pop()
        node = _Node(writer.new_number(), bookmark)
        path[-1].children.append(node)
        path.append(node)
    writer.put_small(root.number, f"<</Type/Outlines{_family(root)}>>")
    _write_children(writer, root)
    return root.number


def _write_children(writer: PdfWriter, parent: _Node) -> None:
    children = parent.children
    for rank, node in enumerate(children):
        assert node.bookmark is not None
        around = f"/Prev {children[rank - 1].number} 0 R" if rank else ""
        if rank + 1 < len(children):
            around += f"/Next {children[rank + 1].number} 0 R"
        mark = node.bookmark
        writer.put_small(
            node.number,
            f"<</Title{escape(mark.title)}/Parent {parent.number} 0 R{around}{_family(node)}"
            f"/Dest[{mark.page} 0 R/XYZ 0 {mark.top:.0f} null]>>",
        )
        _write_children(writer, node)


def _family(node: _Node) -> str:
    if not node.children:
        return ""
    first, last = node.children[0].number, node.children[-1].number
    return f"/First {first} 0 R/Last {last} 0 R/Count {node.size}"
