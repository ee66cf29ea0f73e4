"""course_config.py: what may stand there, and what is said when it may not."""

from __future__ import annotations

import os
import pickle
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import make_url

from autograder import config
from autograder.config import CONFIG_KEYS, Limits, load_settings
from autograder.errors import AssignmentError, ConfigError

#: Settings that are whole numbers.
WHOLE = ("processes", "output_messages", "workers")

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _in_the_course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AUTOGRADER_SEED", raising=False)


def write(*lines: str, path: Path = Path("course_config.py")) -> Path:
    path.write_text("\n".join(("c = get_config()", *lines, "")), encoding="utf-8")
    return path


def refusal(*lines: str) -> str:
    """The message with which a configuration is refused."""
    with pytest.raises(ConfigError) as caught:
        load_settings(write(*lines))
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestDefaults:
    def test_folders_are_those_of_nbgrader_below_the_course(self, tmp_path):
        settings = load_settings(write())
        assert settings.course_root == tmp_path
        assert settings.source_directory == tmp_path / "source"
        assert settings.release_directory == tmp_path / "release"
        assert settings.submitted_directory == tmp_path / "submitted"
        assert settings.autograded_directory == tmp_path / "autograded"
        assert settings.feedback_directory == tmp_path / "feedback"
        assert settings.tests_directory == tmp_path / "tests" / "grading"
        assert settings.solutions_directory == tmp_path / "solutions"
        assert settings.db_url == f"sqlite:///{tmp_path}/gradebook.db"

    def test_limits_and_devices_have_the_documented_values(self):
        settings = load_settings(write())
        assert settings.limits("any") == Limits(
            cell_timeout_s=60,
            call_timeout_s=10,
            notebook_timeout_s=600,
            submission_max_mib=20,
        )
        assert (settings.devices, settings.workers) == (["cpu"], None)
        assert settings.wall == "full"

    def test_assignments_are_the_folders_with_a_notebook_of_their_name(self, tmp_path):
        for name in ("b", "a", "empty"):
            (tmp_path / "source" / name).mkdir(parents=True)
        for name in ("b", "a"):
            (tmp_path / "source" / name / f"{name}.ipynb").touch()
        assert load_settings(write()).assignments == ["a", "b"]


class TestPlaces:
    def test_everything_hangs_on_the_files_folder_not_on_ours(
        self, tmp_path, monkeypatch
    ):
        write()
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        monkeypatch.chdir(elsewhere)
        settings = load_settings(Path("../course_config.py"))
        assert settings.course_root == tmp_path
        assert Path.cwd() == elsewhere

    def test_a_folder_means_its_course_config(self, tmp_path):
        write()
        assert load_settings(tmp_path) == load_settings(tmp_path / "course_config.py")

    def test_nbgraders_own_folders_are_kept(self, tmp_path):
        settings = load_settings(
            write(
                'c.CourseDirectory.source_directory = "src"',
                'c.CourseDirectory.submitted_directory = "/srv/in"',
                'c.CourseDirectory.course_id = "dl"',
            )
        )
        assert settings.source_directory == tmp_path / "src"
        assert settings.submitted_directory == Path("/srv/in")
        assert settings.course_id == "dl"

    @pytest.mark.parametrize(
        ("given", "made"),
        [
            ("sqlite:///marks.db", "sqlite:///{root}/marks.db"),
            ("sqlite:////srv/marks.db", "sqlite:////srv/marks.db"),
            ("postgresql://u@h/marks", "postgresql://u@h/marks"),
            (
                "sqlite:///my%20marks.db?timeout=3",
                "sqlite:///{root}/my marks.db?timeout=3",
            ),
            ("sqlite:///file:x?uri=true", "sqlite:///file:x?uri=true"),
        ],
        ids=["relative", "absolute", "postgresql", "escaped", "SQLite's own URI"],
    )
    def test_only_a_relative_sqlite_file_is_anchored(self, tmp_path, given, made):
        settings = load_settings(write(f'c.CourseDirectory.db_url = "{given}"'))
        assert settings.db_url == made.format(root=tmp_path)

    def test_a_path_with_any_character_is_the_path_of_the_database(self, tmp_path):
        root = tmp_path / 'it\'s a "b\\c"?d%20e#f'
        root.mkdir()
        (root / "course_config.py").write_text("c = get_config()\n")
        url = make_url(load_settings(root).db_url)
        assert (url.database, dict(url.query)) == (f"{root}/gradebook.db", {})

    def test_nbgraders_execute_timeout_limits_cells_unless_ours_is_set(self):
        line = "c.Execute.timeout = 33"
        assert load_settings(write(line)).cell_timeout_s == 33
        ours = "c.Autograder.cell_timeout_s = 5"
        assert load_settings(write(line, ours)).cell_timeout_s == 5


