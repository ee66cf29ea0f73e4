"""Which frameworks a course imports, found without importing anything."""

from __future__ import annotations

import json

import pytest

from autograder.config import load_settings
from autograder.usage import used_frameworks
from tests.courses import ROOT


def test_ours_uses_both():
    assert used_frameworks(load_settings(ROOT)) == {"torch", "tensorflow"}


@pytest.mark.parametrize(
    ("line", "used"),
    [
        ("import torch", {"torch"}),
        ("    import torch.nn as nn", {"torch"}),
        ("from torch import nn", {"torch"}),
        ("import os, torch", {"torch"}),
        ("import numpy as np, tensorflow as tf", {"tensorflow"}),
        ("from tensorflow.keras import layers", {"tensorflow"}),
        ("import keras", {"tensorflow"}),
        ('torch = importlib.import_module("torch")', {"torch"}),
        ("import torchvision", set()),
        ("# we import torch elsewhere", set()),
        ("print('no torch here')", set()),
    ],
)
@pytest.mark.parametrize("kind", ["notebook", "solutions", "tests"])
def test_an_import_is_found(make_course, source, line, used, kind):
    source.cells[2].source += f"\n{line}\nx = 1" if kind == "notebook" else ""
    settings = make_course()
    if kind != "notebook":
        roots = settings.solutions_directory, settings.tests_directory
        folder = roots[kind == "tests"] / "squares"
        folder.mkdir(parents=True)
        (folder / "test_it.py").write_text(f'"""Text."""\n{line}\n')
    assert used_frameworks(settings) == used


def test_a_notebook_in_one_line_too(make_course, source):
    source.cells[2].source = "import torch"
    settings = make_course()
    path = settings.source_notebook("squares")
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert used_frameworks(settings) == {"torch"}
