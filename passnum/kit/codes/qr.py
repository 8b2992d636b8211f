"""The modules of the symbol, drawn by ``qrcode``: the reference that ``affine`` must equal.

Three explicit segments keep it small: the page in alphanumeric mode, ``#`` as a byte, the payload in alphanumeric
mode. Level M. The mask is fixed (3): choosing one costs 4 to 7 times the drawing and reads no better. No quiet
zone is included: whoever draws leaves QUIET_ZONE light modules on each side (ISO/IEC 18004).
"""

from typing import Final

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import QRData

from passnum.kit.codes.url import full_url

# One row per item, one byte per module: 1 dark, 0 light.
Matrix = tuple[bytes, ...]

QUIET_ZONE: Final = 4  # modules
MASK: Final = 3

# Mode indicators (ISO/IEC 18004, table 2).
ALPHANUMERIC: Final = 2
BYTE: Final = 4


def matrix(host: str, ref: str, payload: str) -> Matrix:
    """The symbol of one address. Raises HostMalformed, RefMalformed, PayloadMalformed."""
    address = full_url(host, ref, payload)
    return draw(address.page, address.payload)


def draw(page: str, payload: str, version: int | None = None) -> Matrix:
    """The symbol of ``page``, ``#`` and ``payload``, unchecked; the smallest version unless one is given."""
    code = QRCode(version=version, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(QRData(page, mode=ALPHANUMERIC), optimize=0)
    code.add_data(QRData("#", mode=BYTE), optimize=0)
    code.add_data(QRData(payload, mode=ALPHANUMERIC), optimize=0)
    code.make(fit=version is None)
    return tuple(bytes(map(bool, row)) for row in code.modules)


def draw_text(text: str) -> Matrix:
    """The smallest symbol of any text, in one segment; not for tickets, whose three segments are smaller."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(text, optimize=0)
    code.make()
    return tuple(bytes(map(bool, row)) for row in code.modules)


def runs(symbol: Matrix) -> list[tuple[int, int, int]]:
    """The dark runs of each row, as (row, column, length) in modules: one rectangle each, one path in all."""
    found = []
    for row, modules in enumerate(symbol):
        column = 0
        for dark in modules.split(b"\x00"):  # twice as fast as a regular expression
            if dark:
                found.append((row, column, len(dark)))
            column += len(dark) + 1
    return found
