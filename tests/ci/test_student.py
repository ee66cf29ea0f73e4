"""What a student's repository gets: valid, pinned, and deaf to what is in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.ci.student import HOSTS, student_files
from autograder.config import load_settings
from autograder.errors import AssignmentError, AutograderError, ConfigError
from autograder.release import release
from tests.courses import CHECKS, ROOT

REQUIREMENTS = "selfcheck-requirements.txt"
BINARIES = Path(sys.executable).parent


@pytest.fixture
def ours():
    return load_settings(ROOT)


@pytest.fixture
def tiny(make_course):
    """The tiny course, released with a self-check."""
    settings = make_course()
    folder = settings.tests_directory / "squares"
    folder.mkdir(parents=True)
    (folder / "test_square.py").write_text(CHECKS, encoding="utf-8")
    release(settings, "squares")
    return settings


def run_step(settings: Any, host: str = "github") -> str:
    """The shell lines that look for notebooks and run the self-check."""
    text = student_files(settings, host=host)[HOSTS[host]]
    document = yaml.safe_load(text)
    if host == "gitlab":
        return str(document["selfcheck"]["script"][-1])
    return str(document["jobs"]["selfcheck"]["steps"][-1]["run"])


@pytest.mark.parametrize("host", HOSTS)
def test_equal_courses_give_equal_files(ours, host):
    made = student_files(ours, host=host)
    assert made == student_files(ours, host=host)
    assert set(made) == {HOSTS[host], REQUIREMENTS}


class TestRequirements:
    def test_are_what_the_notebooks_import_pinned(self, ours):
        lines = student_files(ours)[REQUIREMENTS].splitlines()
        assert lines == sorted(lines)
        assert all(re.fullmatch(r"[\w-]+==[\w.]+( ; .+)?", line) for line in lines)
        names = {line.partition("==")[0] for line in lines}
        assert names == {
            "ipykernel",
            "matplotlib",
            "nbclient",
            "nbformat",
            "numpy",
            "scikit-learn",
            "tensorflow",
            "tensorflow-cpu",
            "torch",
        }

    def test_hold_no_framework_that_nobody_imports(self, tiny):
        lines = student_files(tiny)[REQUIREMENTS].splitlines()
        names = [line.partition("==")[0] for line in lines]
        assert names == ["ipykernel", "nbclient", "nbformat", "numpy"]
        assert "PIP_EXTRA_INDEX_URL" not in student_files(tiny)[HOSTS["github"]]

    def test_nothing_of_ours_is_installed(self, ours):
        text = "".join(student_files(ours).values())
        assert "autograder==" not in text
        assert "pip install autograder" not in text
        assert "secrets." not in text


@pytest.mark.parametrize("host", HOSTS)
class TestTorchIndex:
    def test_is_used_where_the_notebooks_import_torch(self, ours, tiny, host):
        address = "https://wheels.example.org/cpu"
        assert (
            address in student_files(ours, host=host, torch_index=address)[HOSTS[host]]
        )
        assert (
            address
            not in student_files(tiny, host=host, torch_index=address)[HOSTS[host]]
        )

    def test_without_one_pip_asks_where_it_always_asks(self, ours, host):
        assert "INDEX" not in student_files(ours, host=host)[HOSTS[host]]

    @pytest.mark.parametrize(
        "address", ["http://a.example.org", "https://a b", 'https://a"; rm -r /; "']
    )
    def test_what_is_no_address_is_refused(self, ours, host, address):
        with pytest.raises(AssignmentError) as caught:
            student_files(ours, host=host, torch_index=address)
        assert str(caught.value) == (
            f'--torch-index "{address}": should be an address that begins with '
            "https://, as PyTorch's page on installing it names one for CPUs."
        )


class TestRefusals:
    def test_another_host(self, ours):
        with pytest.raises(AutograderError) as caught:
            student_files(ours, host="gitea")
        assert str(caught.value) == (
            'no host "gitea" is known. There are: github, gitlab.'
        )

    def test_nothing_released(self, make_course, monkeypatch, tmp_path):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(AssignmentError) as caught:
            student_files(make_course())
        assert str(caught.value) == (
            "release: no assignment there has a selfcheck_run.py, so there is no "
            "self-check to run. Run `autograder release`."
        )


class TestWorkflow:
    @pytest.fixture
    def document(self, ours) -> dict[str, Any]:
        document: dict[str, Any] = yaml.safe_load(student_files(ours)[HOSTS["github"]])
        return document

    def test_has_least_rights_and_ends(self, document):
        (job,) = document["jobs"].values()
        assert document["permissions"] == {}
        assert job["permissions"] == {"contents": "read"}
        assert 0 < job["timeout-minutes"] <= 30
        assert document["concurrency"]["cancel-in-progress"] is True

    def test_pins_each_action_by_its_commit(self, ours):
        text = student_files(ours)[HOSTS["github"]]
        uses = re.findall(r"uses: (.*)", text)
        assert len(uses) == 2
        for line in uses:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)

    def test_no_expression_stands_in_a_command(self, document):
        (job,) = document["jobs"].values()
        commands = [step["run"] for step in job["steps"] if "run" in step]
        assert len(commands) == 2
        assert [command for command in commands if "${{" in command] == []

    def test_matches_githubs_schema(self, ours, tmp_path):
        check_schema(ours, tmp_path, "github")

    def test_zizmor_finds_nothing(self, ours, tmp_path):
        program = found("zizmor")
        path = written(ours, tmp_path, "github")
        command = [program, "--offline", "--persona=pedantic", "--format=json", path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stderr


def test_matches_gitlabs_schema(ours, tmp_path):
    check_schema(ours, tmp_path, "gitlab")


def found(program: str) -> str:
    path = shutil.which(program, path=os.pathsep.join([str(BINARIES), os.defpath]))
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


def written(settings: Any, folder: Path, host: str) -> Path:
    for name, text in student_files(settings, host=host).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / HOSTS[host]


def check_schema(settings: Any, folder: Path, host: str) -> None:
    program = found("check-jsonschema")
    path = written(settings, folder, host)
    schema = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}[host]
    done = subprocess.run(
        [program, "--builtin-schema", schema, path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


class TestStep:
    """The step's shell lines, run as GitHub and GitLab run them."""

    #: Stands for the self-check: says what it was called with.
    STAND_IN = "import json, sys\nprint(json.dumps(sys.argv))\n"

    def run(
        self, settings: Any, folder: Path, host: str
    ) -> subprocess.CompletedProcess[str]:
        shell = ["bash", "-eo", "pipefail"] if host == "github" else ["sh", "-e"]
        script = folder.parent / "step.sh"
        script.write_text(run_step(settings, host), encoding="utf-8")
        return subprocess.run(
            [*shell, script],
            cwd=folder,
            env={
                "PATH": f"{BINARIES}:{os.defpath}",
                "GITHUB_STEP_SUMMARY": "summary",
                "GITHUB_OUTPUT": "output",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    @pytest.fixture
    def repository(self, tmp_path) -> Path:
        folder = tmp_path / "repository"
        folder.mkdir()
        return folder

    @pytest.mark.parametrize("host", HOSTS)
    @pytest.mark.parametrize("inside", ["", "pooling/"], ids=["top", "folder"])
    def test_finds_a_notebook_at_the_top_and_in_its_folder(
        self, ours, repository, host, inside
    ):
        (repository / inside).mkdir(exist_ok=True)
        (repository / inside / "selfcheck.py").write_text(self.STAND_IN)
        (repository / inside / "pooling.ipynb").touch()
        done = self.run(ours, repository, host)
        script, notebook, *options = json.loads(done.stdout)
        assert Path(script) == Path(f"{inside}selfcheck.py")
        assert notebook == f"{inside}pooling.ipynb"
        assert bool(options) is (host == "github")
        assert done.returncode == 0

    @pytest.mark.parametrize("host", HOSTS)
    def test_all_notebooks_of_a_course_are_run_at_once(self, ours, repository, host):
        for name in ("pooling", "convolution"):
            (repository / name).mkdir()
            (repository / name / "selfcheck.py").write_text(self.STAND_IN)
            (repository / name / f"{name}.ipynb").touch()
        done = self.run(ours, repository, host)
        assert json.loads(done.stdout)[1:3] == [
            "convolution/convolution.ipynb",
            "pooling/pooling.ipynb",
        ]

    @pytest.mark.parametrize("host", HOSTS)
    def test_a_repository_without_one_is_told(self, ours, repository, host):
        (repository / "pooling (1).ipynb").touch()
        done = self.run(ours, repository, host)
        told = "no notebook of this course is here; each keeps the name it has\n"
        assert done.returncode == 1
        assert (done.stdout + done.stderr).removeprefix("::error::") == told

    @pytest.mark.parametrize("host", HOSTS)
    def test_names_that_hold_commands_do_nothing(self, ours, repository, host):
        for name in ("$(touch stolen).ipynb", "`touch stolen`", "; touch stolen"):
            (repository / name).mkdir()
            (repository / name / "pooling.ipynb").touch()
        self.run(ours, repository, host)
        assert not (repository / "stolen").exists()
        assert not (repository.parent / "stolen").exists()


def test_the_command_line_has_the_options_that_the_workflow_uses(ours):
    from autograder.selfcheck_run import _parser

    used = set(re.findall(r"--[a-z-]+", run_step(ours)))
    known = {name for action in _parser()._actions for name in action.option_strings}
    assert used
    assert used <= known


@pytest.mark.slow
def test_the_step_runs_a_release(tiny, tmp_path):
    """What GitHub runs, on a repository that holds what students get."""
    folder = tmp_path / "repository"
    shutil.copytree(tiny.release_directory / "squares", folder)
    script = tmp_path / "step.sh"
    script.write_text(run_step(tiny), encoding="utf-8")
    environment = {
        **os.environ,
        "PATH": f"{BINARIES}:{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }
    done = subprocess.run(
        ["bash", "-eo", "pipefail", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "::notice title=Autograding report::" in done.stdout
    assert (tmp_path / "summary").read_text().startswith("### Self-check of squares")
    assert (tmp_path / "output").read_text().startswith("result=")


@pytest.mark.parametrize("name", ["a b", "$(id)", "a;b", "-n", "'"])
def test_no_assignment_has_a_name_that_a_shell_obeys(make_course, name):
    """The names stand in the shell's lines as they are."""
    with pytest.raises(ConfigError, match="is not a valid assignment name"):
        make_course(f"c.Autograder.assignments = [{name!r}]")
