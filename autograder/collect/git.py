"""Run git on an untrusted repository: fetched into our bare one, read as objects.

Owns: git's processes and their bounds. May not: check anything out. There is no
working tree, so no hook, filter, attribute, link, submodule or setting of the
repository can act; branch names are never used.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.collect.access import TOKEN_VARIABLE, Access
from autograder.errors import CollectError
from autograder.text import one_line

__all__ = ["Bounds", "Commit", "Item", "Repository", "is_commit_name", "opened"]

_MIB = 1 << 20

#: The shell sets limits before git starts; sizes are in blocks of 512 bytes.
_LIMITED = 'ulimit -c 0 && ulimit -f "$1" && ulimit -v "$2" && shift 2 && exec "$@"'

#: Address space of one git process, in KiB.
_MEMORY_KIB = 4 * _MIB

#: What ls-tree and rev-list may print.
_LIST_MIB = 32

#: How many of the newest commits are examined.
_MOST_COMMITS = 50_000

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_OURS = "refs/collected"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one repository may cost.

    Attributes:
        seconds: All of git's work on it.
        mib: Size of what is downloaded, and of what is copied out of it.
        files: How many files are copied out of it.
    """

    seconds: float = 120
    mib: float = 200
    files: int = 5_000


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit and the date that the committer's machine wrote into it."""

    name: str
    date: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a tree.

    Attributes:
        mode: Its type, as git writes it: "100644", "120000" for a link ...
        name: Its object.
        size: Its size in bytes; 0 if it has none.
        path: Its path as bytes, which may be any but zero bytes.
    """

    mode: str
    name: str
    size: int
    path: bytes


@contextlib.contextmanager
def opened(url: str, access: Access, bounds: Bounds) -> Iterator[Repository]:
    """An empty bare repository that fetches from an address; removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="collect-") as folder:
        repository = Repository(url, Path(folder), access, bounds)
        repository.begin()
        yield repository


class Repository:
    """Our own bare repository, in a temporary folder."""

    def __init__(self, url: str, folder: Path, access: Access, bounds: Bounds) -> None:
        home = folder / "home"
        home.mkdir()
        self._url, self._folder, self._bounds = url, folder, bounds
        self._environment = access.environment(url, str(home))
        self._end = time.monotonic() + bounds.seconds

    def begin(self) -> None:
        """Create it, without a template."""
        self._git("init", "--quiet", "--bare", "--template=")

    def fetch(self, what: str = "HEAD", *, depth: int | None = None) -> None:
        """Fetch the default branch, or a commit by its name.

        Args:
            what: "HEAD" or a commit's full name.
            depth: How many commits of its history; all of them if None.

        Raises:
            CollectError: It can't be fetched, costs too much, or has no commit.
        """
        shallow = [] if depth is None else [f"--depth={depth}"]
        self._git(
            *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", *shallow),
            *("--", self._url, f"+{what}:{_OURS}"),
            mib=self._bounds.mib,
        )

    def tip(self) -> Commit:
        """The newest fetched commit."""
        return next(self.commits(most=1))

    def commits(self, *, most: int = _MOST_COMMITS) -> Iterator[Commit]:
        """Commits of the fetched branch itself, newest first."""
        listed = self._git(
            *("rev-list", "--first-parent", "--timestamp", f"--max-count={most}"),
            _OURS,
            mib=_LIST_MIB,
        )
        for line in listed.decode("ascii", "replace").splitlines():
            seconds, _, name = line.partition(" ")
            yield Commit(name, _date(seconds))

    def tree(self, commit: str) -> list[Item]:
        """The entries of a commit's tree, without reading their content."""
        names = ("ls-tree", "-r", "-z", "-l", "--full-tree")
        listed = self._git(*names, commit, mib=_LIST_MIB)
        return [_item(line) for line in listed.split(b"\0") if line]

    def contents(self, items: Sequence[Item]) -> Iterator[bytes]:
        """The bytes of files, in order, of their declared sizes."""
        if not items:
            return
        asked = "".join(f"{item.name}\n" for item in items).encode()
        room = sum(item.size + 128 for item in items) / _MIB + 1
        data = self._git("cat-file", "--batch", mib=room, given=asked)
        at = 0
        for item in items:
            head = f"{item.name} blob {item.size}\n".encode()
            if not data.startswith(head, at):
                raise CollectError("git: an object is missing or not what it was")
            begin = at + len(head)
            at = begin + item.size + 1
            yield data[begin : at - 1]

    def _git(self, *words: str, mib: float = 1, given: bytes = b"") -> bytes:
        """Run one command of git, within what is left of the bounds.

        Args:
            words: Its arguments. Only object names come from the repository.
            mib: The largest file that it may write, including its output.
            given: Its input.

        Raises:
            CollectError: It fails; the message repeats git's last line.
        """
        limits = (str(int(mib * 2048)), str(_MEMORY_KIB))
        command = ("sh", "-c", _LIMITED, "sh", *limits, "git", *words)
        with (
            tempfile.TemporaryFile(dir=self._folder) as asked,
            tempfile.TemporaryFile(dir=self._folder) as out,
            tempfile.TemporaryFile(dir=self._folder) as err,
        ):
            asked.write(given)
            asked.seek(0)
            process = subprocess.Popen(
                command,
                cwd=self._folder,
                env={**self._environment, "GIT_DIR": str(self._folder / "bare.git")},
                stdin=asked,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
            code = self._ended(process)
            err.seek(0)
            told = err.read(65536).decode("utf-8", "replace")
            if code:
                raise CollectError(self._reason(code, told, mib))
            out.seek(0)
            return out.read()

    def _ended(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for git within the time limit, and end everything it started."""
        try:
            return process.wait(timeout=max(0.1, self._end - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise CollectError(
                f"took longer than {self._bounds.seconds:g} s; give it more time with "
                "--timeout, or look at what makes it large"
            ) from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _reason(self, code: int, told: str, mib: float) -> str:
        """Why git failed, in one line."""
        if code == -signal.SIGXFSZ or self._is_full(mib):
            return f"is larger than {mib:g} MiB; allow more with --max-mib"
        if "couldn't find remote ref HEAD" in told:
            return "is empty: nothing was pushed yet"
        if re.search("askpass|Authentication failed|could not read", told):
            return f"can't be read: are the address and {TOKEN_VARIABLE} right?"
        lines = [line for line in told.splitlines() if line.strip()]
        for line in lines:
            if line.startswith(("fatal:", "error:", "remote: ")):
                return one_line(f"git: {line}", 300)
        return one_line(f"git: {lines[-1] if lines else f'ended with {code}'}", 300)

    def _is_full(self, mib: float) -> bool:
        """Whether a download has reached its limit: git says only that it failed."""
        drafts = self._folder.glob("bare.git/objects/pack/tmp_pack_*")
        return any(path.stat().st_size >= int(mib * _MIB) for path in drafts)


def _date(seconds: str) -> datetime:
    """A commit's date; the latest possible time if it has none."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC)


def _item(line: bytes) -> Item:
    about, _, path = line.partition(b"\t")
    mode, _, name, size = about.decode("ascii").split()
    return Item(mode, name, int(size) if size.isdigit() else 0, path)


def is_commit_name(text: object) -> bool:
    """Whether text is the full name of a commit, and not the null name."""
    is_name = isinstance(text, str) and bool(_HASH.fullmatch(text))
    return is_name and bool(str(text).strip("0"))
