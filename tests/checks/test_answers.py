"""What is kept of oracles and mistakes: when it is, and what can't get into it."""

from __future__ import annotations

import math
import re
import struct
import sys
import types

import numpy as np
import pytest

from autograder import wire
from autograder.arrays import Tensor
from autograder.checks import CheckFailed, Misconception, RemoteFunction, agrees
from autograder.checks.answers import FORGETFUL, Answers
from autograder.checks.submission import RemoteObject
from autograder.comparison import Tolerance
from autograder.execution.remote import Target
from tests.checks.conftest import Here

X = np.array([[1.0, 2.0], [3.0, 4.0]])
OTHER_NAN = struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000001))[0]
SCALE = [2.0]


def double(x):
    return 2 * x


def scaled(x):
    return SCALE[0] * x


class Asker:
    """Asks for one purpose and counts how often that was computed."""

    def __init__(self, answers=None):
        self.answers = Answers() if answers is None else answers
        self.times = 0

    def __call__(self, *args, function=double, result=None, **kwargs):
        def compute():
            self.times += 1
            return function(*args, **kwargs) if result is None else result()

        return self.answers.ask("result", function, args, kwargs, compute)

    def knows(self, *args, function=double, **kwargs):
        """Whether a question of these inputs is answered without computing."""
        before = self.times
        self(*args, function=function, **kwargs)
        return self.times == before


@pytest.fixture
def ask():
    return Asker()


def name_of(value: object) -> str:
    """A value as an id, without its address: workers must agree on it."""
    return re.sub(r" at 0x\w+", "", repr(value))


class TestWhatIsKept:
    def test_an_answer_that_came_twice_is_not_computed_again(self, ask):
        given = [ask(X.copy()) for _ in range(5)]
        assert ask.times == 2
        assert all(np.array_equal(each, 2 * X) for each in given)

    def test_a_random_function_is_asked_each_time(self, ask):
        rng = np.random.default_rng(0)
        given = [ask(1, result=rng.normal) for _ in range(6)]
        assert len(set(given)) == 6

    def test_a_function_that_counts_is_asked_each_time(self, ask):
        count = iter(range(9))
        assert [ask(1, result=lambda: next(count)) for _ in range(4)] == [0, 1, 2, 3]

    def test_nan_is_an_answer_like_others(self, ask):
        assert [ask(1, result=lambda: math.nan) for _ in range(3)] != []
        assert ask.times == 2

    def test_what_is_raised_is_raised_each_time(self, ask):
        def refuse():
            raise ValueError("no")

        for _ in range(4):
            with pytest.raises(ValueError, match="no"):
                ask(1, result=refuse)
        assert ask.times == 4

    @pytest.mark.parametrize(
        "result",
        [object(), {1, 2}, double, np.array([None]), np.ma.ones(2)],
        ids=name_of,
    )
    def test_a_result_that_is_no_data_is_computed_each_time(self, ask, result):
        for _ in range(4):
            assert ask(1, result=lambda: result) is result
        assert ask.times == 4

    def test_two_purposes_and_two_functions_are_four_questions(self):
        answers, given = Answers(), []
        for purpose in ("result", "mistake"):
            for function in (double, scaled):
                for _ in range(3):
                    answers.ask(purpose, function, (1,), {}, lambda: given.append(1))
        assert len(given) == 8

    def test_the_forgetful_keep_nothing(self):
        ask = Asker(FORGETFUL)
        for _ in range(3):
            ask(X)
        assert ask.times == 3
        assert len(FORGETFUL) == 0


