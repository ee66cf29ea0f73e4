"""The read-only token: which server may have it, and how git gets it.

Owns: the token. May not: let it into an argument, an address, a file or a message, or
send it to any server but its own. git gets it from its environment, as a header for
addresses that begin with the server's, and follows no redirect.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from autograder.errors import CollectError

__all__ = ["TOKEN_VARIABLE", "Access"]

#: The variable that holds the token.
TOKEN_VARIABLE = "AUTOGRADER_GIT_TOKEN"

#: What git gets of our environment: where programs are, how to reach the network.
_INHERITED = (
    "PATH",
    "LANG",
    "LC_ALL",
    "SSH_AUTH_SOCK",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTPS_PROXY",
    "NO_PROXY",
)

#: Settings that override those of a repository or machine.
_SETTINGS = (
    ("core.hooksPath", "/dev/null"),
    ("core.symlinks", "false"),
    ("core.fsmonitor", "false"),
    ("core.sshCommand", "ssh -o BatchMode=yes -o ConnectTimeout=20"),
    ("credential.helper", ""),
    ("fetch.recurseSubmodules", "false"),
    ("fetch.unpackLimit", "1"),
    ("fetch.writeCommitGraph", "false"),
    ("filter.lfs.process", ""),
    ("filter.lfs.smudge", ""),
    ("gc.auto", "0"),
    ("http.followRedirects", "false"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "30"),
    ("maintenance.auto", "false"),
    ("pack.threads", "1"),
    ("safe.directory", "*"),
    ("submodule.recurse", "false"),
)

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Access:
    """A server and the token for it.

    Attributes:
        server: Its address, such as https://github.com.
        token: A token that can only read; empty for public repositories.
    """

    server: str
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse an invalid server address, and sending a token unencrypted.

        Raises:
            CollectError: The message says which.
        """
        parts = urlsplit(self.server)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.query:
            raise CollectError(
                f'"{self.server}" is not a server address. Write it like https://github.com.'
            )
        if self.token and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise CollectError(
                f"{self.server}: tokens are sent by https only. Write https://."
            )
        if not self.token.isprintable() or " " in self.token:
            raise CollectError(f"the variable {TOKEN_VARIABLE} holds no token.")

    @classmethod
    def from_environment(cls, server: str) -> Access:
        """The server, with the token from the variable, if set."""
        token = os.environ.get(TOKEN_VARIABLE, "").strip()
        return cls(server.rstrip("/"), token)

    def opens(self, url: str) -> bool:
        """Whether an address is on this server."""
        return url.startswith(f"{self.server}/")

    def environment(self, url: str, home: str) -> dict[str, str]:
        """The environment for git when it fetches from an address.

        Args:
            url: The address, already checked.
            home: An empty folder.
        """
        settings = [*_SETTINGS]
        if self.token and self.opens(url):
            pair = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
            settings.append(
                (f"http.{self.server}/.extraheader", f"Authorization: Basic {pair}")
            )
        return {
            **{key: os.environ[key] for key in _INHERITED if key in os.environ},
            "HOME": home,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "false",
            "SSH_ASKPASS": "false",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_ALLOW_PROTOCOL": _protocol(url),
            **_numbered(settings),
        }


def _protocol(url: str) -> str:
    """The only protocol git may use: that of the address."""
    if "://" in url:
        return urlsplit(url).scheme
    return "file" if url.startswith("/") else "ssh"


def _numbered(settings: list[tuple[str, str]]) -> Mapping[str, str]:
    pairs = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings):
        pairs[f"GIT_CONFIG_KEY_{number}"] = key
        pairs[f"GIT_CONFIG_VALUE_{number}"] = value
    return pairs
