"""What a page holds that can run, lead away or ask for something."""

from __future__ import annotations

import re
from html.parser import HTMLParser

__all__ = ["findings"]

_TAGS = {
    *("applet", "audio", "base", "embed", "form", "frame", "iframe", "input", "link"),
    *("math", "object", "portal", "svg", "template", "textarea", "video", "button"),
}
_URLS = {"href", "src", "srcset", "action", "formaction", "data", "xlink:href"}
_SAFE = re.compile(r"(https?://|mailto:|#|data:image/(png|jpeg);base64,)")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name.lower(): value or "" for name, value in attrs}
        if tag == "script":
            self.scripts.append(given.get("src") or given.get("type", "inline"))
        if tag in _TAGS or (tag == "meta" and given.get("http-equiv") == "refresh"):
            self.found.append(f"<{tag}>")
        for name, value in given.items():
            if name.startswith("on") or not re.fullmatch(r"[a-z:-]+", name):
                self.found.append(f"{tag} {name}={value}")
            if name in _URLS and tag not in ("script",) and not _SAFE.match(value):
                self.found.append(f"{tag} {name}={value}")
            if name == "src" and tag == "img" and not value.startswith("data:image/"):
                self.found.append(f"{tag} {name}={value}")
            if name == "style" and re.search(r"url|position|expression", value):
                self.found.append(f"{tag} {name}={value}")


def findings(html: str) -> tuple[list[str], list[str]]:
    """What should not be in a page, and where its scripts come from."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found, reader.scripts
