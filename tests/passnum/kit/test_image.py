"""What somebody sends as a picture is drawn anew: bounded, on white, without what came along."""

import io

import pytest
from PIL import Image, PngImagePlugin

from passnum.kit.image import LARGEST_KEPT, ImageRefused, clean_image


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), mode: str = "RGBA", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, (10, 120, 60, 0)[: len(mode)]).save(out, kind, **options)
    return out.getvalue()


def noise(width: int, height: int) -> bytes:
    """A picture that does not compress well, and is sent small."""
    out = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(out, "JPEG", quality=20)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_picture_is_bounded_flat_and_the_same_each_time() -> None:
    kept = clean_image(picture(), width=600, height=300)
    assert kept == clean_image(picture(), width=600, height=300)
    assert (opened(kept).size, opened(kept).mode, opened(kept).format) == ((600, 200), "RGB", "PNG")
    assert opened(kept).getpixel((0, 0)) == (255, 255, 255), "what was transparent is paper"
    small = clean_image(picture("JPEG", (20, 10), "RGB"), width=600, height=300)
    assert opened(small).size == (20, 10), "nothing is enlarged"


def test_what_came_along_is_dropped() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Jeanne Martin")
    sent = picture(pnginfo=told)
    assert b"Jeanne" in sent
    assert b"Jeanne" not in clean_image(sent, width=600, height=300)
    exif = Image.Exif()
    exif[0x9286] = "48.79, 2.45"
    sent = picture("JPEG", mode="RGB", exif=exif.tobytes())
    assert b"48.79" in sent
    assert b"48.79" not in clean_image(sent, width=600, height=300)


def test_a_photograph_is_kept_small() -> None:
    kept = clean_image(noise(1200, 600), width=600, height=300)
    assert len(kept) <= LARGEST_KEPT
    assert opened(kept).format == "JPEG"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "PNG ou JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG ou JPEG"),
        (picture("GIF", mode="L"), "PNG ou JPEG"),
        (picture()[:60], "PNG ou JPEG"),
        (noise(600, 300)[:4_000], "PNG ou JPEG"),
        (picture(size=(2_001, 2_000), mode="L"), "trop de pixels"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 200_000, "200 ko"),
    ],
    ids=["nothing", "svg", "gif", "cut png", "cut jpeg", "pixels", "weight"],
)
def test_what_is_no_picture_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(ImageRefused) as refusal:
        clean_image(data, width=600, height=300)
    assert sentence in refusal.value.sentence
