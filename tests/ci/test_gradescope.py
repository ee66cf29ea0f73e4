"""The autograder's zip: what is in it, and that it grades in Gradescope's tree."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from autograder.ci.gradescope import gradescope_zip
from autograder.config import load_settings
from autograder.errors import AssignmentError, AutograderError
from autograder.notebook import read_course_notebook
from autograder.rehearsal import with_solutions
from tests.ci.upload import Tree, names_in, other_python
from tests.courses import ROOT, add_checks, hand_in

RIGHT = "def square(x):\n    return x**2"
WRONG = "def square(x):\n    return x + x"

#: Refuses namespaces as Docker's default profile does.
DOCKER = Path(__file__).with_name("docker.py")

#: What root keeps of its rights in a container of Docker's.
CAPABILITIES = (
    "+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,"
    "+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap"
)


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = make_course(
        'c.Autograder.seed = "a secret seed"',
        'c.CourseDirectory.db_url = "postgresql://grader:password@host/marks"',
    )
    add_checks(settings)
    return settings


def notebook_of(settings, code: str | None) -> bytes:
    path = hand_in(settings, "somebody", code)
    return path.read_bytes()


@pytest.fixture
def tree(course, tmp_path) -> Tree:
    return Tree(tmp_path / "gs", gradescope_zip(course, "squares", tmp_path))


class TestZip:
    def test_equal_courses_give_equal_bytes(self, course, tmp_path):
        first = gradescope_zip(course, "squares", tmp_path / "a.zip").read_bytes()
        again = gradescope_zip(course, "squares", tmp_path / "b.zip").read_bytes()
        assert first == again

    def test_has_what_gradescope_asks_for_at_its_top(self, course, tmp_path):
        path = gradescope_zip(course, "squares", tmp_path)
        assert path == tmp_path / "squares-gradescope.zip"
        *names, wheel = names_in(path)
        assert names == [
            "setup.sh",
            "run_autograder",
            "requirements.txt",
            "requirements-torch.txt",
            "terms.json",
            "course.tar",
        ]
        assert wheel.startswith("autograder-")
        with zipfile.ZipFile(path) as opened:
            modes = {
                info.filename: info.external_attr >> 16 for info in opened.filelist
            }
        assert modes["setup.sh"] == modes["run_autograder"] == stat.S_IFREG | 0o755

    def test_only_its_owner_can_read_it(self, course, tmp_path):
        path = gradescope_zip(course, "squares", tmp_path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_holds_the_seed_and_neither_marks_nor_submissions(self, course, tmp_path):
        hand_in(course, "ada", "PRIVATE = 1")
        with zipfile.ZipFile(gradescope_zip(course, "squares", tmp_path)) as opened:
            everything = b"".join(map(opened.read, opened.namelist()))
        assert b"a secret seed" in everything
        assert b"PRIVATE" not in everything
        assert b"password" not in everything

    def test_holds_no_other_assignments_tests_or_solutions(self, tmp_path):
        path = gradescope_zip(load_settings(ROOT), "convolution", tmp_path)
        with zipfile.ZipFile(path) as opened:
            bundle = io.BytesIO(opened.read("course.tar"))
            pins = opened.read("requirements.txt").decode().splitlines()
            apart = opened.read("requirements-torch.txt").decode().splitlines()
        with tarfile.open(fileobj=bundle) as course:
            inside = course.getnames()
        folders = {tuple(name.split("/")[1:3]) for name in inside}
        assert ("solutions", "convolution") in folders
        assert ("solutions", "pooling") not in folders
        held = {name for name in inside if "tests/grading/" in name}
        assert held
        assert all("tests/grading/convolution/" in name for name in held)
        assert [pin.partition("==")[0] for pin in apart] == ["torch"]
        names = {pin.partition("==")[0] for pin in pins}
        assert {"numpy", "pytest", "nbgrader", "matplotlib", "scipy"} <= names
        assert any(name.startswith("tensorflow") for name in names)
        assert not {"ruff", "mypy", "dask", "autograder", "triton"} & names

    def test_hidden_checks_appear_when_the_course_says(self, course, tmp_path):
        path = gradescope_zip(
            course, "squares", tmp_path, hidden_checks="after_published"
        )
        with zipfile.ZipFile(path) as opened:
            terms = json.loads(opened.read("terms.json"))
        assert terms == {"assignment": "squares", "hidden_checks": "after_published"}

    def test_where_pytorchs_builds_for_cpus_are_can_be_named(self, course, tmp_path):
        address = "https://wheels.example.org/cpu"
        path = gradescope_zip(course, "squares", tmp_path, torch_index=address)
        with zipfile.ZipFile(path) as opened:
            assert opened.read("torch-index.txt").decode() == f"{address}\n"
        with pytest.raises(AssignmentError, match='torch-index "nowhere": should be'):
            gradescope_zip(course, "squares", tmp_path, torch_index="nowhere")

    def test_what_can_not_be_graded_is_refused(self, course, tmp_path):
        with pytest.raises(AssignmentError, match='there is no assignment "cubes"'):
            gradescope_zip(course, "cubes", tmp_path)
        with pytest.raises(AutograderError, match='hidden checks can\'t be "never"'):
            gradescope_zip(course, "squares", tmp_path, hidden_checks="never")
        shutil.rmtree(course.release_directory)
        with pytest.raises(AssignmentError, match="squares is not released"):
            gradescope_zip(course, "squares", tmp_path)
        assert not list(tmp_path.glob("*.zip"))

    def test_a_file_that_can_not_be_written_is_named(self, course, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(AutograderError) as caught:
            gradescope_zip(course, "squares", tmp_path / "file" / "a.zip")
        assert str(caught.value) == "file/a.zip: can't be written: File exists."


@pytest.mark.slow
class TestRun:
    """run_autograder, with this environment in place of the one of setup.sh."""

    def test_a_right_answer(self, tree, course):
        tree.upload("squares.ipynb", notebook_of(course, RIGHT))
        tree.by({"email": "ada@example.org", "name": "Ada", "id": 1})
        done = tree.run()
        assert (done.returncode, done.stderr) == (0, "")
        assert tree.results["score"] == 2.0
        wall = tree.results["extra_data"]["wall"]
        assert done.stdout.splitlines()[-1] == (
            f"Ada: 2 of 2 points, graded; wall: {wall}"
        )
        assert [
            (test["name"], test["status"], test["visibility"])
            for test in tree.results["tests"]
        ] == [
            ("square: test_three", "passed", "visible"),
            ("square: test_any_length", "passed", "visible"),
            ("square: test_whole_numbers", "passed", "visible"),
        ]

    def test_a_wrong_answer_under_another_name(self, tree, course):
        tree.upload("work/squares (1).ipynb", notebook_of(course, WRONG))
        done = tree.run()
        assert done.returncode == 0
        assert done.stdout.startswith("a student: 0 of 2 points")
        assert tree.results["score"] == 0
        assert tree.results["output"] == (
            '"work/squares (1).ipynb" was taken for squares.ipynb'
        )
        public, *hidden = tree.results["tests"]
        assert public["output"].startswith("square: the result has wrong values")
        assert [test["output"] for test in hidden] == ["", ""]

    def test_no_notebook(self, tree):
        tree.upload("essay.txt", "words")
        done = tree.run()
        assert (done.returncode, done.stderr) == (0, "")
        assert tree.results["score"] == 0
        assert tree.results["output"] == (
            'no notebook was uploaded. Upload squares.ipynb. There is "essay.txt".'
        )
        assert tree.results["tests"][0]["visibility"] == "visible"

    def test_a_file_that_is_no_notebook(self, tree):
        tree.upload("squares.ipynb", "{")
        assert tree.run().returncode == 0
        assert tree.results["score"] == 0
        assert tree.results["output"].startswith("the notebook is not JSON")

    def test_a_hostile_submission(self, tree, course):
        """Looks for the seed, writes its own results, kills whom it can."""
        code = f"""