class TestLimits:
    @pytest.mark.parametrize("key", [*Limits.model_fields, "workers"])
    def test_each_has_an_upper_bound(self, key):
        value = 10**300 if key in WHOLE else 1e300
        message = refusal(f"c.Autograder.{key} = {value!r}")
        start = f"course_config.py: c.Autograder.{key} = 1"
        assert message.startswith(start)
        assert re.search(r": should be less than or equal to \d+\.$", message)

    @pytest.mark.parametrize("key", ["memory_mib", "disk_mib"])
    def test_none_is_rounded_down_to_no_limit(self, key):
        """A file system of 0 MiB has no bound."""
        assert refusal(f"c.Autograder.{key} = 0.9") == (
            f"course_config.py: c.Autograder.{key} = 0.9: should be greater than or "
            "equal to 1."
        )

    def test_an_assignment_may_have_its_own(self, make_course):
        settings = make_course(
            "c.Autograder.call_timeout_s = 7",
            'c.Autograder.per_assignment = {"squares": {"cell_timeout_s": 2.5}}',
        )
        assert settings.limits("squares") == Limits(
            cell_timeout_s=2.5, call_timeout_s=7
        )
        assert settings.limits("other").cell_timeout_s == 60

    def test_settings_are_frozen_and_travel_to_workers(self, make_course):
        settings = make_course()
        with pytest.raises(ValidationError, match="frozen"):
            settings.workers = 3
        assert pickle.loads(pickle.dumps(settings)) == settings


class TestSourceNotebook:
    def test_is_found_by_name(self, make_course, tmp_path):
        found = make_course().source_notebook("squares")
        assert found == tmp_path / "source" / "squares" / "squares.ipynb"

    def test_an_unknown_name_is_answered_with_the_known_ones(self, make_course):
        with pytest.raises(AssignmentError) as caught:
            make_course().source_notebook("square")
        assert str(caught.value) == (
            'there is no assignment "square"; did you mean "squares"? '
            "The course has: squares."
        )

    def test_nbgraders_many_notebooks_are_told_from_ours(self, tmp_path):
        for name in ("problem1", "problem2"):
            path = tmp_path / "source" / "ps1" / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}")
        settings = load_settings(write())
        form = (
            "An assignment of the autograder is one notebook that is named like its "
            "folder: source/<assignment>/<assignment>.ipynb."
        )
        with pytest.raises(AssignmentError) as caught:
            settings.source_notebook("ps1")
        assert str(caught.value) == (
            f"source/ps1 holds problem1.ipynb and problem2.ipynb. {form}"
        )
        with pytest.raises(AssignmentError) as caught:
            settings.require_assignments()
        assert str(caught.value) == (
            f"there is no assignment in source yet. {form} "
            "Here ps1 holds problem1.ipynb and problem2.ipynb."
        )

    def test_nothing_at_all_is_told_too(self, make_course):
        assert make_course().require_assignments() == ["squares"]
        with pytest.raises(AssignmentError, match=r"^there is no assignment in source"):
            load_settings(write(path=Path("elsewhere.py"))).model_copy(
                update={"assignments": []}
            ).require_assignments()

    def test_a_missing_notebook_is_named(self):
        settings = load_settings(write('c.Autograder.assignments = ["cubes"]'))
        with pytest.raises(AssignmentError) as caught:
            settings.source_notebook("cubes")
        assert str(caught.value) == (
            'assignment "cubes": source/cubes/cubes.ipynb is missing. Write it, or '
            "remove the assignment from c.Autograder.assignments."
        )


