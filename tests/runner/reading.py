"""How GitHub's runner reads a log and a file of outputs, as its documentation says."""

from __future__ import annotations

import re

__all__ = ["commands", "outputs_in"]


def commands(log: str) -> list[tuple[str, str]]:
    """The commands in a log: name and data; none while commands are stopped."""
    found, token = [], ""
    for line in log.splitlines():
        if token:
            token = "" if line.strip() == f"::{token}::" else token
            continue
        new = re.match(r"\s*::([\w-]+)(?: ([^:]*))?::(.*)", line)
        old = re.search(r"##\[([\w-]+)[^\]]*\](.*)", line)
        if new and new[1] == "stop-commands":
            token = new[3].strip()
        elif new:
            found.append((new[1], f"{new[2] or ''}|{new[3]}"))
        elif old:
            found.append((old[1], old[2]))
    return found


def outputs_in(data: bytes) -> dict[str, str]:
    """The outputs in a file, each between two equal lines."""
    found, lines = {}, iter(data.decode().split("\n"))
    for line in lines:
        if not line:
            continue
        name, _, end = line.partition("<<")
        value = []
        for inner in lines:
            if inner == end:
                break
            value.append(inner)
        found[name] = "\n".join(value)
    return found
