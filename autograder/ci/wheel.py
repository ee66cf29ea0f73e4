"""Make a wheel of this package from the installed files: no build tool, no index.

Owns: the wheel's form (https://packaging.python.org/specifications/binary-distribution-format).
May not: leave out any part of the package.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import autograder

__all__ = ["archive", "wheel"]

_WHEEL = """\
Wheel-Version: 1.0
Generator: autograder
Root-Is-Purelib: true
Tag: py3-none-any
"""

#: The earliest date a zip can hold; a fixed date makes equal files give equal bytes.
_DAY = (1980, 1, 1, 0, 0, 0)


def wheel() -> tuple[str, bytes]:
    """The wheel's file name and its bytes, which are reproducible."""
    distribution = metadata.distribution("autograder")
    stem = f"autograder-{distribution.version}"
    files = {f"autograder/{name}": data for name, data in _package().items()}
    files[f"{stem}.dist-info/METADATA"] = _text(distribution, "METADATA")
    files[f"{stem}.dist-info/WHEEL"] = _WHEEL.encode()
    files[f"{stem}.dist-info/entry_points.txt"] = _text(
        distribution, "entry_points.txt"
    )
    record = f"{stem}.dist-info/RECORD"
    lines = [f"{name},{_digest(data)},{len(data)}" for name, data in files.items()]
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    return f"{stem}-py3-none-any.whl", archive(files)


def archive(files: Mapping[str, bytes], *, programs: tuple[str, ...] = ()) -> bytes:
    """A zip file of equal bytes for equal files.

    Args:
        files: Contents by name.
        programs: The names of executable files.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix everywhere, so that modes count
            mode = 0o755 if name in programs else 0o644
            info.external_attr = (0o100000 | mode) << 16
            made.writestr(info, data)
    return stream.getvalue()


def _package() -> dict[str, bytes]:
    """The package's files by their path within it."""
    root = Path(autograder.__file__).parent
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _text(distribution: metadata.Distribution, name: str) -> bytes:
    return (distribution.read_text(name) or "").encode()


def _digest(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
    return f"sha256={digest.rstrip(b'=').decode()}"