class TestRefusals:
    def test_missing_file(self):
        with pytest.raises(ConfigError) as caught:
            load_settings(Path("course_config.py"))
        assert str(caught.value) == (
            "course_config.py: there is no such file. Run this in the course's folder, "
            "or name the folder with --course DIR."
        )

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("x = 1 +", "course_config.py:2: SyntaxError: invalid syntax"),
            (
                "undefined",
                "course_config.py:2: NameError: name 'undefined' is not defined",
            ),
            ("1 / 0", "course_config.py:2: ZeroDivisionError: division by zero"),
            (
                "import missing_module_x",
                "course_config.py:2: ModuleNotFoundError: "
                "No module named 'missing_module_x'",
            ),
        ],
        ids=["syntax", "name", "zero", "import"],
    )
    def test_python_error_is_told_with_its_line(self, line, message):
        assert refusal(line) == message

    def test_unknown_key_is_answered_with_the_closest(self):
        assert refusal('c.Autograder.device = ["cpu"]') == (
            "course_config.py: c.Autograder.device is not a setting; did you mean "
            f'"devices"? There are: {", ".join(CONFIG_KEYS)}.'
        )

    def test_wrong_section_is_not_passed_over(self):
        assert refusal('c.AutoGrader.devices = ["cpu"]') == (
            "course_config.py: unknown section c.AutoGrader. Did you mean c.Autograder?"
        )

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            (
                'c.Autograder.devices = ["gpu"]',
                "c.Autograder.devices = 'gpu': should be 'cpu', 'cuda' or 'simulated'.",
            ),
            (
                'c.Autograder.devices = "cpu"',
                "c.Autograder.devices = 'cpu': should be a valid list.",
            ),
            (
                "c.Autograder.devices = []",
                "c.Autograder.devices = []: List should have at least 1 item, not 0.",
            ),
            (
                'c.Autograder.workers = "4"',
                "c.Autograder.workers = '4': should be a valid integer.",
            ),
            (
                "c.Autograder.workers = 0",
                "c.Autograder.workers = 0: should be greater than or equal to 1.",
            ),
            (
                "c.Autograder.cell_timeout_s = -1",
                "c.Autograder.cell_timeout_s = -1: should be greater than 0.",
            ),
            (
                'c.Autograder.call_timeout_s = float("inf")',
                "c.Autograder.call_timeout_s = inf: should be a finite number.",
            ),
            (
                'c.Autograder.assignments = ["../x"]',
                "c.Autograder.assignments = ['../x']: \"../x\" is not a valid "
                'assignment name; use letters, digits, "_", "-" and ".".',
            ),
            (
                'c.Autograder.assignments = ["a", "a"]',
                "c.Autograder.assignments = ['a', 'a']: \"a\" appears twice.",
            ),
            (
                "c.Autograder.tests_directory = 3",
                "c.Autograder.tests_directory = 3: should be text.",
            ),
            (
                'c.Autograder.devices.append("cuda")',
                "c.Autograder.devices is changed before it has a value. "
                "Set it with c.Autograder.devices = ...",
            ),
        ],
        ids=lambda value: value[13:40] if value.startswith("c.Auto") else None,
    )
    def test_bad_value_is_told_with_key_and_value_and_what_is_allowed(
        self, line, message
    ):
        assert refusal(line) == f"course_config.py: {message}"

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            (
                {"squares": {"cell_timeout": 3}},
                "c.Autograder.per_assignment[\"squares\"]: 'cell_timeout' is not a "
                'limit; did you mean "cell_timeout_s"? There are: '
                f"{', '.join(Limits.model_fields)}.",
            ),
            (
                {"squares": {"cell_timeout_s": 0}},
                'c.Autograder.per_assignment["squares"]: cell_timeout_s = 0: '
                "should be greater than 0.",
            ),
            (
                {"square": {"cell_timeout_s": 3}},
                'c.Autograder.per_assignment["square"] is for no assignment; did you '
                'mean "squares"? The course has: squares.',
            ),
        ],
        ids=["key", "value", "assignment"],
    )
    def test_limits_of_one_assignment_are_checked_too(
        self, make_course, value, message
    ):
        with pytest.raises(ConfigError) as caught:
            make_course(f"c.Autograder.per_assignment = {value!r}")
        assert str(caught.value) == f"course_config.py: {message}"


class TestSeed:
    def test_is_made_once_and_kept_for_the_owner_only(self, tmp_path):
        path = write()
        assert not (tmp_path / ".autograder").exists()
        seed = load_settings(path).seed
        kept = tmp_path / ".autograder" / "seed"
        assert len(bytes.fromhex(seed)) == 32
        assert kept.read_text().strip() == seed == load_settings(path).seed
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert [each.name for each in kept.parent.iterdir()] == ["seed"]

    def test_environment_goes_before_the_key_before_the_file(self, monkeypatch):
        path = write('c.Autograder.seed = "key"')
        assert load_settings(path).seed == "key"
        monkeypatch.setenv("AUTOGRADER_SEED", "variable")
        assert load_settings(path).seed == "variable"

    def test_a_new_one_is_drawn_and_the_old_one_kept(self, tmp_path):
        path = write()
        settings = load_settings(path)
        old = settings.seed
        kept = settings.renew_seed()
        assert kept.parent == tmp_path / ".autograder"
        assert re.fullmatch(r"seed-until-\d{4}-\d\d-\d\dT[\d.-]+", kept.name)
        assert kept.read_text().strip() == old
        assert settings.seed == load_settings(path).seed != old
        assert settings.renew_seed() != kept

    def test_a_new_one_where_there_was_none_keeps_nothing(self):
        settings = load_settings(write())
        assert settings.renew_seed() is None
        assert len(bytes.fromhex(settings.seed)) == 32

    def test_a_new_one_is_refused_where_it_is_set(self, tmp_path, monkeypatch):
        path = write('c.Autograder.seed = "key"')
        with pytest.raises(ConfigError) as caught:
            load_settings(path).renew_seed()
        assert str(caught.value) == (
            "--new-seed: the course's seed is set by c.Autograder.seed. "
            "Change it there."
        )
        monkeypatch.setenv("AUTOGRADER_SEED", "variable")
        with pytest.raises(ConfigError, match="the variable AUTOGRADER_SEED"):
            load_settings(path).renew_seed()
        assert not (tmp_path / ".autograder").exists()

    def test_two_courses_have_two_seeds(self, tmp_path):
        (tmp_path / "other").mkdir()
        other = write(path=tmp_path / "other" / "course_config.py")
        assert load_settings(write()).seed != load_settings(other).seed

    def test_workers_that_start_together_agree(self):
        path = write()
        with ThreadPoolExecutor(8) as pool:
            seeds = set(pool.map(lambda _: load_settings(path).seed, range(8)))
        assert len(seeds) == 1

    def test_an_emptied_file_is_told_not_replaced(self, tmp_path):
        path = write()
        (tmp_path / ".autograder").mkdir()
        (tmp_path / ".autograder" / "seed").touch()
        with pytest.raises(ConfigError, match=r"^\.autograder/seed: is empty\. Put"):
            _ = load_settings(path).seed

    def test_is_not_shown_by_repr_or_errors(self):
        settings = load_settings(write('c.Autograder.seed = "hush-hush"'))
        assert "hush-hush" not in repr(settings)
        assert refusal("c.Autograder.seed = 123456") == (
            "course_config.py: c.Autograder.seed: should be a valid string."
        )


