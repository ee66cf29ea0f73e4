"""agrees, gradients_agree, refuses: what passes, and the words when it does not."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest

from autograder.arrays import Tensor, tf_tensor, torch_tensor
from autograder.checks import (
    CheckFailed,
    Misconception,
    agrees,
    gradients_agree,
    refuses,
)
from autograder.comparison import Tolerance
from autograder.execution.novalue import ForbiddenCall, NotWritten, StudentRaised

X = np.array([[1.0, 2.0], [3.0, 4.0]])


def double(x):
    return 2 * x


def refused(action, *args, **kwargs) -> CheckFailed:
    """The failure of a question that must fail."""
    with pytest.raises(CheckFailed) as caught:
        action(*args, **kwargs)
    return caught.value


@pytest.fixture
def course(monkeypatch):
    """Packages `lesson.oracle` and `lesson.misconceptions`, filled by the test."""

    def fill(*mistakes: Misconception, oracle=double):
        module = types.ModuleType("lesson.misconceptions")
        module.MISCONCEPTIONS = mistakes
        monkeypatch.setitem(sys.modules, "lesson", types.ModuleType("lesson"))
        monkeypatch.setitem(sys.modules, "lesson.misconceptions", module)
        made = types.FunctionType(oracle.__code__, oracle.__globals__)
        made.__module__ = "lesson.oracle"
        return made

    return fill


def mistake(name, code, *, of="f", **more) -> Misconception:
    return Misconception(name=name, of=of, hint=f"look at {name}", code=code, **more)


class TestAgrees:
    def test_an_equal_result_passes(self, student):
        agrees(student(lambda x: x + x), double, X)

    def test_a_right_answer_is_heard_of_and_a_wrong_one_not(self, student):
        right, wrong = student(double), student(lambda x: x)
        agrees(right, double, X)
        with pytest.raises(CheckFailed):
            agrees(wrong, double, X)
        [(function, answer)] = right.caller.right
        assert function == "f"
        assert answer.allows(2 * X)
        assert not answer.allows(X)
        assert wrong.caller.right == []

    def test_keywords_go_to_both(self, student):
        agrees(
            student(lambda x, *, scale: x * scale),
            lambda x, *, scale: scale * x,
            X,
            scale=3,
        )

    @pytest.mark.parametrize(
        ("answer", "message", "got", "expected"),
        [
            (
                lambda x: None,
                "the result is None; is a return missing?",
                "None",
                "a numpy array of shape (2, 2)",
            ),
            (
                lambda x: str(x),
                "the result has the wrong type",
                "the text '[[1. 2.]\\n [3. 4.]]'",
                "a numpy array of shape (2, 2)",
            ),
            (
                lambda x: 2 * x[0],
                "the result has the wrong shape",
                "(2,)",
                "(2, 2)",
            ),
            (
                lambda x: (2 * x).astype(np.float32),
                "the result has the wrong dtype",
                "float32",
                "float64",
            ),
            (
                lambda x: 2 * x + [[0, np.nan], [0, 0]],
                "the result is not finite",
                "nan at (0, 1)",
                "4",
            ),
            (
                lambda x: 2 * x + [[0, 0], [1, 0]],
                "the result has wrong values",
                "7 at (1, 0)",
                "6",
            ),
        ],
        ids=["none", "type", "shape", "dtype", "finiteness", "values"],
    )
    def test_the_first_reason_is_told(self, student, answer, message, got, expected):
        failed = refused(agrees, student(answer), double, X)
        assert failed.summary == f"f: {message}"
        assert failed.mismatch.expected == expected
        assert failed.mismatch.got.startswith(got)
        assert failed.explanation == (
            f"f: {message}\n  got       {failed.mismatch.got}\n  expected  {expected}"
        )

    def test_the_summary_holds_no_value(self, student):
        x = np.array([1234.5, 6789.0])
        failed = refused(agrees, student(lambda x: x + 1111.0), double, x)
        assert "7900" in failed.explanation
        assert not any(char.isdigit() for char in failed.summary)

    def test_student_and_oracle_get_copies(self, student):
        def spoils_its_input(x):
            result = 2 * x
            x[...] = 0
            return result

        x = X.copy()
        agrees(student(double), spoils_its_input, x)
        refused(agrees, student(spoils_its_input), double, x)
        np.testing.assert_array_equal(x, X)

    def test_a_changed_input_is_told_by_its_place(self, student):
        def answer(x, _flag, w):
            w += 1
            return 2 * x

        failed = refused(
            agrees, student(answer), lambda x, _flag, w: 2 * x, X, True, X + 0
        )
        assert failed.summary == (
            "f: the result is right, but array argument 2 was changed"
        )
        assert not failed.is_compared

    def test_nan_in_an_input_is_no_change(self, student):
        x = np.array([1.0, np.nan])
        agrees(student(lambda x: np.float64(3)), lambda x: np.float64(3), x)

    def test_rounding_of_another_order_of_sums_passes(self, student):
        x = np.random.default_rng(0).normal(size=1000).astype(np.float32)
        agrees(student(lambda x: x[::-1].sum()), lambda x: x.sum(), x)

    def test_a_tolerance_of_the_test_goes_before_the_oracles(self, student):
        wide = Tolerance(rtol=0.1, atol=0)
        agrees(student(lambda x: 2.1 * x), double, X, tolerance=wide)
        refused(agrees, student(lambda x: 2.1 * x), double, X)

    def test_a_forbidden_call_is_refused_by_name(self, student):
        def answer(x):
            raise ForbiddenCall("numpy.convolve")

        function = student(answer).without("numpy.convolve")
        failed = refused(agrees, function, double, X)
        assert function.caller.forbidden == ("numpy.convolve",)
        assert failed.summary == (
            "f: calls numpy.convolve, which this exercise asks you to write yourself"
        )

    def test_no_answer_is_no_wrong_answer(self, student):
        def answer(x):
            raise NotWritten("")

        with pytest.raises(NotWritten, match="is not written yet"):
            agrees(student(answer), double, X)

    def test_an_oracle_that_fails_is_not_the_students_fault(self, student):
        def broken(x):
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            agrees(student(double), broken, X)


class TestTensors:
    def test_the_oracle_gets_arrays_and_the_student_tensors(self, student):
        seen = []

        def answer(x):
            seen.append(x)
            return Tensor(2 * x.array, x.framework, x.device)

        agrees(student(answer), double, torch_tensor(X))
        assert [type(x) for x in seen] == [Tensor]

    @pytest.mark.parametrize(
        ("result", "got"),
        [
            (X, "a numpy array of shape (2, 2)"),
            (None, "None"),
            (tf_tensor(X), "a tensorflow tensor on cpu"),
        ],
        ids=["numpy", "None", "the other framework"],
    )
    def test_another_kind_of_result_is_refused(self, student, result, got):
        failed = refused(agrees, student(lambda x: result), double, torch_tensor(X))
        assert failed.summary == "f: the result is not a torch tensor"
        assert failed.mismatch.got == got
        assert failed.mismatch.expected == "a torch tensor"

    def test_another_device_is_refused(self, student):
        failed = refused(
            agrees,
            student(lambda x: torch_tensor(2 * x.array)),
            double,
            torch_tensor(X, device="cuda"),
        )
        assert failed.summary == "f: the result is not on the device of the input"
        assert (failed.mismatch.got, failed.mismatch.expected) == ("cpu", "cuda")

    def test_every_item_of_a_tuple_is_looked_at(self, student):
        failed = refused(
            agrees,
            student(lambda x: (x, x.array)),
            lambda x: (x, x),
            tf_tensor(X),
        )
        assert failed.summary == "f: the result is not a tensorflow tensor"


class TestNames:
    def test_a_result_of_a_known_mistake_is_a_suspect(self, student, course):
        oracle = course(
            mistake("squared", lambda x: x**2),
            mistake("tripled", lambda x: 3 * x),
            mistake("of_another", lambda x: x**2, of="g"),
        )
        failed = refused(agrees, student(lambda x: x * x), oracle, X)
        assert [suspect.name for suspect in failed.suspects] == ["squared"]
        assert failed.suspects[0].hint == "look at squared"
        assert failed.is_compared

    def test_a_mistake_that_is_right_here_is_no_suspect(self, student, course):
        oracle = course(mistake("squared", lambda x: x**2))
        twos = np.full(3, 2.0)
        agrees(student(lambda x: x**2), oracle, twos)
        assert refused(agrees, student(lambda x: x + 1), oracle, twos).suspects == ()

    def test_a_mistake_that_fails_or_changes_its_input_harms_nobody(
        self, student, course
    ):
        def fails(x):
            x[...] = 0
            raise RuntimeError

        oracle = course(mistake("fails", fails), mistake("squared", lambda x: x**2))
        failed = refused(agrees, student(lambda x: x**2), oracle, X)
        assert [suspect.name for suspect in failed.suspects] == ["squared"]

    def test_numpy_for_a_tensor_is_named_and_none_is_not(self, student, course):
        oracle = course(mistake("to_numpy", lambda x: x, result=None, sign="framework"))
        named = refused(agrees, student(lambda x: 2 * x.array), oracle, torch_tensor(X))
        assert [suspect.name for suspect in named.suspects] == ["to_numpy"]
        for other in (None, "text", tf_tensor(X)):
            failed = refused(
                agrees, student(lambda x, o=other: o), oracle, torch_tensor(X)
            )
            assert failed.suspects == ()

    def test_a_change_of_the_input_is_named_if_it_is_the_same_change(
        self, student, course
    ):
        def sorts_it(x):
            result = 2 * x
            x.sort()
            return result

        def zeroes_it(x):
            result = 2 * x
            x[...] = 0
            return result

        oracle = course(mistake("sorts", sorts_it, sign="changes_input"))
        x = np.array([3.0, 1.0])
        named = refused(agrees, student(sorts_it), oracle, x)
        assert [suspect.name for suspect in named.suspects] == ["sorts"]
        assert refused(agrees, student(zeroes_it), oracle, x).suspects == ()

    def test_an_oracle_without_a_package_knows_no_mistake(self, student):
        assert refused(agrees, student(lambda x: x), double, X).suspects == ()


class TestGradients:
    @staticmethod
    def vjp(cotangent, x, w):
        return cotangent * w, cotangent * x

    def test_right_gradients_pass(self, student):
        def answer(cotangent, x, w):
            return [
                Tensor(cotangent * w.array, "torch"),
                Tensor(cotangent * X, "torch"),
            ]

        x, w = torch_tensor(X), torch_tensor(X + 1)
        gradients_agree(student(answer), self.vjp, x, w, cotangent=np.ones((2, 2)))

    def test_wrong_gradients_are_told_apart_from_wrong_results(self, student):
        failed = refused(
            gradients_agree,
            student(lambda cotangent, x, w: [cotangent * 0, cotangent * X]),
            self.vjp,
            torch_tensor(X),
            torch_tensor(X),
            cotangent=np.ones((2, 2)),
        )
        assert failed.summary == ("f: its gradient: item 1 of 2 has wrong values")

    def test_a_broken_graph_is_named_by_its_sign(self, student, course):
        known = mistake("detached", double, result=None, sign="broken_graph")
        oracle = course(known, oracle=lambda cotangent, x: (cotangent,))
        failed = refused(
            gradients_agree,
            student(lambda cotangent, x: None),
            oracle,
            torch_tensor(X),
            cotangent=X,
        )
        assert failed.summary == (
            "f: no gradient: no gradient reaches one of the arguments"
        )
        assert [suspect.name for suspect in failed.suspects] == ["detached"]

    def test_a_forbidden_call_is_refused_here_too(self, student):
        def answer(cotangent, x):
            raise ForbiddenCall("torch.conv2d")

        function = student(answer).without("torch.conv2d")
        failed = refused(
            gradients_agree, function, double, torch_tensor(X), cotangent=X
        )
        assert failed.summary == (
            "f: calls torch.conv2d, which this exercise asks you to write yourself"
        )


class TestRefuses:
    @pytest.mark.parametrize(
        "types",
        [("ValueError", "Exception"), ("LinAlgError", "ValueError", "Exception")],
        ids=["itself", "a subclass"],
    )
    def test_a_value_error_passes(self, student, types):
        def answer(x):
            raise StudentRaised(types, "no", "")

        refuses(student(answer), X)

    @pytest.mark.parametrize(
        ("types", "name"),
        [(("TypeError", "Exception"), "TypeError"), ((), "an exception")],
        ids=["another", "one that has no name"],
    )
    def test_another_exception_does_not(self, student, types, name):
        def answer(x):
            raise StudentRaised(types, "no", "")

        failed = refused(refuses, student(answer), X)
        assert failed.explanation == (
            f"f: raises {name} where a ValueError is asked for\n"
            f"  got       {name}\n"
            "  expected  ValueError"
        )

    def test_a_result_does_not(self, student):
        failed = refused(refuses, student(double), X)
        assert failed.explanation == (
            "f: returns a result where a ValueError is asked for\n"
            "  got       a result (ndarray)\n"
            "  expected  ValueError"
        )

    def test_a_stub_does_not(self, student):
        def answer(x):
            raise NotWritten("")

        with pytest.raises(NotWritten):
            refuses(student(answer), X)
