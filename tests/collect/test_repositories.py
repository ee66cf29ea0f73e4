"""A class's repositories: what counts at the deadline, and what nobody can do to us."""

from __future__ import annotations

import base64
import json
import os
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import (
    BaseHTTPRequestHandler,
    SimpleHTTPRequestHandler,
    ThreadingHTTPServer,
)
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from autograder.collect.access import Access
from autograder.collect.git import Bounds
from autograder.collect.hosts import GitHub, GitLab
from autograder.collect.hosts import Push as Noted
from autograder.collect.repositories import (
    Collection,
    Fetched,
    collect,
    found_entries,
)
from autograder.collect.roster import Entry
from autograder.errors import CollectError
from tests.courses import files, run_autograder
from tests.students import Push, bare_repository, git, raw_commit

DEADLINE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EARLY, LATE = "2026-11-19T10:00:00+00:00", "2026-11-21T10:00:00+00:00"
NOTEBOOK = "squares/squares.ipynb"
PUBLIC = Access("https://github.com")
TOKEN = "canary-token-4711"
PAIR = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@pytest.fixture
def take(tmp_path):
    """Collect one repository as ada's."""

    def taking(repository: Path | str, **how: Any) -> Fetched:
        entry = Entry("ada", str(repository), how.pop("until", None))
        collection = Collection(
            tmp_path / "checkouts", how.pop("access", PUBLIC), **how
        )
        [collected] = collect([entry], collection)
        return collected

    return taking


@pytest.fixture
def bare(tmp_path):
    """Make a bare repository."""

    def make(*pushes: Push, name: str = "ada.git", branch: str = "main") -> Path:
        return bare_repository(tmp_path / "server" / name, *pushes, branch=branch)

    return make


def ada(tmp_path: Path) -> dict[str, bytes]:
    return files(tmp_path / "checkouts" / "ada")


# What counts.


def test_the_newest_commit_is_taken(take, bare, tmp_path):
    url = bare(Push(EARLY, {NOTEBOOK: "1"}), Push(LATE, {NOTEBOOK: "2"}))
    found = take(url)
    assert found.problem == ""
    assert found.commit == git("rev-parse", "HEAD", cwd=url).strip()
    assert found.time == datetime.fromisoformat(LATE)
    assert found.known_by == "commit date"
    stamp = b"2026-11-21 10:00:00 UTC\n"
    assert ada(tmp_path) == {
        NOTEBOOK: b"2",
        "timestamp.txt": stamp,
        "squares/timestamp.txt": stamp,
    }


def test_what_is_dated_after_the_deadline_does_not_count(take, bare, tmp_path):
    url = bare(Push(EARLY, {NOTEBOOK: "1"}), Push(LATE, {NOTEBOOK: "2"}))
    found = take(url, deadline=DEADLINE)
    assert found.notes == ("later commits do not count: 1",)
    assert found.commit == git("rev-parse", "HEAD~1", cwd=url).strip()
    assert ada(tmp_path)[NOTEBOOK] == b"1"


def test_who_has_more_time_has_more_time(take, bare, tmp_path):
    url = bare(Push(EARLY, {NOTEBOOK: "1"}), Push(LATE, {NOTEBOOK: "2"}))
    until = datetime(2026, 11, 22, tzinfo=UTC)
    assert take(url, deadline=DEADLINE, until=until).notes == ()
    assert ada(tmp_path)[NOTEBOOK] == b"2"


def test_nothing_in_time_is_nothing_handed_in(take, bare, tmp_path):
    url = bare(Push(LATE, {NOTEBOOK: "2"}))
    assert take(url).problem == ""
    found = take(url, deadline=DEADLINE)
    assert found.problem == "nothing was handed in before the deadline"
    assert found.needs_attention
    assert ada(tmp_path) == {}


def test_a_date_in_the_future_is_now(take, bare):
    found = take(bare(Push("2999-01-01T00:00:00+00:00", {NOTEBOOK: "1"})))
    assert found.time is not None
    assert found.time <= datetime.now(UTC)