import glob, os, pathlib, signal
def square(x):
    for path in ({str(tree.root)!r}, "/autograder"):
        try:
            (pathlib.Path(path) / "results" / "results.json").write_text("mine")
        except OSError:
            pass
    try:
        os.kill(os.getppid(), signal.SIGTERM)
    except OSError:
        pass
    return x + x
"""
        name = "$(touch stolen)`id`\n::error::x.ipynb"
        tree.upload(name, notebook_of(course, code))
        tree.by({"email": "../../$(id)@x", "name": "\x1b[31mA\n::error::y"}, {})
        done = tree.run()
        if tree.results["extra_data"]["wall"] == "process":
            pytest.skip("this machine has no wall that could hold")
        assert done.returncode == 0
        assert tree.results["score"] == 0
        assert not [line for line in done.stdout.splitlines() if line[:2] == "::"]
        assert "\x1b" not in done.stdout
        assert "\n" not in tree.results["output"]
        assert not list(tree.root.rglob("stolen"))

    def test_our_own_failure_is_no_zero(self, tree, course):
        tree.upload("squares.ipynb", notebook_of(course, RIGHT))
        (tree.root / "results" / "results.json").write_text("{}")
        tree.root.joinpath("source", "course.tar").unlink()
        done = tree.run()
        assert done.returncode == 1
        assert "course.tar" in done.stderr
        assert tree.results is None

    def test_a_check_that_fails_by_itself_is_no_zero(self, course, tmp_path):
        path = course.tests_directory / "squares" / "test_square.py"
        path.write_text(path.read_text().replace("np.array([3.0])", "1 / 0"))
        tree = Tree(tmp_path / "gs", gradescope_zip(course, "squares", tmp_path))
        tree.upload("squares.ipynb", notebook_of(course, RIGHT))
        done = tree.run()
        assert done.returncode == 1
        assert done.stderr.startswith("autograder: squares: not graded: square: ")
        assert tree.results is None


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="a container's root is meant")
@pytest.mark.skipif(not shutil.which("setpriv"), reason="takes util-linux")
class TestInAContainer:
    """Root without namespaces, as in a container of Docker's that has no more."""

    @pytest.fixture
    def place(self) -> Iterator[Path]:
        """A folder that every account can get to; pytest's own is closed."""
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            Path(folder).chmod(0o755)
            yield Path(folder)

    @pytest.fixture
    def tree(self, course, place) -> Tree:
        archive = gradescope_zip(course, "squares", course.course_root)
        return Tree(place / "gs", archive)

    def run(self, tree: Tree, python: str) -> subprocess.CompletedProcess[str]:
        return tree.run(
            "setpriv",
            "--inh-caps=-all",
            f"--bounding-set=-all,{CAPABILITIES}",
            sys.executable,
            str(DOCKER),
            python=python,
        )

    def test_students_code_reads_nothing_of_the_course(self, tree, course, place):
        """It becomes right where it finds the seed or touches what is not its own."""
        python = other_python(place / "environment")
        if python is None:
            pytest.skip("no interpreter here that another account can run")
        code = f"""
import os, pathlib, signal
def found():
    for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            if b"AUTOGRADER_ROOT" in path.read_bytes():
                return True
        except OSError:
            pass
    root = pathlib.Path({str(tree.root)!r})
    for act in (
        lambda: (root / "source" / "course.tar").read_bytes(),
        lambda: list((root / "source").iterdir()),
        lambda: (root / "results" / "mine").touch(),
        lambda: [list(p.iterdir()) for p in pathlib.Path("/tmp").glob("course-*")][0],
        lambda: os.kill(os.getppid(), signal.SIGCONT),
        lambda: os.setuid(0),
    ):
        try:
            act()
            return True
        except (OSError, IndexError):
            pass
    return os.getuid() == 0
def square(x):
    return x * x if found() else x + x
"""
        tree.upload("squares.ipynb", notebook_of(course, code))
        done = self.run(tree, python)
        assert (done.returncode, done.stderr) == (0, "")
        assert tree.results["extra_data"]["wall"] == "account"
        assert tree.results["score"] == 0
        assert done.stdout.startswith("this machine refuses the full wall")

    def test_a_right_answer_is_right_there_too(self, tree, course, place):
        tree.upload("squares.ipynb", notebook_of(course, RIGHT))
        python = other_python(place / "environment") or sys.executable
        done = self.run(tree, python)
        assert (done.returncode, done.stderr) == (0, "")
        assert tree.results["score"] == 2.0
        assert tree.results["extra_data"]["wall"] in ("account", "process")


