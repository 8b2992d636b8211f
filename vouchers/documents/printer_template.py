"""The template for an industrial printer: one leaf at its size, each variable column in its box, measures in millimetres.

The invariant ink is in the proof (bon à tirer); this page says where the columns of docs/imprimeur.md go.
"""

from typing import BinaryIO, Final

from passnum.kit.pdf import fonts, shapes, theme
from passnum.kit.pdf.about import About
from passnum.kit.pdf.canvas import A4, TaggedCanvas
from passnum.kit.pdf.theme import MM
from vouchers.documents import leaf, ticket
from vouchers.documents.variable_data import COLUMNS

# Column → (left, bottom, width, height) on the leaf, in millimetres; what the drawing of a ticket uses.
_QR: Final = (ticket.QR_X / MM, ticket.QR_Y / MM, ticket.QR_BOX / MM, ticket.QR_BOX / MM)
BOXES: Final[dict[str, tuple[float, float, float, float]]] = {
    "qr": _QR,
    "code": (16, 14.6, 84, 5.6),
    "carnet, position, ref": (16, 11, 84, 2.9),
    "mention": (16, 4.2, 84, 6.2),
    "duree, valeur": (16, 62.6, 47, 7.4),
    "position, tickets_du_carnet": (66, 61.6, 34, 3.6),
    "valable_jusqu_au": (51, 48.8, 49, 6),
    "vague": (51, 40.4, 49, 7.6),
}
_X: Final = 20 * MM
_Y: Final = 150 * MM
_LABEL: Final = 6.4


def render_template(out: BinaryIO, *, reference: str, code_columns: tuple[str, ...] = COLUMNS) -> int:
    """Write the template as a tagged PDF; return its number of pages. Same reference, same bytes."""
    pen = TaggedCanvas(out, About(title=f"Gabarit d’impression, commande {reference}", prints_at_scale=True))
    with pen.tagged("H1"):
        pen.text(_X, 272 * MM, "Gabarit d’impression", font=fonts.BOLD, size=24, colour=theme.ACCENT)
    with pen.tagged("P"):
        pen.text(_X, 262 * MM, f"Commande {reference}. Un ticket à l’échelle 1, format A7 (105 × 74,25 mm).", size=11)
        pen.text(_X, 256 * MM, "Le dessin fixe est celui du bon à tirer. Les cadres reçoivent les colonnes.", size=11)
        pen.text(
            _X, 250 * MM, "Code QR\u00a0: version 7 ou 8, correction M, 4 modules de marge, 0,6 mm par module.", size=11
        )
    with pen.tagged("Figure", alt="Le ticket\u00a0: un cadre par colonne, ses mesures dans le tableau qui suit."):
        shapes.box(pen, _X, _Y, leaf.WIDTH, leaf.HEIGHT, radius=0.1)
        shapes.dotted_line(pen, _X + leaf.TEAR, _Y, _X + leaf.TEAR, _Y + leaf.HEIGHT)
        for name, (x, y, width, height) in BOXES.items():
            shapes.box(pen, _X + x * MM, _Y + y * MM, width * MM, height * MM, radius=0.1)
            pen.text(_X + (x + 0.8) * MM, _Y + (y + height / 2 - 0.8) * MM, name, size=_LABEL)
    y = _Y - 12 * MM
    with pen.tagged("H2"):
        pen.text(_X, y, "Mesures, depuis le coin bas gauche", font=fonts.BOLD, size=13)
    for name, box in BOXES.items():
        y -= 6 * MM
        measures = " × ".join(f"{value:.1f}".replace(".", ",") for value in box[2:])
        corner = "\u00a0; ".join(f"{value:.1f}".replace(".", ",") for value in box[:2])
        with pen.tagged("P"):
            pen.text(_X, y, f"{name}\u00a0: {measures} mm, à ({corner})", size=10)
    with pen.tagged("P"):
        y -= 9 * MM
        pen.text(_X, y, f"Colonnes du fichier, dans l’ordre ({len(code_columns)})\u00a0:", font=fonts.BOLD, size=10)
        for rank in range(0, len(code_columns), 5):
            y -= 5 * MM
            pen.text(_X, y, ", ".join(code_columns[rank : rank + 5]), size=9)
    assert y > 0 and A4[1] > _Y + leaf.HEIGHT
    pen.save()
    return pen.page_count
