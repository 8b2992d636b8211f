"""A picture that somebody sends, made safe to keep and to print: decoded, bounded, drawn anew without what came along."""

import io
from typing import Final

from PIL import Image, UnidentifiedImageError

from passnum.kit.errors import DomainError

LARGEST_UPLOAD: Final = 200_000
LARGEST_KEPT: Final = 200_000
MOST_PIXELS: Final = 4_000_000
"""Of what is sent: a small file may unfold to gigabytes."""
_WHITE: Final = (255, 255, 255)


class ImageRefused(DomainError):
    code = "IMAGE_REFUSED"
    message = "Cette image ne convient pas\u00a0: {reason}"
    status = 422


def clean_image(data: bytes, *, width: int, height: int) -> bytes:
    """Return a PNG or JPEG of at most `width` × `height` pixels, on white, without metadata. Same data, same bytes.

    The type is read from the content, whatever the name says. Raises ImageRefused.
    """
    if len(data) > LARGEST_UPLOAD:
        raise ImageRefused(reason="elle dépasse 200 ko.")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as sent:
            if sent.width * sent.height > MOST_PIXELS:
                raise ImageRefused(reason="elle compte trop de pixels (4 millions au plus).")
            drawn = sent.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise ImageRefused(reason="envoyez un fichier PNG ou JPEG entier.") from error
    drawn.thumbnail((width, height), Image.Resampling.LANCZOS)
    flat = Image.new("RGB", drawn.size, _WHITE)
    flat.paste(drawn, mask=drawn.getchannel("A"))
    kept = _encoded(flat, "PNG", optimize=True)
    for quality in (85, 60):
        if len(kept) > LARGEST_KEPT:
            kept = _encoded(flat, "JPEG", quality=quality, optimize=True)
    return kept


def _encoded(image: Image.Image, kind: str, **options: int) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