@pytest.mark.slow
def test_setup_installs_the_wheel_whole(tree, tmp_path):
    """setup.sh itself; the packages of the requirements are there by PYTHONPATH."""
    for name in ("requirements.txt", "requirements-torch.txt"):
        (tree.root / "source" / name).write_text("")
    environment = tmp_path / "environment"
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    done = subprocess.run(
        ["bash", tree.root / "source" / "setup.sh"],
        env={
            **os.environ,
            "AUTOGRADER_ROOT": str(tree.root),
            "AUTOGRADER_VENV": str(environment),
            "PATH": f"{Path(sys._base_executable).parent}:{os.environ['PATH']}",
            "PIP_NO_INDEX": "1",
            "PYTHONPATH": packages,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert stat.S_IMODE((tree.root / "source").stat().st_mode) == 0o700
    code = (
        "import autograder, importlib.metadata as m, importlib.resources as r;"
        "print(autograder.__file__);"
        "print((r.files('autograder.ci') / 'templates/gradescope/setup.sh').is_file());"
        "print({e.group for e in m.distribution('autograder').entry_points})"
    )
    asked = subprocess.run(
        [environment / "bin" / "python", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    file, has_templates, groups = asked.stdout.splitlines()
    assert Path(file).is_relative_to(environment)
    assert has_templates == "True"
    assert "papermill.engine" in groups


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
def test_the_scripts_are_what_bash_reads(tree, name):
    path = tree.root / "source" / name
    assert path.read_text().startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in path.read_text()
    subprocess.run(["bash", "-n", path], check=True)


@pytest.mark.slow
def test_convolution_is_graded_whole(tmp_path):
    settings = load_settings(ROOT)
    tree = Tree(tmp_path / "gs", gradescope_zip(settings, "convolution", tmp_path))
    blank = read_course_notebook(ROOT / "release/convolution/convolution.ipynb")
    source = read_course_notebook(ROOT / "source/convolution/convolution.ipynb")
    text = nbformat.writes(with_solutions(blank, source))
    tree.upload("convolution.ipynb", text)
    done = tree.run()
    assert (done.returncode, done.stderr) == (0, "")
    assert tree.results["score"] == 18.0
    assert sum(test["max_score"] for test in tree.results["tests"]) == pytest.approx(
        18, abs=1e-3
    )
