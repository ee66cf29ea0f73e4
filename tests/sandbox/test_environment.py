"""The environment of a kernel: what is named, and nothing else."""

from __future__ import annotations

from autograder.sandbox import kernel_environment


def test_nothing_unknown_gets_in(monkeypatch):
    before = kernel_environment("/home", "/tmp")
    monkeypatch.setenv("AUTOGRADER_SEED", "secret")
    assert kernel_environment("/home", "/tmp") == before


def test_a_kernel_that_nbgrader_starts_knows_what_for(monkeypatch):
    """`check` raises where nbgrader validates; grading itself sets no such variable."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    environment = kernel_environment("/home", "/tmp")
    assert environment["NBGRADER_EXECUTION"] == "validate"
    assert environment["NBGRADER_VALIDATING"] == "1"
    monkeypatch.delenv("NBGRADER_EXECUTION")
    monkeypatch.delenv("NBGRADER_VALIDATING")
    assert not any(name.startswith("NBGRADER") for name in kernel_environment("/", "/"))
