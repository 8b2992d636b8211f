"""A film of a printed ticket, for Chromium's fake camera: the project's own PDF, rendered, cut, held before the lens."""

import io
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from tests.browsing import FLAGS
from tools.chromium import find_chromium

FRAME = (1280, 720)
FRAMES = 4  # Chromium plays them again and again
DESK = (203, 198, 190)
DPI = 200
MARGIN = 60


def pictures_of_tickets(pdf: bytes) -> dict[str, Image.Image]:
    """What each QR of a printed file says → a picture of the paper around it."""
    found = {}
    for page in pypdfium2.PdfDocument(pdf):
        paper = page.render(scale=DPI / 72).to_pil().convert("RGB")
        for symbol in zxingcpp.read_barcodes(paper):
            corners = [
                getattr(symbol.position, name) for name in ("top_left", "top_right", "bottom_right", "bottom_left")
            ]
            left, right = min(c.x for c in corners) - MARGIN, max(c.x for c in corners) + MARGIN
            top, bottom = min(c.y for c in corners) - MARGIN, max(c.y for c in corners) + MARGIN
            found[symbol.text] = paper.crop((left, top, right, bottom))
    return found


def film(picture: Image.Image, path: Path) -> Path:
    """Write the film of a paper lying a little askew on a desk."""
    frame = Image.new("RGB", FRAME, DESK)
    paper = picture.resize((430, 430 * picture.height // picture.width))
    turned = paper.rotate(4, expand=True, fillcolor=DESK, resample=Image.Resampling.BICUBIC)
    frame.paste(turned, ((FRAME[0] - turned.width) // 2, (FRAME[1] - turned.height) // 2))
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=80)
    path.write_bytes(out.getvalue() * FRAMES)
    return path


def filming(chromium: Browser, path: Path) -> Browser:
    """Another Chromium, whose camera plays a film."""
    flags = (
        *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
        f"--use-file-for-fake-video-capture={path}",
    )
    return chromium.browser_type.launch(executable_path=find_chromium(), args=[*FLAGS, *flags])
