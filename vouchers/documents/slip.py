"""The first page of cut sheets: how to print, cut, stack and staple, for whoever holds the paper."""

from typing import Final

from passnum.kit.pdf import fonts, shapes, text, theme
from passnum.kit.pdf.canvas import A4, TaggedCanvas
from passnum.kit.pdf.theme import MM
from vouchers.documents import imposition, leaf

_LEFT: Final = 20 * MM
_BODY: Final = A4[0] - 40 * MM
_TITLE: Final = "Fabriquer les carnets"
_INTRO: Final = (
    "Cette page n’est pas un titre. Elle accompagne les planches jusqu’à l’agrafage, puis se jette. Les codes imprimés sur"
    " les planches valent de l’argent : gardez-les sous clé, comptez les feuilles, détruisez les ratés."
)
_STEPS: Final = (
    ("Imprimez.", "Papier A4 de 90 à 120\u00a0g, recto seul, à 100\u00a0% : sans « ajuster à la page »."),
    ("Gardez l’ordre.", "Un lot commence par des couvertures. Le bord des feuilles dit le lot et le rang."),
    (
        "Coupez le lot en une fois.",
        "Une coupe dans la hauteur, trois dans la largeur, sur les pointillés : huit piles.",
    ),
    ("Empilez.", "La pile 1 sur la pile 2, et ainsi jusqu’à la pile 8. Chaque couverture ouvre un carnet."),
    ("Agrafez à gauche.", "Deux agrafes dans la souche. Le pointillé qui suit sert à détacher chaque ticket."),
)


def page(pen: TaggedCanvas) -> None:
    """Draw the page."""
    with pen.tagged("H1"):
        pen.text(_LEFT, 265 * MM, _TITLE, font=fonts.BOLD, size=28, colour=theme.ACCENT)
    with pen.tagged("P"):
        leaf.paragraph(pen, _LEFT, 253 * MM, text.typeset(_INTRO), width=_BODY, size=12, smallest=10, most=4)
    y = 224 * MM
    for rank, (what, how) in enumerate(_STEPS, start=1):
        with pen.tagged("P"):
            _step(pen, rank, what, text.typeset(how), y)
        y -= 21 * MM
    with pen.tagged("Figure", alt="Plan de coupe : huit piles, numérotées de gauche à droite puis de haut en bas."):
        _plan(pen, x=_LEFT + 18, y=24 * MM, scale=0.3)
    with pen.tagged(
        "Figure", alt="Carnet agrafé : deux agrafes dans la souche, à gauche, puis le pointillé à détacher."
    ):
        _stapled(pen, x=118 * MM, y=24 * MM + leaf.HEIGHT * (imposition.ROWS * 0.3 - 0.62), scale=0.62)


def _step(pen: TaggedCanvas, rank: int, what: str, how: str, y: float) -> None:
    shapes.fill_mark(pen, 0, _LEFT, y - 9, 26, theme.fill_operator(theme.ACCENT))
    pen.text(_LEFT + 13, y - 1.6, str(rank), font=fonts.BOLD, size=16, colour=theme.PAPER, align="center")
    left = _LEFT + 36
    pen.text(left, y, what, font=fonts.BOLD, size=14)
    fitted = text.fit(how, fonts.REGULAR, size=11.5, smallest=10, width=_BODY - 36, lines=2)
    leaf.lines(pen, left, y - 17, fitted)


def _plan(pen: TaggedCanvas, *, x: float, y: float, scale: float) -> None:
    width, height = leaf.WIDTH * scale, leaf.HEIGHT * scale
    pen.text(x, y + imposition.ROWS * height + 30, "Les huit piles", font=fonts.BOLD, size=12)
    for place in range(imposition.PLACES):
        column, row = place % imposition.COLUMNS, place // imposition.COLUMNS
        left, bottom = x + column * width, y + (imposition.ROWS - 1 - row) * height
        shapes.box(pen, left + 1, bottom + 1, width - 2, height - 2, radius=2)
        pen.text(left + width / 2, bottom + height / 2 - 6, str(place + 1), font=fonts.BOLD, size=18, align="center")
    for row in range(1, imposition.ROWS):
        shapes.scissors(pen, x - 12, y + row * height, 16)
    shapes.scissors(pen, x + width, y + imposition.ROWS * height + 12, 16, turn=-90)


def _stapled(pen: TaggedCanvas, *, x: float, y: float, scale: float) -> None:
    width, height = leaf.WIDTH * scale, leaf.HEIGHT * scale
    pen.text(x, y + height + 30, "Le carnet agrafé", font=fonts.BOLD, size=12)
    for shift in (9.0, 6.0, 3.0):
        shapes.box(pen, x + shift, y - shift, width, height, radius=2)
        shapes.rule(pen, x + shift - 3, y - shift + 3, width, height, "1 g")
    shapes.box(pen, x, y, width, height, radius=2)
    shapes.dotted_line(pen, x + leaf.TEAR * scale, y, x + leaf.TEAR * scale, y + height)
    for part in (0.24, 0.66):
        shapes.rule(pen, x + leaf.TEAR * scale / 2 - 1, y + height * part, 2, 15, theme.PRESS_BLACK)
