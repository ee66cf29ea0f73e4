"""The executed notebook as others may open it: no student's script runs in their page.

Owns: cleaning what a student wrote or showed before formgrader, feedback or a browser
gets it. May not: change a locked cell's source, or decide anything.
"""

from __future__ import annotations

import base64
import binascii
import io
import warnings

from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode
from PIL import Image

__all__ = ["presentable"]

#: papermill's tag for the cell that it puts after the parameters.
_INJECTED = "injected-parameters"

#: Pictures larger than this many pixels are left out.
_PIXELS = 25_000_000

_IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG"}

_TOO_STRANGE = "[a picture was left out: it is broken, too large or no picture]"


def presentable(notebook: NotebookNode, skeleton: NotebookNode) -> NotebookNode:
    """Clean an executed notebook in place, without papermill's cell and records.

    HTML is reduced to harmless tags, scripts and unknown formats are dropped, pictures
    are decoded and encoded again. Markdown is cleaned where it is the student's.

    Args:
        notebook: The executed notebook; changed.
        skeleton: The release notebook; its cells' own text is left as it is.
    """
    notebook.metadata.pop("papermill", None)
    notebook.cells = [
        cell
        for cell in notebook.cells
        if _INJECTED not in cell.metadata.get("tags", [])
    ]
    ours = {cell.get("id") for cell in skeleton.cells if not _is_students(cell)}
    cleaner = SanitizeHTML(
        safe_output_keys={"metadata", "text/plain", *_IMAGES},
        sanitized_output_types={"text/html", "text/markdown"},
    )
    for index, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        if cell.cell_type == "code":
            for output in cell.outputs:
                _encode_again(output)
        if cell.cell_type == "code" or cell.get("id") not in ours:
            cleaner.preprocess_cell(cell, {}, index)
    return notebook


def _is_students(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _encode_again(output: NotebookNode) -> None:
    """Replace the pictures of an output by ones that we have made."""
    data = output.get("data", {})
    for kind in list(data):
        if kind in _IMAGES:
            picture = _picture(data[kind], _IMAGES[kind])
            if picture is None:
                del data[kind]
                data["text/plain"] = _TOO_STRANGE
            else:
                data[kind] = picture


def _picture(encoded: object, form: str) -> str | None:
    """A picture decoded and encoded again, or None if it is not one."""
    try:
        raw = base64.b64decode("".join(str(encoded).split()), validate=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(raw), formats=[form])
            if image.width * image.height > _PIXELS:
                return None
            buffer = io.BytesIO()
            image.save(buffer, format=form)
    except (
        binascii.Error,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None
    return base64.b64encode(buffer.getvalue()).decode("ascii")
