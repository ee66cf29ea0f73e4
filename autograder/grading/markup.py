"""Sanitize a student's HTML and Markdown: text markup, links and pictures stay.

Owns: what is kept. May not: know cells or outputs.

Markdown is judged by nbconvert's output, with nbconvert's own parser: another parser
would read some text differently. Text that yields only harmless tags stays as it is;
any other is replaced by its cleaned HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, Final

import nh3
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.token import STANDARD_TYPES

from autograder.text import screen_text

__all__ = ["TOO_LARGE", "clean_html", "clean_latex", "clean_markdown"]

TOO_LARGE = "[output removed: its HTML is too large or nested too deeply]"

_TRUNCATED = "[text truncated: a text may have {} characters]"

_CHARACTERS: Final = 200_000

#: Openings of formulas: nbconvert reads to the end from each that is not closed.
_FORMULAS: Final = ("\\begin{", r"\\[", r"\\(")
_READ: Final = 10_000_000  # characters

#: Elements, weighted by their nesting depth, that a parser may see: its time and memory
#: grow with that.
_WORK: Final = 300_000

_TAGS: Final = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code"),
    *("col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em"),
    *("figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img"),
    *("ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span"),
    *("strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot"),
    *("th", "thead", "tr", "tt", "u", "ul", "var"),
}

#: Elements that are removed with their content.
_WITH_CONTENT: Final = {
    *("script", "style", "svg", "math", "template", "noscript", "iframe", "object"),
    *("noembed", "noframes", "title", "textarea", "xmp", "select", "plaintext"),
}

_NUMBERS: Final = {"border", "colspan", "height", "rowspan", "span", "start", "width"}

_ATTRIBUTES: Final = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "col": {"span"},
    "colgroup": {"span"},
    "table": {"border", "style"},
    "tr": {"style"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "style"},
}

_PYGMENTS: Final = {name for name in STANDARD_TYPES.values() if name}

_WEB: Final = re.compile(r"(?:https?://|mailto:)[^\s\\]*", re.IGNORECASE)
_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=]*")
_ATTACHED: Final = "attachment:"

_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=lambda tag, name, value: _kept_value(tag, name, value),
    url_schemes={"http", "https", "mailto", "data"},
    url_relative="deny",
    allowed_classes={
        "table": {"dataframe"},
        "div": {"highlight"},
        "span": _PYGMENTS,
    },
    filter_style_properties={"text-align"},
)

#: TeX that makes links, classes and styles, or loads more of MathJax.
_TEX: Final = re.compile(
    r"\\(?=(?:href|url|class|style|cssId|require|bbox|mmlToken|includegraphics"
    r"|html[A-Za-z]+|data)(?![A-Za-z]))"
)

_OPENING: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")

#: Elements that hold no others, or that are ended by the same element.
_FLAT: Final = {"br", "col", "hr", "img", "input", "li", "p", "td", "th", "tr", "wbr"}

#: A picture without a source, as the cleaner writes it.
_NO_IMAGE: Final = re.compile(r'<img(?: (?:alt|width|height)="[^"]*")*>')

_BLANK_LINE: Final = re.compile(r"\n(?=[ \t]*\n)")


def clean_html(text: str) -> str | None:
    """HTML reduced to harmless tags; None if it is too large for a page."""
    if len(text) > _CHARACTERS or _work(text) > _WORK:
        return None
    return _cleaned(_plain(text))


def clean_latex(text: str) -> str:
    """TeX that makes only formulas and is not HTML, escaped or not."""
    return _without_links(_plain(text)).replace("<", r"\lt ")


def clean_markdown(source: str, attachments: Mapping[str, Any]) -> str:
    """Markdown from which nbconvert makes only harmless tags.

    Args:
        source: Untrusted.
        attachments: The cell's pictures, cleaned, by name.

    Returns:
        The source, if it is harmless already; otherwise one block of HTML that shows
        the same safely. A picture from elsewhere becomes a link, a missing attachment
        its text.
    """
    source = _plain(source)
    if len(source) > _CHARACTERS:
        note = _TRUNCATED.format(_CHARACTERS)
        return _verbatim(f"{source[:_CHARACTERS]}\n{note}")
    if sum(map(source.count, _FORMULAS)) * len(source) > _READ:
        return _verbatim(source)
    renderer = _Watching(attachments)
    try:
        made = MarkdownWithMath(renderer=renderer).render(source)
    except (RecursionError, ValueError, TypeError, LookupError, AttributeError):
        return _verbatim(source)
    if renderer.is_harmless and not _TEX.search(html.unescape(made)):
        return source
    block = _one_block(_cleaned(made)) if _work(made) <= _WORK else None
    return block or _verbatim(source)


class _Watching(IPythonRenderer):
    """nbconvert's renderer, noting anything that is not harmless.

    Attributes:
        is_harmless: Whether all tags so far were made by the renderer, and link only to
            the web.
    """

    def __init__(self, attachments: Mapping[str, Any]) -> None:
        super().__init__(
            escape=False, attachments=dict(attachments), exclude_anchor_links=True
        )
        self.is_harmless = True

    def block_html(self, html: str) -> str:
        """Called for raw HTML between paragraphs."""
        self.is_harmless = False
        return super().block_html(html)

    def inline_html(self, html: str) -> str:
        """Called for raw HTML within text."""
        self.is_harmless = False
        return super().inline_html(html)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Called for a heading, whose id could clash with one of the page."""
        self.is_harmless = False
        return super().heading(text, level, **attrs)

    def block_mermaidjs(self, code: str) -> str:
        """Called for a diagram, which nbconvert does not escape."""
        self.is_harmless = False
        return f"<pre>{html.escape(code)}</pre>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Called for a link of any form."""
        self.is_harmless = self.is_harmless and bool(_WEB.fullmatch(url))
        return super().link(text, url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Called for a picture; loading one from elsewhere would reveal who looks."""
        if url.removeprefix(_ATTACHED) in self.attachments and url != _ATTACHED:
            return super().image(text, url, title)
        self.is_harmless = False
        if _WEB.fullmatch(url):
            return super().link(f"[image: {text or url}]", url)
        return f"[image removed: {text or 'it is not attached'}]"


def _cleaned(text: str) -> str:
    return _without_links(_NO_IMAGE.sub("[image removed]", _CLEANER.clean(text)))


def _without_links(text: str) -> str:
    """The text, with TeX that makes more than formulas shown literally."""
    return _TEX.sub(r"\\backslash ", text)


def _plain(text: str) -> str:
    return screen_text(text).replace("\x1b", "")


def _kept_value(tag: str, name: str, value: str) -> str | None:
    """An attribute's value if it is harmless; called for allowed attributes."""
    if name in _NUMBERS:
        return value if value.isascii() and value.isdigit() and len(value) < 5 else None
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    if name == "href":
        return value if _WEB.fullmatch(value) else None
    return value


def _work(text: str) -> int:
    """An upper bound on a parser's work for a piece of HTML."""
    work = depth = 0
    for slash, name in _OPENING.findall(text):
        is_flat = name.lower() in _FLAT
        depth += 0 if is_flat else -1 if slash else 1
        depth = max(depth, 0)
        work += depth + 1
    return work


def _verbatim(source: str) -> str:
    """A block that shows a text as it was written."""
    return f"<div><pre>{_without_blank_lines(html.escape(source))}</pre></div>"


def _one_block(cleaned: str) -> str | None:
    """Cleaned HTML as Markdown that yields exactly it; None if that is impossible."""
    block = f"<div>{_without_blank_lines(cleaned.strip())}</div>"
    made = MarkdownWithMath(renderer=IPythonRenderer(escape=False)).render(block)
    return block if made.strip() == block else None


def _without_blank_lines(text: str) -> str:
    """HTML without the empty lines at which Markdown parsing would resume."""
    text = text.replace("\r", "").replace("\t", "&#9;")
    return _BLANK_LINE.sub("&#10;", text)
