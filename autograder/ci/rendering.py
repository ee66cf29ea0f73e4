"""Fill in this package's templates.

Owns: how a template is read, and the actions that workflows use, pinned. May not: know
a course. A value is inserted into YAML as JSON, which is valid YAML, or has a known
form.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

__all__ = ["ACTIONS", "render"]

#: Each action, pinned to a commit, with its version.
ACTIONS: Mapping[str, str] = {
    "checkout": ("actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"),
    "setup_python": (
        "actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0"
    ),
    "cache_restore": (
        "actions/cache/restore@9255dc7a253b0ccc959486e2bca901246202afeb # v5.0.1"
    ),
    "cache_save": (
        "actions/cache/save@9255dc7a253b0ccc959486e2bca901246202afeb # v5.0.1"
    ),
    "upload": (
        "actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0"
    ),
    "download": (
        "actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131 # v7.0.0"
    ),
}


def render(template: str, values: Mapping[str, Any]) -> str:
    """Render a template from autograder/ci/templates.

    Args:
        template: Its path there. It uses `<= value =>` and `<% if %>`, since braces are
            special to GitHub.
        values: Its values.
    """
    text = _templates().get_template(template).render(actions=ACTIONS, **values)
    return text.rstrip("\n") + "\n"


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("autograder.ci"),
        undefined=StrictUndefined,
        autoescape=False,  # YAML, not HTML
        variable_start_string="<=",
        variable_end_string="=>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        keep_trailing_newline=True,
    )
