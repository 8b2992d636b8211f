"""The proof of an order (bon à tirer, BAT): one booklet as it will be printed, that is visibly no booklet.

No key is needed and none is asked: the reference, the code and the payload of a specimen are constants that no register
knows and that each reader refuses (wrong check letter, unknown format).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, BinaryIO, Final

from passnum.kit.codes.payload import PAYLOAD_LENGTH
from passnum.kit.pdf import fonts
from passnum.kit.pdf.canvas import TaggedCanvas
from passnum.kit.pdf.theme import MM
from vouchers.documents import leaf, wording
from vouchers.documents.booklet import render_specimen
from vouchers.documents.sheet import BookletSheet, RenderResult, TicketFace, TitleProfile

# « SPEC1MEN » in the alphabet of the codes, which has neither I nor O; no check letter makes 0 of these twelve.
SPECIMEN: Final = TicketFace(ref="SPEC1MEN00", code="SPEC1MENSPEC0", payload="A" * PAYLOAD_LENGTH)
SPECIMEN_NUMBER: Final = "0-0000000"


def specimen_sheet(content: Mapping[str, Any], *, site_host: str, is_trial: bool, logo: bytes = b"") -> BookletSheet:
    """Return the booklet that a version of a proof shows. Raises SheetIncomplete."""
    return BookletSheet(
        wave_name=content["wave_name"],
        wave_number=content["wave_number"],
        booklet_number=SPECIMEN_NUMBER,
        issuer_name=content["issuer_name"],
        issuer_address=content["issuer_address"],
        funder_name=content["funder_name"],
        funder_text=content["funder_text"],
        distributor_name=content["distributor_name"],
        tickets=(SPECIMEN,) * content["size"],
        valid_until=date.fromisoformat(content["valid_until"]),
        grace_sentence=content["grace_sentence"],
        face_value_cents=content["face_value_cents"],
        minutes_per_ticket=content["minutes_per_ticket"],
        profile=TitleProfile[content["profile"]],
        site_host=site_host,
        is_trial=is_trial,
        logo=logo,
    )


def render_proof(sheet: BookletSheet, *, reference: str, version: int, out: BinaryIO) -> RenderResult:
    """Write the proof of an order as a tagged PDF. Same sheet, same bytes.

    Raises SheetIncomplete when the names of a CAP do not fit.
    """
    title = f"Bon à tirer, commande {reference}, version {version}"
    return render_specimen(sheet, out, title=title, band=_band)


def _band(pen: TaggedCanvas, x: float, y: float) -> None:
    """Write across a leaf, over everything, that it is a proof: pale enough to read what is under it."""
    size = 21.5
    shift = fonts.width(wording.PROOF_BAND, fonts.BOLD, size, 1.2) / 2
    pen.saveState()
    pen.setFillAlpha(0.42)
    pen.translate(x + leaf.WIDTH / 2 + 3 * MM, y + leaf.HEIGHT / 2)
    pen.rotate(33)
    shown = pen.shows(wording.PROOF_BAND, fonts.BOLD, size, 1.2)
    pen.draw(f"BT 0.72 0.05 0.12 rg {-shift:.2f} {-size * fonts.CAP_HEIGHT / 2:.2f} Td {shown} ET")
    pen.restoreState()