def test_a_students_own_timestamp_is_not_believed(take, bare, tmp_path):
    names = ("timestamp.txt", "squares/timestamp.txt", "deep/timestamp.txt")
    url = bare(Push(EARLY, dict.fromkeys((NOTEBOOK, *names), "1999-01-01 0:0:0 UTC")))
    take(url)
    stamp = b"2026-11-19 10:00:00 UTC\n"
    assert ada(tmp_path)["timestamp.txt"] == stamp
    assert ada(tmp_path)["squares/timestamp.txt"] == stamp
    assert "deep/timestamp.txt" not in ada(tmp_path)


def test_what_was_deleted_since_is_gone(take, bare, tmp_path):
    url = bare(Push(EARLY, {NOTEBOOK: "1", "old.py": "x"}))
    take(url)
    assert "old.py" in ada(tmp_path)
    git("update-ref", "-d", "HEAD", cwd=url)
    git("fast-import", "--quiet", "--force", cwd=url, given=b"reset refs/heads/main\n")
    raw_commit(url, ("100644", b"new.py", b"y"), date=Push(LATE).seconds)
    take(url)
    assert set(ada(tmp_path)) == {"new.py", "timestamp.txt"}


# One that fails.


def test_a_failing_repository_costs_its_student_only(bare, tmp_path):
    good = bare(Push(EARLY, {NOTEBOOK: "1"}))
    empty = bare(name="empty.git")
    entries = [
        Entry("ada", str(good)),
        Entry("bob", str(tmp_path / "nowhere.git")),
        Entry("eve", str(empty)),
        Entry("zoe", str(good)),
    ]
    done = list(collect(entries, Collection(tmp_path / "checkouts", PUBLIC)))
    assert [each.student for each in done] == ["ada", "bob", "eve", "zoe"]
    assert [bool(each.problem) for each in done] == [False, True, True, False]
    assert "does not appear to be a git repository" in done[1].problem
    assert done[2].problem == "is empty: nothing was pushed yet"
    assert sorted(path.name for path in (tmp_path / "checkouts").iterdir()) == [
        "ada",
        "zoe",
    ]


def test_what_was_collected_before_survives_a_failure(take, bare, tmp_path):
    url = bare(Push(EARLY, {NOTEBOOK: "1"}))
    take(url)
    url.rename(url.with_name("moved"))
    found = take(url)
    assert found.problem.endswith("; what was collected before stays")
    assert ada(tmp_path)[NOTEBOOK] == b"1"


def test_a_repository_that_is_too_large_is_refused(take, bare):
    url = bare(Push(EARLY, {NOTEBOOK: os.urandom(3 << 20)}))
    found = take(url, bounds=Bounds(mib=1))
    assert found.problem == "is larger than 1 MiB; allow more with --max-mib"


def test_files_that_unpack_to_more_are_left_out(take, bare, tmp_path):
    url = bare(Push(EARLY, {NOTEBOOK: "1", "zeros": bytes(3 << 20)}))
    found = take(url, bounds=Bounds(mib=1))
    assert found.notes == ("left out: 1 (too many or too large)",)
    assert set(ada(tmp_path)) >= {NOTEBOOK}
    assert "zeros" not in ada(tmp_path)


def test_more_files_than_anybody_needs_are_left_out(take, bare, tmp_path):
    url = bare(Push(EARLY, {f"{n:03}": "x" for n in range(20)}))
    found = take(url, bounds=Bounds(files=5))
    assert found.notes == ("left out: 15 (too many or too large)",)
    assert len(ada(tmp_path)) == 5 + 1


def test_a_tree_of_trees_of_trees_ends(take, bare):
    url = bare(Push(EARLY, {"x": "x"}))
    tree = git("rev-parse", "HEAD^{tree}", cwd=url).strip()
    for _ in range(12):  # 10^12 files
        lines = "".join(f"040000 tree {tree}\t{n}\n" for n in range(10))
        tree = git("mktree", cwd=url, given=lines.encode()).strip()
    commit = git("commit-tree", tree, "-m", "bomb", cwd=url).strip()
    git("update-ref", "HEAD", commit, cwd=url)
    assert take(url).problem == "is larger than 32 MiB; allow more with --max-mib"


def test_a_server_that_says_nothing_is_left_after_a_while(take):
    with _Silent() as server:
        found = take(f"{server}/c/ada", bounds=Bounds(seconds=1))
    assert found.problem.startswith("took longer than 1 s;")


# Hostile ones.


HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`.ipynb",
    "a; touch pwned",
    "-rf",
    "new\nline: {yaml: [}",
    "::set-output name=x::y",
    "<img src=x onerror=alert(1)>.md",
    "| a | b |",
    "${{ secrets.TOKEN }}",
    "%s%n",
    "\x1b[2J",
    " leading and trailing ",
)


def test_names_and_messages_that_hold_code_are_data(take, bare, tmp_path):
    url = bare(
        Push(EARLY, {f"d/{name}": "x" for name in HOSTILE}, message=HOSTILE[0]),
        branch="x;touch${IFS}pwned",
    )
    assert take(url).problem == ""
    assert set(ada(tmp_path)) == {
        "timestamp.txt",
        "d/timestamp.txt",  # one of the names is a notebook's
        *(f"d/{name}" for name in HOSTILE),
    }
    assert not list(tmp_path.rglob("pwned"))


def test_names_that_are_no_text_are_kept(take, bare, tmp_path):
    assert take(bare(Push(EARLY, {b"caf\xe9.txt": "x"}))).problem == ""
    names = {path.name for path in (tmp_path / "checkouts" / "ada").iterdir()}
    assert os.fsdecode(b"caf\xe9.txt") in names


@pytest.mark.parametrize(
    "name",
    [b"..", b".", b".git", b".GIT", b"../up", b"/etc", b"a/../../up", b"x" * 300],
    ids=["up", "here", "git", "GIT", "path up", "absolute", "detour", "long"],
)
def test_names_that_lead_elsewhere_are_left_out(take, bare, tmp_path, name):
    url = bare()
    lines = (("100644", name, b"x"), ("100644", b"good", b"y"))
    raw_commit(url, *lines, date=Push(EARLY).seconds)
    found = take(url)
    assert found.notes == ("left out: 1 (names that no folder can have)",)
    assert set(ada(tmp_path)) == {"good", "timestamp.txt"}
    assert sorted(each.name for each in tmp_path.iterdir()) == ["checkouts", "server"]


def test_a_tree_that_names_a_file_twice_is_refused(take, bare, tmp_path):
    url = bare()
    lines = (("100644", b"a", b"x"), ("100644", b"a", b"y"))
    raw_commit(url, *lines, date=Push(EARLY).seconds)
    assert take(url).problem == "its files can't be written: File exists"
    assert list((tmp_path / "checkouts").iterdir()) == []


def test_links_and_submodules_are_left_out(take, bare, tmp_path):
    url = bare()
    raw_commit(
        url,
        ("120000", b"link", b"/etc/passwd"),
        ("100755", b"tool", b"x"),
        date=Push(EARLY).seconds,
    )
    found = take(url)
    assert found.notes == ("left out: 1 (links or submodules)",)
    assert set(ada(tmp_path)) == {"tool", "timestamp.txt"}
    mode = (tmp_path / "checkouts" / "ada" / "tool").stat().st_mode
    assert not mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def test_attributes_and_settings_of_the_repository_do_not_act(take, bare, tmp_path):
    attributes = (
        "* filter=lfs export-ignore text eol=crlf ident working-tree-encoding=UTF-16"
    )
    url = bare(
        Push(
            EARLY,
            {
                ".gitattributes": attributes,
                ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ext::id\n',
                ".lfsconfig": "[lfs]\n\turl = http://127.0.0.1:1/\n",
                NOTEBOOK: "$Id$\n",
            },
        )
    )
    hook = url / "hooks" / "post-checkout"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\ntouch pwned\n")
    hook.chmod(0o755)
    assert take(url).problem == ""
    assert ada(tmp_path)[NOTEBOOK] == b"$Id$\n"
    assert not list(tmp_path.rglob("pwned"))
    assert not (tmp_path / "checkouts" / "ada" / ".git").exists()


# What servers say.


class _Server(BaseHTTPRequestHandler):
    """A stand-in for the REST interfaces of GitHub and GitLab."""

    answers: dict[str, Any]
    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.asked.append((self.path, self.headers.get("Authorization")))
        answer = self.answers.get(unquote(parts.path))
        self.send_response(404 if answer is None else 200)
        if isinstance(answer, list):
            page = int(parse_qs(parts.query).get("page", ["1"])[0])
            if len(answer) > 100 * page:
                here = f"http://{self.headers['Host']}{parts.path}"
                self.send_header("Link", f'<{here}?page={page + 1}>; rel="next"')
            answer = answer[100 * (page - 1) : 100 * page]
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        pass


class _Silent:
    """A server that takes a connection and never answers."""

    def __enter__(self) -> str:
        import socket

        self._socket = socket.create_server(("127.0.0.1", 0))
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._socket.close()


@pytest.fixture
def serve() -> Iterator[Any]:
    """Start a server with these answers; its access, with a token."""
    running = []

    def start(answers: dict[str, Any]) -> tuple[Access, list[tuple[str, str | None]]]:
        kind = type("Server", (_Server,), {"answers": answers, "asked": []})
        server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return Access(f"http://127.0.0.1:{server.server_port}", TOKEN), kind.asked

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def activity(*events: tuple[str, str], began: str = "0" * 40) -> dict[str, Any]:
    """What GitHub answers of c/ada: commit and time of each push, newest first."""
    before = [*(commit for commit, _ in events[1:]), began]
    return {
        "/api/v3/repos/c/ada": {"default_branch": "main"},
        "/api/v3/repos/c/ada/activity": [
            {"before": old, "after": commit, "timestamp": time}
            for old, (commit, time) in zip(before, events, strict=bool(events))
        ],
    }


OLD, NEW, NONE = "1" * 40, "2" * 40, "0" * 40


@pytest.mark.parametrize(
    ("events", "commit", "is_last"),
    [
        ([(NEW, LATE), (OLD, EARLY)], OLD, False),
        ([(OLD, EARLY)], OLD, True),
        ([(NONE, EARLY)], "", True),
        ([("--upload-pack=id", EARLY)], "", True),
    ],
    ids=["later ones", "the last", "deleted", "no name"],
)
def test_github_tells_what_was_there_at_the_deadline(serve, events, commit, is_last):
    access, asked = serve(activity(*events))
    push = GitHub(access).last_push(f"{access.server}/c/ada.git", DEADLINE)
    assert push is not None
    assert (push.commit, push.is_last) == (commit, is_last)
    assert push.time == datetime.fromisoformat(EARLY)
    assert {header for _, header in asked} == {f"Bearer {TOKEN}"}


def test_who_pushed_only_later_had_nothing_there_whatever_the_commits_say(serve):
    access, _ = serve(activity((NEW, LATE)))
    push = GitHub(access).last_push(f"{access.server}/c/ada", DEADLINE)
    assert push == Noted("", None, is_last=False)


def test_what_was_there_before_the_first_noted_push_was_there(serve):
    access, _ = serve(activity((NEW, LATE), began=OLD))
    push = GitHub(access).last_push(f"{access.server}/c/ada", DEADLINE)
    assert push == Noted(OLD, None, is_last=False)


def test_a_hundred_pushes_after_the_deadline_hide_nothing(serve):
    access, asked = serve(activity(*[(NEW, LATE)] * 120, (OLD, EARLY)))
    push = GitHub(access).last_push(f"{access.server}/c/ada", DEADLINE)
    assert push == Noted(OLD, datetime.fromisoformat(EARLY), is_last=False)
    assert len(asked) == 3


def test_github_may_know_of_no_push(serve):
    answers = activity((NEW, LATE))
    answers["/api/v3/repos/c/ada/activity"] = []
    access, _ = serve(answers)
    assert GitHub(access).last_push(f"{access.server}/c/ada", DEADLINE) is None


def test_gitlab_tells_it_too(serve):
    def data(ref: str, commit: str) -> dict[str, Any]:
        return {"ref": ref, "commit_from": None, "commit_to": commit}

    event = {"created_at": EARLY, "push_data": data("main", OLD)}
    other = {"created_at": EARLY, "push_data": data("x", NEW)}
    access, _ = serve(
        {
            "/api/v4/projects/c/ada": {"default_branch": "main"},
            "/api/v4/projects/c/ada/events": [other, event],
        }
    )
    push = GitLab(access).last_push(f"{access.server}/c/ada", DEADLINE)
    assert push is not None
    assert push.commit == OLD


def test_all_pages_of_an_organisation_are_read(serve):
    names = [f"hw-s{n:03}" for n in range(130)] + ["website"]
    listed = [{"name": name, "full_name": f"course/{name}"} for name in names]
    access, asked = serve({"/api/v3/orgs/course/repos": listed})
    entries = found_entries(GitHub(access).repositories("course"), "hw-{student}")
    assert len(entries) == 130
    assert entries[0] == Entry("s000", f"{access.server}/course/hw-s000")
    assert len(asked) == 2


def test_all_projects_of_a_group_are_read(serve):
    listed = [{"path": "hw-ada", "path_with_namespace": "c/2026/hw-ada"}]
    access, _ = serve({"/api/v4/groups/c/2026/projects": listed})
    assert list(GitLab(access).repositories("c/2026")) == [
        ("hw-ada", f"{access.server}/c/2026/hw-ada")
    ]


def test_a_server_that_refuses_is_told_with_what_to_do(serve):
    access, _ = serve({})
    with pytest.raises(CollectError) as caught:
        list(GitHub(access).repositories("course"))
    assert str(caught.value) == (
        f"{access.server}/api/v3/orgs/course/repos: refused (404). Is the name right, "
        "and may the token in AUTOGRADER_GIT_TOKEN read it?"
    )


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("hw-*", "there is no {student} in it. Write it in place of"),
        ("lab-{student}", 'no repository has a name like "lab-{student}".'),
    ],
)
def test_a_pattern_that_finds_nobody_is_told(pattern, told):
    with pytest.raises(CollectError) as caught:
        found_entries([("hw-ada", "u")], pattern)
    assert told in str(caught.value)


def test_two_repositories_of_one_student_are_refused():
    both = [("hw-ada", "u/hw-ada"), ("HW-ada", "u/HW-ada")]
    with pytest.raises(CollectError) as caught:
        found_entries(both, "hw-{student}")
    assert str(caught.value) == (
        'u/hw-ada and u/HW-ada both belong to "ada". Narrow --pattern, or write a '
        "roster."
    )


class _Notes:
    """A host that has noted a push, or knows nothing."""

    def __init__(self, push: Any) -> None:
        self._push = push

    def repositories(self, group: str) -> Iterator[tuple[str, str]]:
        yield from ()

    def last_push(self, url: str, until: datetime | None) -> Any:
        if isinstance(self._push, Exception):
            raise self._push
        return self._push


def test_what_the_server_noted_goes_before_what_a_commit_says(
    take, bare, tmp_path, monkeypatch
):
    """The student dated the late commit back: the time of the push tells."""
    url = bare(Push(EARLY, {NOTEBOOK: "1"}), Push(EARLY, {NOTEBOOK: "forged"}))
    first = git("rev-parse", "HEAD~1", cwd=url).strip()
    assert take(url, deadline=DEADLINE).commit != first  # git alone is deceived
    noted = Noted(first, datetime.fromisoformat(EARLY), is_last=False)
    monkeypatch.setattr(Access, "opens", lambda *_: True)
    found = take(url, deadline=DEADLINE, host=_Notes(noted))
    assert (found.commit, found.known_by) == (first, "push")
    assert found.notes == ("pushed again after the deadline: does not count",)
    assert ada(tmp_path)[NOTEBOOK] == b"1"


def test_back_dated_commits_that_were_pushed_late_count_for_nothing(
    take, bare, tmp_path, monkeypatch
):
    monkeypatch.setattr(Access, "opens", lambda *_: True)
    url = bare(Push(EARLY, {NOTEBOOK: "forged"}))
    noted = Noted("", None, is_last=False)
    found = take(url, deadline=DEADLINE, host=_Notes(noted))
    assert found.problem == "nothing was handed in before the deadline"
    assert ada(tmp_path) == {}


def test_a_server_that_cannot_tell_leaves_the_dates_and_a_note(take, bare, monkeypatch):
    monkeypatch.setattr(Access, "opens", lambda *_: True)
    url = bare(Push(EARLY, {NOTEBOOK: "1"}))
    found = take(url, host=_Notes(CollectError("refused (403).")))
    assert found.known_by == "commit date"
    assert found.notes == ("times of pushes are not known: refused (403).",)


# The token, over the network.


class _Files(SimpleHTTPRequestHandler):
    """A git server of the simplest kind: files, for who has the token."""

    seen: list[str | None]
    elsewhere = ""

    def do_GET(self) -> None:
        given = self.headers.get("Authorization")
        self.seen.append(given)
        if self.elsewhere:
            self.send_response(302)
            self.send_header("Location", f"{self.elsewhere}{self.path}")
            self.end_headers()
        elif given != f"Basic {PAIR}":
            self.send_error(401)
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def files_of() -> Iterator[Any]:
    """Serve a folder; its address, and the headers that it has seen."""
    running = []

    def start(folder: Path, elsewhere: str = "") -> tuple[str, list[str | None]]:
        kind = type("Files", (_Files,), {"seen": [], "elsewhere": elsewhere})
        handler = partial(kind, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}", kind.seen

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_a_private_repository_opens_with_the_token(take, bare, files_of, tmp_path):
    url = bare(Push(EARLY, {NOTEBOOK: "1"}))
    git("update-server-info", cwd=url)
    address, seen = files_of(url.parent)
    found = take(f"{address}/ada.git", access=Access(address, TOKEN), deadline=DEADLINE)
    assert found.problem == ""
    assert ada(tmp_path)[NOTEBOOK] == b"1"
    assert set(seen) == {f"Basic {PAIR}"}
    assert TOKEN not in repr(found)


def test_without_the_token_it_stays_shut_and_nobody_is_asked(take, bare, files_of):
    url = bare(Push(EARLY, {NOTEBOOK: "1"}))
    git("update-server-info", cwd=url)
    address, seen = files_of(url.parent)
    found = take(f"{address}/ada.git", access=Access(address), deadline=DEADLINE)
    assert found.problem == (
        "can't be read: are the address and AUTOGRADER_GIT_TOKEN right?"
    )
    assert set(seen) == {None}


def test_a_server_that_sends_us_elsewhere_is_not_followed(take, bare, files_of):
    url = bare(Push(EARLY, {NOTEBOOK: "1"}))
    other, seen = files_of(url.parent)
    address, _ = files_of(url.parent, elsewhere=other)
    found = take(f"{address}/ada.git", access=Access(address, TOKEN))
    assert found.problem.startswith("git: fatal: unable to access")
    assert seen == []


# The command.


def test_the_command_lists_what_it_took(bare, tmp_path):
    good = bare(Push(EARLY, {NOTEBOOK: "1"}), Push(LATE, {NOTEBOOK: "2"}))
    roster = tmp_path / "roster.csv"
    roster.write_text(f"student,repository\nada,{good}\nbob,{tmp_path}/none\n")
    done = run_autograder(
        *("collect", "--roster", roster, "--deadline", "2026-11-20 12:00 UTC"),
        "--json",
        cwd=tmp_path,
        AUTOGRADER_GIT_TOKEN=TOKEN,
    )
    assert done.returncode == 3, done.stderr
    document = json.loads(done.stdout)
    assert document["deadline"] == "2026-11-20T12:00:00+00:00"
    ada_line, bob_line = document["students"]
    assert ada_line["commit"] == git("rev-parse", "HEAD~1", cwd=good).strip()
    assert ada_line["time"] == EARLY
    assert bob_line["problem"].startswith("git: fatal:")
    assert document == json.loads((tmp_path / "checkouts/collected.json").read_text())
    assert TOKEN not in done.stdout + done.stderr
    left = b"".join(files(tmp_path / "checkouts").values())
    assert TOKEN.encode() not in left


def test_the_table_shows_whom_nothing_came_of(bare, tmp_path):
    good = bare(Push(EARLY, {NOTEBOOK: "1"}))
    roster = tmp_path / "roster.csv"
    roster.write_text(f"student,repository\nada,{good}\nbob,{tmp_path}/none\n")
    done = run_autograder("collect", "--roster", roster, cwd=tmp_path)
    assert done.returncode == 3
    assert "1 of 2 collected into checkouts" in done.stdout
    assert "2026-11-19 10:00 UTC" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name one of --roster FILE and --organisation NAME."),
        (
            ("--roster", "r.csv", "--deadline", "2026-11-20"),
            '--deadline "2026-11-20" has no time zone.',
        ),
        (("--organisation", "c", "--host", "svn"), "is not a server address"),
    ],
    ids=["neither", "no zone", "no host"],
)
def test_wrong_use_is_one_line(tmp_path, words, told):
    done = run_autograder("collect", *words, cwd=tmp_path)
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "checkouts").exists()
