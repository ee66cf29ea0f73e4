"""The feedback page of `nbgrader generate_feedback`, with a content security policy.

Owns: what a browser lets such a page do, in case anything from a student ever gets past
`grading.presentation`. May not: change what the page shows.

course_config.py names the exporter: `c.GenerateFeedback.exporter_class`.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

__all__ = ["POLICY", "FeedbackPage"]

_MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"

#: No script except nbgrader's own MathJax, which evaluates its configuration, looks up
#: its newest version, and sets styles. The course's own text may show pictures.
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src {_MATHJAX} 'unsafe-eval'",
        "connect-src https://api.cdnjs.com",
        f"font-src data: {_MATHJAX}",
        "style-src 'unsafe-inline'",
        "img-src data: https: file: 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)

_HEAD = "<head>"
_META = (
    f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"/>'
    '<meta name="referrer" content="no-referrer"/>'
)


class FeedbackPage(HTMLExporter):
    """nbconvert's HTML, in which only the scripts of nbgrader's template run."""

    export_from_notebook = ""  # not offered by `jupyter nbconvert --to`

    def from_notebook_node(  # type: ignore[override]
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **kw: Any,
    ) -> tuple[str, dict[str, Any]]:
        """Called by nbgrader for each page; the policy comes first."""
        html, resources = super().from_notebook_node(nb, resources, **kw)
        before, head, after = html.partition(_HEAD)
        page = f"{before}{head}{_META}{after}" if head else f"{_META}{html}"
        return page, resources
