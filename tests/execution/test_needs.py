"""autograder.execution.needs: what kernels of an assignment share, found by reading."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.config import Settings, load_settings
from autograder.execution.needs import needed_modules
from autograder.execution.preload import LAST, OPTIMIZER, PRELOADED


@pytest.fixture
def needs(tmp_path) -> Callable[..., tuple[str, ...]]:
    """What kernels share for cells and a grading test; the kernel itself left out."""

    def look(*cells: str, test: str = "", is_for_many: bool = True) -> tuple[str, ...]:
        write(tmp_path, *cells, test=test)
        settings = load_settings(tmp_path)
        found = needed_modules(settings.assignment("sums"), is_for_many=is_for_many)
        assert found[-1] == LAST
        return found[:-1]

    return look


def write(root: Path, *cells: str, test: str = "") -> None:
    (root / "course_config.py").write_text(
        'c = get_config()\nc.Autograder.assignments = ["sums"]\n'
    )
    folder, tests = root / "source/sums", root / "tests/grading/sums"
    folder.mkdir(parents=True)
    tests.mkdir(parents=True)
    made = [{"cell_type": "markdown", "source": "import sklearn"}]
    made += [{"cell_type": "code", "source": [each]} for each in cells]
    (folder / "sums.ipynb").write_text(json.dumps({"cells": made}))
    (tests / "test_sums.py").write_text(test)


MATPLOTLIB = ("matplotlib.pyplot", "matplotlib_inline.backend_inline")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("x = 1", ()),
        ("import numpy as np", ("numpy",)),
        ("import torch", ("torch",)),
        ("def f():\n    from torch import nn", ("torch",)),
        ("import torch.nn.functional as F", ("torch", "torch.nn.functional")),
        ("import torch._dynamo", ("torch", OPTIMIZER)),
        ("import tensorflow as tf", ("tensorflow", "keras")),
        ("from keras import layers", ("tensorflow", "keras")),
        ("%matplotlib inline\nimport matplotlib.pyplot as plt", MATPLOTLIB),
        ("if x:\n    %timeit f()\n    import torch", ("torch",)),
        ("!pip list\nnp.sum?\nimport numpy", ("numpy",)),
        ("import torch\ndef f(:\n    # a gap", ("torch",)),
        ("framework = importlib.import_module('torch')", ("torch",)),
        ("text = 'import torch'", ()),
        ("import antigravity, os", ()),
        ("from . import torch", ()),
    ],
)
def test_what_a_cell_imports_is_shared(needs, cell, expected):
    assert needs(cell) == expected


def test_order_is_the_one_of_the_list(needs):
    cells = ("import tensorflow", "import torch", "import numpy")
    assert needs(*cells) == ("numpy", "torch", "tensorflow", "keras")


def test_of_tests_only_frameworks_count(needs):
    test = "import torch, sklearn, pytest\nimport scipy.signal\n"
    assert needs("import numpy", test=test) == ("numpy", "torch")


def test_optimizers_are_shared_where_there_are_many(tmp_path):
    write(tmp_path, "import torch", "torch.optim.Adam([])")
    settings = load_settings(tmp_path)
    assert OPTIMIZER in needed_modules(settings.assignment("sums"))
    assert OPTIMIZER not in needed_modules(
        settings.assignment("sums"), is_for_many=False
    )


@pytest.mark.parametrize("text", [None, "", "{}", '{"cells": 3}', '{"cells": [{}]}'])
def test_source_that_cant_be_read_has_everything_shared(tmp_path, text):
    write(tmp_path)
    path = tmp_path / "source/sums/sums.ipynb"
    path.unlink() if text is None else path.write_text(text)
    settings: Settings = load_settings(tmp_path)
    assert needed_modules(settings.assignment("sums")) == PRELOADED


def test_nothing_is_imported_to_find_out(needs):
    before = set(sys.modules)
    needs("import antigravity, sklearn.svm")
    assert not {"antigravity", "sklearn.svm"} & (set(sys.modules) - before)
