"""Commit statuses: the score and nothing else, to the token's own server."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from autograder.ci.statuses import post, statuses
from autograder.errors import WorkflowError
from tests.courses import run_autograder

TOKEN = "canary-status-4711"
COMMIT = "1" * 40


@pytest.fixture
def server():
    """A stand-in for GitHub's REST interface; what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        asked: list = []  # noqa: RUF012

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            entry = (self.path, self.headers["Authorization"], json.loads(body))
            self.asked.append(entry)
            self.send_response(422 if "bob" in self.path else 201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", Handler.asked
    running.shutdown()
    running.server_close()


@pytest.fixture
def documents(tmp_path, server):
    """results.json and collected.json of four students."""
    address, _ = server
    addresses = {
        "ada": f"{address}/c/ada",
        "bob": f"{address}/c/bob",
        "eve": "https://elsewhere.example/c/eve",
        "gone": f"{address}/c/gone",
    }
    students = [
        {"student": name, "repository": url, "commit": "" if name == "gone" else COMMIT}
        for name, url in addresses.items()
    ]
    submissions = [
        {
            "student": name,
            "score": None if name == "bob" else 1.25,
            "max_score": 3.0,
            "note": "the hidden check said 42",
        }
        for name in (*addresses, "unknown")
    ]
    results = tmp_path / "results.json"
    results.write_text(
        json.dumps(
            {"assignments": [{"assignment": "squares", "submissions": submissions}]}
        )
    )
    collected = tmp_path / "collected.json"
    collected.write_text(json.dumps({"students": students}))
    return results, collected


def test_each_collected_student_gets_one(documents):
    made = statuses(*documents)
    assert [(each.student, each.is_graded, each.told) for each in made] == [
        ("ada", True, "1.25 of 3 points"),
        ("bob", False, "not graded yet, or not completely"),
        ("eve", True, "1.25 of 3 points"),
    ]


def test_they_are_written_beside_the_commit_that_was_graded(
    documents, server, tmp_path
):
    address, asked = server
    results, collected = documents
    done = run_autograder(
        *("ci", "statuses", "--results", results, "--collected", collected),
        *("--server", address),
        cwd=tmp_path,
        AUTOGRADER_STATUS_TOKEN=TOKEN,
    )
    assert done.returncode == 3
    assert done.stdout.splitlines() == [
        "ada squares: 1.25 of 3 points",
        "bob squares: the server refuses (422)",
        f"eve squares: its repository is not on {address}",
    ]
    assert TOKEN not in done.stdout + done.stderr
    assert asked[0] == (
        f"/api/v3/repos/c/ada/statuses/{COMMIT}",
        f"Bearer {TOKEN}",
        {
            "state": "success",
            "context": "autograder/squares",
            "description": "1.25 of 3 points",
        },
    )
    assert asked[1][2]["state"] == "error"
    assert "hidden" not in json.dumps(asked)
    assert len(asked) == 2


def test_without_a_token_nothing_is_asked(documents, server, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_STATUS_TOKEN", raising=False)
    with pytest.raises(WorkflowError, match="AUTOGRADER_STATUS_TOKEN is not set"):
        list(post(statuses(*documents), server=server[0]))
    assert server[1] == []


def test_files_of_another_kind_are_refused(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("[]")
    with pytest.raises(WorkflowError, match="hold no class"):
        statuses(path, path)
    path.write_text("{")
    with pytest.raises(WorkflowError, match="can't be read"):
        statuses(path, path)
