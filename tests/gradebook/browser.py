"""A real browser, if this machine has one, spoken to over its debugging socket."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websocket import WebSocket, WebSocketTimeoutException, create_connection

__all__ = ["CHROMIUM", "Page", "opened"]

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)

#: Does to a notebook's cells what a reader's hand may do to them.
_TOUCH = """
for (const each of document.querySelectorAll("#notebook-container *, main *")) {
    const href = each.getAttribute("href") || "";
    for (const name of ["mouseover", "focus", "toggle"])
        each.dispatchEvent(new Event(name, {bubbles: true}));
    if (!/^(https?:|mailto:|#)/.test(href) && each.click) each.click();
}
"""


class Page:
    """One tab.

    Attributes:
        asked_for: Addresses that it has asked for, but files and data.
        events: Names of what happened to it.
    """

    def __init__(self, socket: WebSocket) -> None:
        self.asked_for: list[str] = []
        self.events: list[str] = []
        self._socket = socket
        self._numbers = itertools.count(1)
        for domain in ("Page", "Network", "Runtime"):
            self._do(f"{domain}.enable")

    def open(self, path: Path) -> None:
        """Load a file to its end, touch its cells, see what comes of that."""
        self.events.clear()
        self._do("Page.navigate", url=path.as_uri())
        self._listen(20, until="Page.loadEventFired")
        self.evaluate(_TOUCH)
        self._listen(0.2)

    def evaluate(self, script: str) -> Any:
        """The value of a script of ours, run in the page."""
        done = self._do("Runtime.evaluate", expression=script, returnByValue=True)
        return done.get("result", {}).get("value")

    def _do(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters}
        self._socket.send(json.dumps(command))
        self._socket.settimeout(30)
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == number:
                result: dict[str, Any] = message.get("result", {})
                return result
            self._note(message)

    def _listen(self, seconds: float, *, until: str = "") -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and until not in self.events:
            self._socket.settimeout(left)
            with contextlib.suppress(WebSocketTimeoutException):
                self._note(json.loads(self._socket.recv()))

    def _note(self, message: dict[str, Any]) -> None:
        method, said = message.get("method", ""), message.get("params", {})
        self.events.append(method)
        if method == "Network.requestWillBeSent":
            url = said["request"]["url"]
            if not url.startswith(("file:", "data:", "about:")):
                self.asked_for.append(url)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Page]:
    """Start a browser that reaches nobody; it keeps its files in `folder`."""
    command = [
        str(CHROMIUM),
        *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--remote-debugging-port=0",
        "--remote-allow-origins=*",
        f"--user-data-dir={folder}",
        "about:blank",
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        port = _port(process)
        address = f"ws://127.0.0.1:{port}/devtools/page/{_tab(port)}"
        yield Page(create_connection(address, timeout=30))
    finally:
        process.kill()
        process.communicate()


def _port(process: subprocess.Popen[str]) -> str:
    for line in process.stderr or ():
        if found := re.search(r"DevTools listening on ws://127\.0\.0\.1:(\d+)/", line):
            return found[1]
    raise RuntimeError("the browser has ended before it could be spoken to")


def _tab(port: str) -> str:
    from urllib.request import urlopen

    with urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
        tabs = json.load(answer)
    return str(next(tab["id"] for tab in tabs if tab["type"] == "page"))
