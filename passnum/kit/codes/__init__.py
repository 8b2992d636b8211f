"""Codes on paper: what is printed, scanned, typed, signed and kept.

One module, one thing; import from the module you need:

- ``crockford``: the alphabet, what people type, the public reference;
- ``check_letter``: the letter that catches typing slips;
- ``code``: the secret code of one title and its digest;
- ``keyring``: the keys, numbered, rotated, never shown;
- ``payload``: the signed bytes that stand after ``#`` in the QR code;
- ``url``: the whole address, and whatever a scanner or a keyboard gives back;
- ``qr`` and ``affine``: the modules of the symbol, plainly and fast.

Nothing here reads the database, the clock or the settings. Formats, worked example and test vectors:
``docs/codes.md`` and ``docs/vectors/codes.json``.
"""
