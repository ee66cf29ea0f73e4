"""Which packages a course's code needs: by its imports, pinned, with what they need."""

from __future__ import annotations

from importlib import metadata
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.ci import pins
from autograder.ci.pins import imported_packages, pin, with_dependencies
from autograder.errors import AssignmentError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "checks.py").write_text(
        "import os, numpy as np\nfrom . import near\nfrom helper import x\n"
        'import_module("torch")\nimport no_such_package_at_all\n'
    )
    cells = [
        new_markdown_cell("import scipy"),
        new_code_cell("%matplotlib inline\nimport matplotlib.pyplot as plt\n!ls"),
        new_code_cell("import sklearn and more"),
        new_code_cell("def f():\n    from nbformat.v4 import new_notebook"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "a.ipynb")
    return tmp_path


def test_imports_of_files_and_cells_are_found(folder):
    assert imported_packages([folder], own={"helper"}) == {
        "matplotlib",
        "nbformat",
        "numpy",
        "torch",
    }


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "bad.py").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AssignmentError, match=r"bad\.py: can't be read: "):
        imported_packages([tmp_path])


def test_a_pin_is_the_version_without_its_build(monkeypatch):
    assert pin("numpy") == f"numpy=={np.__version__}"
    monkeypatch.setattr(metadata, "version", lambda name: "2.13.0+cpu")
    assert pin("torch") == "torch==2.13.0"


def test_dependencies_come_along_and_those_of_cuda_do_not(monkeypatch):
    needs = {
        "top": ["middle>=1", 'never; python_version < "3"', 'more; extra == "dev"'],
        "middle": ["Bottom_Name", "nvidia-cublas-cu12", "triton==3"],
        "bottom-name": None,
        "triton": None,
    }

    def distribution(name):
        if name not in needs:
            raise metadata.PackageNotFoundError(name)
        return SimpleNamespace(requires=needs[name])

    monkeypatch.setattr(pins.metadata, "distribution", distribution)
    assert with_dependencies(["Top"]) == ["bottom-name", "middle", "top"]
    assert "triton" in with_dependencies(["top"], for_cpu=False)
