"""The fork server that workers of a test run share, and modules that come late."""

from __future__ import annotations

import importlib
import sys
from contextlib import closing

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.errors import WallError
from autograder.execution.launchers import PlainLauncher, launcher_for
from autograder.execution.remote import Call, Target
from autograder.execution.session import Session
from autograder.sandbox import Box
from tests import lending
from tests.deferred import Deferred
from tests.lending import LIMITS, Lender, launcher_of

pytestmark = pytest.mark.slow


def test_two_who_borrow_fork_from_one_server(pytestconfig):
    if isinstance(launcher_of(pytestconfig), PlainLauncher):
        pytest.skip("this machine refuses the full wall")
    with closing(Lender()) as lender:
        for _ in range(2):
            notebook = new_notebook(cells=[new_code_cell("def one(): return 1")])
            lent = Lender.borrow(lender.address)
            with (
                closing(launcher_for("full", LIMITS, lent=lent)) as launcher,
                Box() as box,
                Session(notebook, box, launcher=launcher) as session,
            ):
                session.advance(1)
                reply = session.remote.call(Call(Target("one")), timeout_s=60)
                assert reply.value == 1
                assert "torch" in launcher.server.imported
                assert launcher.server.starts == 0  # it forks from the lender's


def test_a_run_has_one_launcher(pytestconfig):
    assert launcher_of(pytestconfig) is launcher_of(pytestconfig)


def test_where_the_wall_is_refused_kernels_are_plain(pytestconfig, monkeypatch):
    def refuse(*_args, **_options):
        raise WallError("no namespaces here")

    monkeypatch.setattr(lending, "launcher_for", refuse)
    assert isinstance(lending.new_launcher(pytestconfig), PlainLauncher)


def test_a_deferred_module_is_imported_at_its_first_use(tmp_path, monkeypatch):
    text = "__all__ = []\nanswer = 42\n"
    (tmp_path / "late_one.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    module = Deferred("late_one")
    with pytest.raises(AttributeError, match="__test__"):
        _ = module.__test__
    assert "late_one" not in sys.modules
    assert module.answer == 42
    assert module.__all__ == []
    del sys.modules["late_one"]