class TestWhatIsTheSame:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (1, 1.0),
            (1, True),
            (1.0, np.float64(1)),
            (np.float32(1), np.float64(1)),
            (1, np.int64(1)),
            (np.int32(1), np.uint32(1)),
            (0.0, -0.0),
            (math.nan, OTHER_NAN),
            (np.array(1.0), np.float64(1)),
            (np.zeros(2), np.zeros(2, np.float32)),
            (np.zeros(2), np.array([0.0, -0.0])),
            (np.zeros(4), np.zeros((2, 2))),
            (np.zeros((0, 3)), np.zeros((3, 0))),
            (np.zeros(2, "<f8"), np.zeros(2, ">f8")),
            (np.eye(2), np.asfortranarray(np.eye(2))),
            ((1, 2), [1, 2]),
            ([[1], 2], [1, [2]]),
            ({"a": 1}, [["a", 1]]),
            ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
            ("a", b"a"),
            ("1", 1),
            (None, "None"),
            (["ab", "c"], ["a", "bc"]),
            (Tensor(X, "torch"), X),
            (Tensor(X, "torch"), Tensor(X, "tensorflow")),
            (double, scaled),
            (np.sin, np.cos),
            (Tolerance(1e-3, 1e-9), Tolerance(1e-4, 1e-9)),
        ],
        ids=name_of,
    )
    def test_these_are_not(self, ask, one, other):
        def nothing(_x):
            return 0

        for _ in range(3):
            ask(one, function=nothing)
        assert ask.knows(one, function=nothing)
        assert not ask.knows(other, function=nothing)

    def test_one_array_twice_is_not_two_equal_ones(self, ask):
        def first(x, _y):
            return x

        for _ in range(3):
            ask(X, X, function=first)
        assert ask.knows(X, X, function=first)
        assert not ask.knows(X, X.copy(), function=first)

    def test_options_are_inputs(self, ask):
        def first(x, *, times=1):
            return x * times

        for _ in range(3):
            ask(1, times=2, function=first)
        assert ask.knows(1, times=2, function=first)
        assert ask(1, times=3, function=first) == 3

    def test_an_array_written_to_is_another(self, ask):
        x = X.copy()
        for _ in range(3):
            ask(x)
        x[0, 0] = 9
        assert ask(x)[0, 0] == 18


