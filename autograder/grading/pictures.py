"""Decode and re-encode a student's pictures, so that only pixels are left.

Owns: which pictures are kept, and how much work they may cost. May not: know cells.
"""

from __future__ import annotations

import base64
import io
import warnings

from PIL import Image

__all__ = ["KINDS", "REMOVED", "Pictures"]

#: The kinds of picture that are kept, with Pillow's name.
KINDS = {"image/png": "PNG", "image/jpeg": "JPEG"}

REMOVED = "[image removed: damaged, too large, or not an image]"

#: Pixels of one picture, and of all pictures of a notebook together.
_PIXELS = 25_000_000
_ALL_PIXELS = 100_000_000

#: Begins one more pass over all pixels of a progressive JPEG.
_JPEG_SCAN = b"\xff\xda"


class Pictures:
    """Re-encodes the pictures of one notebook, up to a limit on the work."""

    def __init__(self) -> None:
        self._left = _ALL_PIXELS

    def anew(self, encoded: object, kind: str) -> str | None:
        """A picture re-encoded, in base64; None if it isn't one, or is too much work.

        Args:
            encoded: Untrusted; should be base64 text.
            kind: One of `KINDS`.
        """
        if not isinstance(encoded, str):
            return None
        try:
            raw = base64.b64decode("".join(encoded.split()), validate=True)
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                return self._encoded(raw, KINDS[kind])
        except Exception:  # noqa: BLE001 - Pillow raises anything on damaged data
            return None

    def _encoded(self, raw: bytes, form: str) -> str | None:
        image = Image.open(io.BytesIO(raw), formats=[form])
        pixels = image.width * image.height
        work = pixels * max(raw.count(_JPEG_SCAN) if form == "JPEG" else 1, 1)
        if pixels > _PIXELS or work > self._left:
            return None
        self._left -= work
        image.load()
        # Anything else in the file, such as profiles and comments, is dropped.
        clear = image.info.get("transparency")
        image.info = {} if clear is None else {"transparency": clear}
        buffer = io.BytesIO()
        image.save(buffer, format=form)
        return base64.b64encode(buffer.getvalue()).decode("ascii")