class TestWarmMinutes:
    @pytest.mark.parametrize(
        ("line", "variable", "ci", "seconds"),
        [
            ("", None, None, 600),
            ("", None, "true", 0),
            ("c.Autograder.warm_minutes = 0", None, None, 0),
            ("c.Autograder.warm_minutes = 2.5", None, "true", 150),
            ("c.Autograder.warm_minutes = 2", "0", None, 0),
            ("", "3", "true", 180),
        ],
        ids=["people", "CI", "never", "CI if asked", "variable", "both"],
    )
    def test_a_server_stays_for_people(self, monkeypatch, line, variable, ci, seconds):
        for name, value in (("AUTOGRADER_WARM_MINUTES", variable), ("CI", ci)):
            monkeypatch.delenv(name, raising=False)
            if value:
                monkeypatch.setenv(name, value)
        assert load_settings(write(line)).warm_s == seconds

    @pytest.mark.parametrize("text", ["soon", "-1", "1441", "nan"])
    def test_a_variable_that_is_no_minutes_is_told(self, monkeypatch, text):
        monkeypatch.setenv("AUTOGRADER_WARM_MINUTES", text)
        with pytest.raises(ConfigError) as caught:
            _ = load_settings(write()).warm_s
        assert str(caught.value) == (
            f"the variable AUTOGRADER_WARM_MINUTES = {text!r}: should be minutes, from "
            "0 (not at all) to 1440 (a day)"
        )

    def test_a_key_out_of_bounds_is_refused(self):
        assert refusal("c.Autograder.warm_minutes = -1") == (
            "course_config.py: c.Autograder.warm_minutes = -1: should be greater than "
            "or equal to 0."
        )


class TestThisCourse:
    def test_every_key_is_explained_in_course_config(self):
        text = (ROOT / "course_config.py").read_text(encoding="utf-8")
        missing = {key for key in CONFIG_KEYS if f"c.Autograder.{key} =" not in text}
        assert missing == set()

    def test_states_the_defaults_it_claims(self, tmp_path):
        bare, stated = load_settings(write()), load_settings(ROOT)
        assert stated.limits("convolution") == bare.limits("convolution")
        assert stated.devices == bare.devices
        assert stated.wall == bare.wall
        assert stated.skip_tags == bare.skip_tags

    def test_every_limit_is_a_key(self):
        assert set(Limits.model_fields) <= set(CONFIG_KEYS)

    def test_stock_nbgrader_sees_the_same_course(self, make_course, tmp_path):
        make_course(
            'c.CourseDirectory.course_id = "dl-101"', "c.Autograder.workers = 2"
        )
        stock = ROOT / "nbgrader_config.py"
        (tmp_path / "nbgrader_config.py").write_bytes(stock.read_bytes())
        code = (
            "from nbgrader.apps import NbGraderApp\n"
            "app = NbGraderApp()\n"
            "app.load_config_file()\n"
            "print(app.config.CourseDirectory.course_id)"
        )
        shown = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={**os.environ, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert shown.stdout.strip() == "dl-101"

    def test_public_names_exist(self):
        assert all(hasattr(config, name) for name in config.__all__)


def test_importing_the_package_loads_no_framework():
    code = (
        "import sys, autograder, autograder.config\n"
        "loaded = {'torch', 'tensorflow', 'keras'} & set(sys.modules)\n"
        "sys.exit(f'loaded {loaded}' if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
