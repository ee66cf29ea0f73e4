"""JSON of any shape, where a notebook is expected, is a malformed file or a graded one.

Each example is a sound notebook in which a few places hold something else. Whatever
the libraries make of that, nothing but `MalformedError` comes out of reading it, and
nothing at all out of showing it.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import from_dict
from nbformat.v4 import new_notebook

from autograder.config import Limits
from autograder.errors import MalformedError
from autograder.execution.cellrun import CellRun
from autograder.execution.channels import Channels
from autograder.execution.outputs import OutputRoom
from autograder.grading.untrusted import present, read
from autograder.notebook import parse_submission
from autograder.sandbox import Disposable

GRADER = {
    "grade_id": "answer",
    "solution": True,
    "grade": False,
    "locked": False,
    "schema_version": 3,
}

OUTPUTS: list[dict[str, Any]] = [
    {"output_type": "stream", "name": "stdout", "text": "a"},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]},
    {
        "output_type": "display_data",
        "data": {"text/plain": "1", "text/html": "<b>1</b>", "text/markdown": "*1*"},
        "metadata": {"image/png": {"width": 1}},
    },
    {
        "output_type": "execute_result",
        "data": {"image/png": "iVBORw0KGgo=", "text/latex": "$x$"},
        "metadata": {},
        "execution_count": 1,
    },
]


def sound() -> dict[str, Any]:
    """A notebook of format 4 with all that a cell may have."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3"}, "orig_nbformat": 4},
        "cells": [
            {
                "cell_type": "markdown",
                "id": "text",
                "metadata": {"tags": ["a"]},
                "source": ["# a\n", "b"],
                "attachments": {"a.png": {"image/png": "iVBORw0KGgo="}},
            },
            {
                "cell_type": "code",
                "id": "answer",
                "metadata": {"nbgrader": GRADER},
                "source": "x = 1",
                "outputs": copy.deepcopy(OUTPUTS),
                "execution_count": 1,
            },
        ],
    }


def old() -> dict[str, Any]:
    """A notebook of format 3."""
    cells = [
        {"cell_type": "heading", "level": 2, "source": "a", "metadata": {}},
        {
            "cell_type": "code",
            "language": "python",
            "input": ["x = 1"],
            "prompt_number": 1,
            "collapsed": False,
            "metadata": {"nbgrader": GRADER},
            "outputs": [
                {"output_type": "pyout", "text": "1", "prompt_number": 1},
                {"output_type": "pyerr", "ename": "", "evalue": "", "traceback": []},
                {"output_type": "stream", "stream": "stdout", "text": ["1"]},
            ],
        },
    ]
    return {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [{"cells": cells, "metadata": {}}],
    }


ODD = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        10**30,
        1.5,
        float("nan"),
        "",
        "x",
        "\ud800",
        "\0\x1b[31m",
        [],
        [1],
        ["x", None],
        [["x"]],
        [{}],
        {},
        {"a": 1},
        {"": {"": []}},
        [[[[[[[[[[]]]]]]]]]],
    ]
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in parsed JSON."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    found = []
    for key in keys:
        found.append((value, key))
        if isinstance(value[key], dict | list):
            found += places(value[key])
    return found


@st.composite
def mutated(draw: st.DrawFn, whole: Any) -> Any:
    """A copy of JSON, odd in some places."""
    made = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from(places(made)))
        match draw(st.sampled_from(["other", "other", "gone", "more"])):
            case "other":
                container[key] = copy.deepcopy(draw(ODD))
            case "gone":
                del container[key]
            case "more" if isinstance(container, dict):
                container[draw(st.sampled_from(["a", "id", "text/html"]))] = (
                    copy.deepcopy(draw(ODD))
                )
            case "more":
                container.insert(0, copy.deepcopy(draw(ODD)))
        if not places(made):
            break
    return made


SKELETON = parse_submission(json.dumps(sound()).encode())
SKELETON.cells[1].metadata = from_dict({"nbgrader": GRADER})


@pytest.fixture(scope="module")
def reader():
    made = Disposable()
    yield made
    made.close()


many = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@many
@given(file=st.one_of(mutated(sound()), mutated(old())))
def test_a_file_of_odd_json_is_malformed_or_read(reader, file):
    data = json.dumps(file).encode()
    try:
        made = read(reader, data, SKELETON, assignment="one", others={})
    except MalformedError as error:
        if "is in it" not in str(error):  # another notebook, but a sound one
            with pytest.raises(MalformedError):
                parse_submission(data)  # by a rule of ours, not by an accident
        return
    json.dumps(made.notebook, allow_nan=False).encode()
    assert all(isinstance(cell.source, str) for cell in made.notebook.cells)


def is_json(value: Any) -> bool:
    """Whether a kernel could have sent it: outputs have gone through `plain`."""
    try:
        json.dumps(value, allow_nan=False).encode("utf-8")
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except ValueError:
        return False
    return True


@many
@given(outputs=mutated(OUTPUTS).filter(is_json))
def test_odd_outputs_are_shown_or_left_out(reader, outputs):
    cell = copy.deepcopy(SKELETON.cells[1])
    last = {"output_type": "stream", "name": "stdout", "text": "kept"}
    cell.outputs = [*map(from_dict, outputs), from_dict(last)]
    notebook = new_notebook(cells=[])
    notebook.cells = [cell]
    made = present(reader, notebook, SKELETON)
    (shown,) = made.notebook.cells
    assert shown.outputs[-1] == last


MESSAGE: dict[str, Any] = {
    "header": {"msg_id": "1", "msg_type": "display_data", "date": "2026-01-01T00:00Z"},
    "parent_header": {"msg_id": "asked"},
    "metadata": {},
    "content": {
        "data": {"text/plain": "1"},
        "metadata": {},
        "transient": {"display_id": "a"},
    },
}


class Silent:
    """A session whose messages are signed by anybody."""

    def __init__(self) -> None:
        from jupyter_client.session import Session

        self._session = Session(key=b"", packer="json", unpacker="json")

    def feed_identities(self, parts: list[bytes]) -> Any:
        return self._session.feed_identities(parts)

    def deserialize(self, parts: list[bytes]) -> Any:
        return self._session.deserialize(parts)


@many
@given(message=mutated(MESSAGE))
def test_an_odd_message_is_no_message_or_an_output(message):
    parts = [json.dumps(message.get(name)).encode() for name in MESSAGE]
    channels = Channels.__new__(Channels)
    channels._session = Silent()
    opened = channels._opened([b"topic", b"<IDS|MSG>", b"", *parts])
    run = CellRun("asked", Limits(), OutputRoom(1000))
    if opened is not None:
        assert run.wants("iopub", opened) in (True, False)
        run.wants("shell", opened)
        assert isinstance(run.end.told, str)