class TestFunctionsAsInputs:
    """A gradient, a schedule: known by code and by what it sees."""

    def test_one_made_anew_of_equal_parts_is_the_same(self, ask):
        def make(scale):
            return lambda x: scale * x

        def applied(f):
            return f(3)

        for _ in range(3):
            ask(make(2.0), function=applied)
        assert ask.knows(make(2.0), function=applied)
        assert ask(make(np.float32(2)), function=applied) == 6
        assert ask(make(5.0), function=applied) == 15

    def test_defaults_belong_to_it(self, ask):
        def make(scale):
            def f(x, by=scale):
                return by * x

            return f

        def applied(f):
            return f(3)

        for _ in range(3):
            ask(make(2), function=applied)
        assert ask(make(4), function=applied) == 12

    def test_a_global_that_it_reads_belongs_to_it(self, ask, monkeypatch):
        def applied(f):
            return f(3)

        for _ in range(3):
            ask(scaled, function=applied)
        assert ask.knows(scaled, function=applied)
        monkeypatch.setitem(globals(), "SCALE", [7.0])
        assert ask(scaled, function=applied) == 21

    def test_one_that_counts_its_calls_is_called_each_time(self, ask):
        count = 0

        def counted(x):
            nonlocal count
            count += 1
            return x

        def applied(f):
            return f(3)

        for _ in range(5):
            ask(counted, function=applied)
        assert count == 5

    @pytest.mark.parametrize("kind", ["list", "array", "attribute"])
    def test_so_is_one_that_notes_them_elsewhere(self, ask, kind):
        notes, counts = [], np.zeros(1)

        def counted(x):
            if kind == "list":
                notes.append(x)
            elif kind == "array":
                counts[0] += 1
            else:
                counted.calls = getattr(counted, "calls", 0) + 1
            return x

        def applied(f):
            return f(3)

        for _ in range(5):
            ask(counted, function=applied)
        assert (len(notes) or counts[0] or counted.calls) == 5

    @pytest.mark.parametrize(
        "value",
        [
            np.random.default_rng(0),
            np.random.default_rng(0).normal,
            [].append,
            Answers(),
            Here(double).call,
            RemoteObject(Here(double), wire.Handle(0, "object"), "f"),
            RemoteFunction(Here(double), Target("f")),
            wire.Handle(0, "callable"),
            np.ma.ones(2),
            np.array([None]),
            {1, 2},
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_what_has_no_content_of_its_own_is_asked_each_time(self, ask, value):
        for _ in range(4):
            ask(value, function=lambda _value: 1)
            ask([{"inside": value}], function=lambda _value: 1)
        assert ask.times == 8
        assert len(ask.answers) == 0

    def test_what_contains_itself_is_asked(self, ask):
        ring: list = []
        ring.append(ring)
        for _ in range(3):
            assert ask(ring, function=len) == 1


class TestNobodyChangesIt:
    def test_arrays_can_not_be_written_to(self, ask):
        for _ in range(3):
            kept = ask(X)
        with pytest.raises(ValueError, match="read-only"):
            kept[0, 0] = 9

    def test_an_array_that_was_given_first_is_not_the_kept_one(self, ask):
        for _ in range(2):
            ask(X)[:] = 0
        assert np.array_equal(ask(X), 2 * X)

    def test_a_list_is_its_taker_s_own(self, ask):
        for _ in range(4):
            kept = ask(1, result=lambda: [{"a": [1]}, (2,)])
            assert kept == [{"a": [1]}, (2,)]
            kept[0]["a"].append(5)
            kept.clear()

    def test_types_and_orders_are_kept(self, ask):
        made = (np.float32(1), True, 1, np.asfortranarray(X), Tensor(X, "torch"))
        for _ in range(3):
            kept = ask(1, result=lambda: made)
        assert list(map(type, kept)) == list(map(type, made))
        assert kept[3].flags.f_contiguous
        assert kept[4].framework == "torch"


class TestMemory:
    def test_is_bounded_and_the_oldest_goes_first(self):
        ask = Asker(Answers(most_bytes=100_000))
        for number in range(100):
            for _ in range(3):
                ask(np.full(500, float(number)))
        assert ask.answers.size <= 100_000
        assert ask.knows(np.full(500, 99.0))
        assert not ask.knows(np.full(500, 0.0))

    def test_one_large_answer_pushes_nothing_out(self):
        ask = Asker(Answers(most_bytes=100_000))
        for _ in range(3):
            ask(X)
            ask(np.ones(10_000))
        assert ask.knows(X)
        assert not ask.knows(np.ones(10_000))

    def test_questions_without_an_answer_are_counted(self):
        ask = Asker(Answers(most_bytes=10_000))
        for number in range(100):
            ask(number, result=object)
        assert ask.answers.size <= 10_000
        assert len(ask.answers) <= 20


class KeepingCaller(Here):
    """A caller of one submission, in a worker that keeps answers."""

    def __init__(self, function, answers):
        super().__init__(function)
        self.answers = answers


class TestSubmissions:
    """Submissions one after the other, as a worker grades them."""

    @pytest.fixture
    def lesson(self, monkeypatch):
        """An oracle that counts, and two known mistakes beside it."""
        calls = []

        def halved(x):
            calls.append("halved")
            return x / 2

        def failing(x):
            raise ValueError(x)

        module = types.ModuleType("lesson.misconceptions")
        module.MISCONCEPTIONS = tuple(
            Misconception(code.__name__, "f", f"look at {code.__name__}", code)
            for code in (halved, failing)
        )
        monkeypatch.setitem(sys.modules, "lesson", types.ModuleType("lesson"))
        monkeypatch.setitem(sys.modules, "lesson.misconceptions", module)
        oracle = types.FunctionType(double.__code__, double.__globals__)
        oracle.__module__ = "lesson.oracle"
        return oracle, calls

    def failure(self, function, oracle, answers, x=X):
        student = RemoteFunction(KeepingCaller(function, answers), Target("f"))
        with pytest.raises(CheckFailed) as caught:
            agrees(student, oracle, x)
        return caught.value

    def test_messages_and_hints_stay_the_same(self, lesson):
        oracle, _ = lesson
        answers = Answers()
        alone = self.failure(lambda x: x / 2, oracle, FORGETFUL)
        assert [each.name for each in alone.suspects] == ["halved"]
        for _ in range(4):
            again = self.failure(lambda x: x / 2, oracle, answers)
            assert again.suspects == alone.suspects
            assert again.explanation == alone.explanation
            assert not self.failure(lambda x: x / 3, oracle, answers).suspects

    def test_a_right_one_passes_after_any_wrong_one(self, lesson):
        oracle, _ = lesson
        answers = Answers()
        for _ in range(4):
            self.failure(lambda x: x + 1e-3, oracle, answers)
            student = RemoteFunction(KeepingCaller(double, answers), Target("f"))
            agrees(student, oracle, X)

    def test_a_student_who_writes_to_inputs_spoils_nothing(self, lesson):
        oracle, _ = lesson
        answers, x = Answers(), X.copy()

        def spoiler(x):
            x[:] = 0
            return x

        for _ in range(4):
            self.failure(spoiler, oracle, answers, x)
        assert np.array_equal(x, X)
        student = RemoteFunction(KeepingCaller(double, answers), Target("f"))
        agrees(student, oracle, x)

    def test_an_oracle_that_writes_to_its_inputs_gets_copies(self):
        def writing(x):
            x *= 2
            return x

        answers, x = Answers(), X.copy()
        for _ in range(4):
            student = RemoteFunction(
                KeepingCaller(lambda x: 2 * x, answers), Target("f")
            )
            agrees(student, writing, x)
        assert np.array_equal(x, X)
