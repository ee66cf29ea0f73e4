"""autograder.execution.remote and .agent: calls into a kernel, and what comes of them.

One kernel answers all questions that leave it whole; those that break one, or may,
get a kernel of their own.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder import wire
from autograder.arrays import Tensor
from autograder.execution import deadline as deadline_module
from autograder.execution.deadline import Deadline
from autograder.execution.launchers import Launcher, PlainLauncher
from autograder.execution.novalue import (
    BadReply,
    BrokenGraph,
    CallTimedOut,
    DeviceMissing,
    ForbiddenCall,
    KernelDied,
    NotDefined,
    NotWritten,
    NoValue,
    OutOfMemory,
    StudentRaised,
    describe_exit,
)
from autograder.execution.remote import Call, Target
from autograder.execution.session import Session
from autograder.model import Outcome
from autograder.sandbox import Box
from autograder.sandbox.times import Times

from .conftest import Student, notebook

#: Given to calls that hang: short, since the test waits for it.
SHORT_S = 0.5

CALM = """
import numpy as np

LETTERS = "abc"


def same(x=None, *rest, **named):
    return x


def double(x):
    return 2 * x


def fill(x):
    x[...] = 7
    return x


def grow(nested):
    nested["rows"][0] += 1


def raises(kind, *args):
    raise {"ZeroDivisionError": ZeroDivisionError, "KeyError": KeyError,
           "MemoryError": MemoryError, "SystemExit": SystemExit,
           "KeyboardInterrupt": KeyboardInterrupt, "GeneratorExit": GeneratorExit,
           "RecursionError": RecursionError}[kind](*args)


def stub(x):
    raise NotImplementedError()


def bare_stub(x):
    raise NotImplementedError  # write me


def calls_a_stub(x):
    return stub(x)


def refuses_a_stride(x):
    raise NotImplementedError("stride 2")


def asks_a_library(x):
    import asyncio

    return asyncio.AbstractEventLoop().time()


class Refused(NotImplementedError):
    pass


Refused.__name__ = "NotImplementedError"


def raises_its_own(x):
    raise Refused


def chatty():
    raise ValueError("y" * 100_000)


class HostileError(Exception):
    def __str__(self):
        raise SystemExit("no text for you")


class Sly(str):
    def __getitem__(self, index):
        return 3

    def encode(self, *_):
        return 4


class SlyError(Exception):
    def __str__(self):
        return Sly("sly")


def hostile():
    raise HostileError


def sly():
    raise SlyError


def surrogate():
    raise ValueError("\\udc80")


def forever(x):
    return forever(x)


def apply(f, *args):
    return f(*args)


def apply_within(box):
    return box["fs"][0](1) + box["fs"][1](10)


def caught(f):
    try:
        f(1)
    except ValueError as error:
        return str(error)


def call_often(f, times):
    return [f(k) for k in range(times)]


class Counter:
    def __init__(self, start=0):
        self.value = start

    def add(self, n=1):
        self.value += n
        return self.value

    @property
    def label(self):
        return f"at {self.value}"


def make_counter(start):
    return Counter(start)


def make_pair():
    return Counter(1), {"second": Counter(2)}


def value_of(counter):
    return counter.value


def make_named():
    from collections import namedtuple

    return namedtuple("Named", "start add")(Counter(3), lambda x: x + 3)


def make_adder(n):
    return lambda x: x + n


def uses_convolve(a, b):
    return np.convolve(a, b)


def uses_convolve_quietly(a, b):
    try:
        return np.convolve(a, b)
    except BaseException:
        return np.array([1.0, 2.0, 1.0])


def uses_convolve_then_fails(a, b):
    try:
        np.convolve(a, b)
    except BaseException:
        raise KeyError("something else")


def imports_it_within(a, b):
    from numpy import convolve
    return convolve(a, b)


from numpy import convolve as imported_before


def imported_it_before(a, b):
    return imported_before(a, b)


def a_set():
    return {1, 2}


def a_generator():
    return (k for k in range(3))


def an_object_array():
    return np.array([object()])


def huge(mib):
    return np.zeros(mib << 17)


def deep(n):
    nested = []
    for _ in range(n):
        nested = [nested]
    return nested


def sends_a_set(f):
    return f({1, 2})
"""


@pytest.fixture(scope="module")
def calm(launcher: Launcher) -> Iterator[Student]:
    with Box() as box, Session(notebook(CALM), box, launcher=launcher) as session:
        session.advance(1)
        assert session.failures == {}
        yield Student(session)
        assert session.kernel_starts == 1, "a calm question has broken the kernel"


# --- values ---------------------------------------------------------------------------

VALUES = [
    None,
    True,
    -(2**70),
    0.1,
    1 - 2j,
    "ünï\ncode",
    b"\x00\xff",
    (1, [2.0, {"three": ()}]),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_plain_value_crosses_both_ways_unchanged(calm, value):
    got = calm.call("same", value)
    assert got == value
    assert type(got) is type(value)


def test_nan_and_infinities_cross(calm):
    got = calm.call("same", [float("nan"), float("inf"), -float("inf")])
    assert np.isnan(got[0])
    assert got[1:] == [float("inf"), -float("inf")]


@pytest.mark.parametrize("dtype", [str(dtype) for dtype in wire.DTYPES])
def test_array_keeps_dtype_shape_and_values(calm, dtype):
    sent = np.arange(6).reshape(2, 3).astype(dtype)
    got = calm.call("same", sent)
    assert (got.dtype, got.shape) == (sent.dtype, (2, 3))
    assert np.array_equal(got, sent)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3)], ids=str)
def test_array_without_elements_or_axes_keeps_its_shape(calm, shape):
    assert calm.call("same", np.zeros(shape)).shape == shape


def test_array_that_is_not_contiguous_arrives_as_it_reads(calm):
    sent = np.arange(12.0).reshape(3, 4).T[::2]
    assert np.array_equal(calm.call("double", sent), 2 * sent)


def test_numpy_scalar_stays_one(calm):
    got = calm.call("double", np.float32(1.5))
    assert (type(got), got) == (np.float32, 3.0)


def test_keywords_reach_the_function(calm):
    assert calm.call("same", x=[1]) == [1]


# --- copies and what the call did to them ---------------------------------------------


def test_student_gets_copies(calm):
    ours = np.zeros(3)
    calm.call("fill", ours)
    assert ours.tolist() == [0, 0, 0]


def test_arguments_come_back_as_the_call_left_them(calm):
    changed = calm.reply("fill", np.zeros(3)).after
    assert [each.tolist() for each in changed] == [[7, 7, 7]]
    untouched = calm.reply("double", np.ones(2)).after
    assert [each.tolist() for each in untouched] == [[1, 1]]


def test_arrays_within_containers_and_keywords_come_back_in_order(calm):
    args = (np.zeros(1), [np.ones(2), {"a": np.full(3, 2.0)}])
    after = calm.reply("same", *args, named=np.full(4, 3.0)).after
    assert [each.tolist() for each in after] == [[0], [1] * 2, [2] * 3, [3] * 4]
    nested = calm.reply("grow", {"rows": [np.zeros(2)]}).after
    assert nested[0].tolist() == [1, 1]


# --- names ----------------------------------------------------------------------------


def test_missing_name_is_told(calm):
    with pytest.raises(NotDefined, match=r"^sqare is not defined$") as caught:
        calm.call("sqare", 1)
    assert caught.value.outcome is Outcome.NOT_RUN


def test_missing_attribute_is_the_students_error(calm):
    with pytest.raises(StudentRaised, match="raised AttributeError"):
        calm.call("Counter.nothing")


def test_name_that_is_no_function_is_told(calm):
    expected = "raised TypeError: LETTERS is a str, not a function that can be called"
    with pytest.raises(StudentRaised, match=f"^{expected}$"):
        calm.call("LETTERS")


def test_builtin_is_not_mistaken_for_a_name_of_the_notebook(calm):
    with pytest.raises(NotDefined, match=r"^eval is not defined$"):
        calm.call("eval", "1")


# --- exceptions -----------------------------------------------------------------------


def test_exception_tells_its_types_text_and_line(calm):
    with pytest.raises(StudentRaised) as caught:
        calm.call("raises", "ZeroDivisionError", "by nothing")
    error = caught.value
    assert error.types[:2] == ("ZeroDivisionError", "ArithmeticError")
    assert error.text == "by nothing"
    assert error.line.startswith("raise {") or error.line.startswith('"Recursion')
    assert str(error).startswith("raised ZeroDivisionError: by nothing\n  at        ")
    assert error.summary == "raised ZeroDivisionError"
    assert error.outcome is Outcome.RAISED


@pytest.mark.parametrize(
    "kind", ["SystemExit", "KeyboardInterrupt", "GeneratorExit", "RecursionError"]
)
def test_exception_of_any_base_is_an_answer(calm, kind):
    with pytest.raises(StudentRaised, match=f"^raised {kind}"):
        calm.call("raises", kind)


def test_wrong_number_of_arguments_is_the_students_error(calm):
    with pytest.raises(StudentRaised, match=r"raised TypeError: double\(\) takes 1"):
        calm.call("double", 1, 2)


def test_endless_recursion_is_an_answer(calm):
    with pytest.raises(StudentRaised, match=r"^raised RecursionError"):
        calm.call("forever", 1)


def test_out_of_memory_is_told_without_the_students_words(calm):
    with pytest.raises(OutOfMemory, match=r"^ran out of memory: 8 EiB$") as caught:
        calm.call("raises", "MemoryError", "8 EiB")
    assert caught.value.summary == "ran out of memory"
    assert caught.value.outcome is Outcome.EXHAUSTED


@pytest.mark.parametrize("name", ["stub", "bare_stub", "calls_a_stub"])
def test_stub_is_not_written_rather_than_wrong(calm, name):
    with pytest.raises(NotWritten, match=r"^is not written yet$") as caught:
        calm.call(name, 1)
    assert caught.value.outcome is Outcome.NOT_RUN


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("refuses_a_stride", "raised NotImplementedError: stride 2"),
        ("asks_a_library", "raised NotImplementedError"),
        ("raises_its_own", "raised NotImplementedError"),
    ],
)
def test_what_else_raises_that_error_is_written_and_fails(calm, name, told):
    with pytest.raises(StudentRaised, match=rf"^{told}(\n|$)") as caught:
        calm.call(name, 1)
    assert caught.value.outcome is Outcome.RAISED


def test_text_of_an_exception_is_bounded(calm):
    with pytest.raises(StudentRaised) as caught:
        calm.call("chatty")
    assert caught.value.text == "y" * 2000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hostile", "(its message can't be shown)"),
        ("sly", "sly"),
        ("surrogate", "?"),
    ],
)
def test_hostile_text_does_no_harm(calm, name, text):
    with pytest.raises(StudentRaised) as caught:
        calm.call(name)
    assert caught.value.text == text


def test_summary_repeats_no_name_that_hides_an_input():
    assert StudentRaised(["Got 3 Error"], "", "").summary == "raised an exception"
    assert StudentRaised(["ValueError"], "x=3", "").summary == "raised ValueError"


# --- callables ------------------------------------------------------------------------


def test_function_of_ours_runs_here(calm):
    seen = []

    def record(x: Any) -> Any:
        seen.append(x)
        return 10 * x

    assert calm.call("apply", record, 4) == 40
    assert seen == [4]


def test_functions_within_containers_are_told_apart(calm):
    fs = [lambda x: x + 1, lambda x: x + 2]
    assert calm.call("apply_within", {"fs": fs}) == 2 + 12


def test_exception_in_our_function_is_a_value_error_over_there(calm):
    def refuse(x: float) -> float:
        raise KeyError("no such point")

    assert calm.call("caught", refuse) == "KeyError: 'no such point'"


def test_exception_in_our_function_reaches_us_when_not_caught(calm):
    def refuse(x: float) -> float:
        raise ArithmeticError("no")

    with pytest.raises(StudentRaised, match="raised ValueError: ArithmeticError: no"):
        calm.call("apply", refuse, 1)


def test_our_function_may_call_the_student_again(calm):
    def twice(x: int) -> Any:
        return calm.call("double", calm.call("double", x))

    assert calm.call("apply", twice, 3) == 12
    assert calm.call("call_often", twice, 3) == [0, 4, 8]
    assert calm.call("double", 1) == 2


def test_failure_of_a_nested_call_comes_back_to_the_outer_one(calm):
    def nested(x: int) -> Any:
        return calm.call("raises", "ZeroDivisionError", "deep down")

    told = calm.call("caught", nested)
    assert told.startswith("StudentRaised: raised ZeroDivisionError: deep down")


def test_value_that_cannot_cross_to_our_function_is_the_students_error(calm):
    called = []
    with pytest.raises(StudentRaised, match="raised TypeError: can't send a set"):
        calm.call("sends_a_set", called.append)
    assert called == []


def test_function_of_the_student_comes_back_as_a_handle(calm):
    handle = calm.call("make_adder", 5)
    assert isinstance(handle, wire.Handle)
    assert handle.kind == "callable"
    assert calm.call("apply", handle, 1) == 6


# --- kept objects ---------------------------------------------------------------------


def call_kept(student: Student, handle: wire.Handle, method: str, *args: Any) -> Any:
    target = Target(handle=handle.id, path=(method,))
    return student.session.remote.call(Call(target, args), timeout_s=60).value


def test_object_keeps_its_state_between_calls(calm):
    counter = calm.call("make_counter", 5)
    assert (counter.kind, counter.type_name) == ("object", "Counter")
    assert [call_kept(calm, counter, "add", n) for n in (1, 10)] == [6, 16]
    other = calm.call("Counter", 100)
    assert call_kept(calm, other, "add") == 101
    assert call_kept(calm, counter, "add", 0) == 16


def test_object_can_be_passed_back(calm):
    counter = calm.call("make_counter", 8)
    assert calm.call("value_of", counter) == 8
    assert calm.call("same", [counter])[0].type_name == "Counter"


def test_objects_within_containers_are_kept(calm):
    first, rest = calm.call("make_pair")
    assert calm.call("value_of", first) == 1
    assert calm.call("value_of", rest["second"]) == 2


def test_a_named_tuple_of_objects_crosses_as_a_tuple(calm):
    start, add = calm.call("make_named")
    assert (start.kind, add.kind) == ("object", "callable")
    assert calm.call("value_of", start) == 3


def test_handle_that_was_never_given_is_refused(calm):
    unknown = wire.Handle(id=10**6, kind="object")
    with pytest.raises(StudentRaised, match="raised IndexError"):
        calm.call("value_of", unknown)


# --- forbidden calls ------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "uses_convolve",
        "uses_convolve_quietly",
        "uses_convolve_then_fails",
        "imports_it_within",
        "imported_it_before",
    ],
)
def test_forbidden_call_is_named(calm, name):
    with pytest.raises(ForbiddenCall, match=r"^numpy\.convolve$") as caught:
        calm.call(name, np.ones(2), np.ones(2), forbidden=("numpy.convolve",))
    assert caught.value.outcome is Outcome.FAILED


def test_forbidden_call_works_again_afterwards(calm):
    for name in ("uses_convolve", "imported_it_before"):
        with pytest.raises(ForbiddenCall):
            calm.call(name, np.ones(2), np.ones(2), forbidden=("numpy.convolve",))
        assert calm.call(name, np.ones(2), np.ones(2)).tolist() == [1, 2, 1]


def test_other_calls_pass_while_one_is_forbidden(calm):
    forbidden = ("numpy.polymul", "scipy.signal.nothing_of_that_name", "nowhere.at_all")
    got = calm.call("uses_convolve", np.ones(2), np.ones(2), forbidden=forbidden)
    assert got.tolist() == [1, 2, 1]


# --- answers that are none ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a_set", "can't send a set"),
        ("a_generator", "can't send a generator"),
        ("an_object_array", "can't send an array of dtype object"),
    ],
)
def test_answer_that_is_no_data_is_told(calm, name, told):
    with pytest.raises(BadReply) as caught:
        calm.call(name)
    assert str(caught.value).startswith(f"returned what is not an answer: {told}")
    assert caught.value.summary == "returned what is not an answer"


def test_answer_too_deep_is_told(calm):
    assert calm.call("deep", 10) == [[[[[[[[[[[]]]]]]]]]]]
    with pytest.raises(BadReply, match="returned what is not an answer"):
        calm.call("deep", 500)


def test_answer_too_large_for_any_frame_is_told_and_costs_nothing_else(calm):
    with pytest.raises(BadReply, match="over the limit of 67108864"):
        calm.call("huge", 65)
    assert calm.call("double", 1) == 2


def test_answer_over_the_limit_of_the_course_is_told(make_student):
    student = make_student(CALM, answer_max_mib=2)
    assert student.call("huge", 1).nbytes == 1 << 20
    with pytest.raises(BadReply, match="over the limit of 2097152"):
        student.call("huge", 3)
    assert student.call("double", 1) == 2


ODD = """
import datetime, decimal, numpy as np

class Nameless(type):
    @property
    def __name__(cls):
        raise KeyError("no name")
    __module__ = __mro__ = property(lambda cls: 1 / 0)

class Odd(metaclass=Nameless):
    __slots__ = ()

class OddError(Exception, metaclass=Nameless):
    def __str__(self):
        raise KeyError

class Touchy:
    __slots__ = ()
    def __getattribute__(self, name):
        raise KeyError(name)
    __len__ = __iter__ = __array__ = __float__ = lambda self: 1 / 0

class Endless:
    def __getattribute__(self, name):
        while True:
            pass

class EndlessError(Exception):
    def __str__(self):
        while True:
            pass

VALUES = {
    "Odd": Odd, "Touchy": Touchy, "date": lambda: datetime.date(2026, 1, 1),
    "Decimal": lambda: decimal.Decimal(1), "range": lambda: range(3),
    "memoryview": lambda: memoryview(b"a"), "ellipsis": lambda: ...,
    "numpy void": lambda: np.zeros(1, "i4,f4")[0],
    "numpy datetime64": lambda: np.datetime64("2026-01-01"),
    "inside": lambda: [1, {"a": (Touchy(),)}],
}

def give(name):
    return VALUES[name]()

def endless():
    return Endless()

def fail():
    raise OddError

def fail_endlessly():
    raise EndlessError

def put_in(x):
    x.append(x)
"""


@pytest.fixture(scope="module")
def odd(launcher: Launcher) -> Iterator[Student]:
    with Box() as box, Session(notebook(ODD), box, launcher=launcher) as session:
        session.advance(1)
        yield Student(session)
        assert session.kernel_starts == 1, "a value has silenced the kernel"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        *(("Odd", "an Odd"), ("Touchy", "a Touchy"), ("inside", "a Touchy")),
        *((name, f"a {name}") for name in ("date", "Decimal", "range", "memoryview")),
        *((name, f"a {name}") for name in ("numpy void", "numpy datetime64")),
        ("ellipsis", "an ellipsis"),
    ],
)
def test_whatever_cannot_cross_is_refused_at_once_by_its_name(odd, name, told):
    with pytest.raises(BadReply) as caught:
        odd.call("give", name)
    refused = f"returned what is not an answer: can't send {told}; return"
    assert str(caught.value).startswith(refused)


def test_only_the_class_of_an_object_is_looked_at(odd):
    assert isinstance(odd.call("endless"), wire.Handle)


def test_an_exception_whose_class_and_text_fail_is_told(odd):
    with pytest.raises(StudentRaised) as caught:
        odd.call("fail")
    assert caught.value.types[0] == "OddError"
    assert caught.value.text == "(its message can't be shown)"


def test_an_exception_whose_text_never_ends_costs_the_call_and_no_kernel(odd):
    with pytest.raises(CallTimedOut):
        odd.call("fail_endlessly", timeout_s=SHORT_S)
    assert odd.call("endless").type_name == "Endless"


def test_arguments_that_come_back_as_no_data_are_told(odd):
    with pytest.raises(BadReply, match="an argument now contains itself"):
        odd.call("put_in", [1])


# --- time -----------------------------------------------------------------------------

HANGS = """
import time

def hang():
    while True:
        time.sleep(0.01)

def spin():
    while True:
        pass

def refuse_to_stop():
    while True:
        try:
            time.sleep(100)
        except KeyboardInterrupt:
            pass

def call_for_ever(f):
    while True:
        f(1)

def ok():
    return "ok"
"""


@pytest.mark.parametrize("name", ["hang", "spin"])
def test_call_that_hangs_costs_only_itself(make_student, each_launcher, name):
    student = make_student(HANGS, on=each_launcher)
    expected = r"^gave no answer within 0\.5 s \(the limit for one call\)$"
    with pytest.raises(CallTimedOut, match=expected) as caught:
        student.call(name, timeout_s=SHORT_S)
    assert caught.value.outcome is Outcome.TIMED_OUT
    assert student.call("ok") == "ok"
    assert student.session.kernel_starts == 1


def test_call_that_calls_us_for_ever_costs_only_itself(make_student):
    student = make_student(HANGS)
    with pytest.raises(CallTimedOut):
        student.call("call_for_ever", lambda x: x, timeout_s=SHORT_S)
    assert student.call("ok") == "ok"
    assert student.session.kernel_starts == 1


def test_answer_to_a_call_that_was_interrupted_is_not_taken_for_a_request(
    make_student,
):
    student = make_student(HANGS)

    def interrupts_and_answers(x):
        os.kill(student.session.pid, signal.SIGINT)
        time.sleep(0.3)  # the kernel stops waiting; our answer comes too late
        return x

    with pytest.raises(StudentRaised) as caught:
        student.call("call_for_ever", interrupts_and_answers)
    assert caught.value.types[0] == "KeyboardInterrupt"
    assert student.call("ok") == "ok"
    assert student.session.kernel_starts == 1


def test_call_that_swallows_the_interrupt_costs_the_kernel(make_student, each_launcher):
    student = make_student(HANGS, on=each_launcher)
    first = student.session.remote
    with pytest.raises(CallTimedOut):
        student.call("refuse_to_stop", timeout_s=SHORT_S)
    assert not first.is_alive
    with pytest.raises(KernelDied):
        first.call(Call(Target("ok")), timeout_s=1)
    assert student.call("ok") == "ok"  # in a new kernel, after a replay
    assert student.session.kernel_starts == 2


def test_deadline_is_not_reached_by_waiting_for_a_processor(monkeypatch):
    now, waited_s = 100.0, 1.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr(deadline_module, "time", clock)
    monkeypatch.setattr(deadline_module, "times", lambda _pid: Times(0.0, waited_s))
    deadline = Deadline(10.0, pid=0)
    assert deadline.left_s == 10
    now, waited_s = 111.0, 3.0  # two of eleven seconds
    assert deadline.left_s == 1
    waited_s = 100.0
    assert deadline.left_s == 29, "it is stretched to four times itself at most"


def test_waiting_is_not_charged_once_its_process_has_been_ended(monkeypatch):
    now, waited_s = 100.0, 1.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr(deadline_module, "time", clock)
    monkeypatch.setattr(deadline_module, "times", lambda _pid: Times(0.0, waited_s))
    deadline = Deadline(10.0, pid=0)
    now, waited_s = 116.0, 8.0
    assert deadline.left_s == 1
    now, waited_s = 117.0, 0.0  # the scheduler knows nothing of it any more
    assert deadline.spent_s == 10, "but what it had said by then still counts"


def test_call_is_never_charged_more_than_its_limit_and_the_grace(monkeypatch):
    now = 100.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr(deadline_module, "time", clock)
    monkeypatch.setattr(deadline_module, "times", lambda _pid: Times())
    deadline = Deadline(1.0, pid=0)
    now = 106.0  # a machine so slow that ending it took five
    assert deadline.spent_s == 1 + deadline_module.GRACE_S


# --- ends -----------------------------------------------------------------------------

ENDS = """
import ctypes, os, signal, sys, threading

def leave(code):
    os._exit(code)

def crash():
    ctypes.string_at(0)

def stop():
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        pass

def ignore_interrupts():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        pass

def shut_channels():
    os.closerange(3, 500)
    return 1

def ok():
    return "ok"
"""


@pytest.mark.parametrize("code", [0, 3])
def test_kernel_that_leaves_is_told_by_its_exit_code(make_student, each_launcher, code):
    student = make_student(ENDS, on=each_launcher)
    with pytest.raises(KernelDied) as caught:
        student.call("leave", code)
    assert str(caught.value) == f"ended the kernel (exit code {code})"
    assert caught.value.outcome is Outcome.RAISED
    assert student.call("ok") == "ok"
    assert student.session.kernel_starts == 2


def test_kernel_that_crashes_is_told_by_its_signal(make_student, each_launcher):
    student = make_student(ENDS, on=each_launcher)
    with pytest.raises(KernelDied) as caught:
        student.call("crash")
    assert str(caught.value) == "ended the kernel (signal 11, SIGSEGV)"
    assert caught.value.status == -signal.SIGSEGV
    assert student.call("ok") == "ok"


def test_kernel_that_ignores_interrupts_is_replaced(make_student, each_launcher):
    student = make_student(ENDS, on=each_launcher)
    with pytest.raises(CallTimedOut):
        student.call("ignore_interrupts", timeout_s=SHORT_S)
    assert student.call("ok") == "ok"
    assert student.session.kernel_starts == 2


def test_kernel_that_stops_itself_is_replaced(make_student):
    student = make_student(ENDS, on=PlainLauncher())
    with pytest.raises(CallTimedOut):
        student.call("stop", timeout_s=SHORT_S)
    assert student.call("ok") == "ok"
    assert student.session.kernel_starts == 2


def test_walled_kernel_cannot_stop_itself(make_student, walled):
    student = make_student(ENDS, on=walled)  # process 1 of its box: nobody may
    with pytest.raises(CallTimedOut):
        student.call("stop", timeout_s=SHORT_S)
    assert student.call("ok") == "ok"
    assert student.session.kernel_starts == 1


def test_kernel_that_closes_its_channel_is_dead_to_us(make_student):
    student = make_student(ENDS)
    with pytest.raises(KernelDied):
        student.call("shut_channels")
    assert student.call("ok") == "ok"


def test_kernel_killed_from_outside_ran_out_of_something(make_student):
    student = make_student(ENDS)
    remote = student.session.remote
    remote.kill()
    with pytest.raises(KernelDied, match="SIGKILL") as caught:
        remote.call(Call(Target("ok")), timeout_s=1)
    assert caught.value.outcome is Outcome.EXHAUSTED


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "its channel was closed"),
        (0, "exit code 0"),
        (-9, "signal 9, SIGKILL"),
        (-99, "signal 99"),
    ],
    ids=str,
)
def test_exit_status_in_words(status, words):
    assert describe_exit(status) == words


# --- forged frames --------------------------------------------------------------------

FORGE = """
import gc, time
import numpy as np
from autograder import wire
from autograder.execution.agent import Agent

AGENT = next(each for each in gc.get_objects() if type(each) is Agent)
CHANNEL = AGENT._channel
FORGERIES = {
    "text": b"HTTP/1.1 200 OK\\r\\n\\r\\n",
    "half a frame": wire.encode({"id": 1})[:-2],
    "a number": wire.encode(7),
    "no id": wire.encode({"op": "reply", "ok": True, "value": 1}),
    "an array as id": wire.encode({"op": "reply", "id": np.ones(2), "ok": True}),
    "an array as op": wire.encode({"op": np.ones(2), "id": 1}),
    "an unknown op": wire.encode({"op": "grade", "id": 1, "score": 100}),
    "no error": wire.encode({"op": "reply", "id": 1, "ok": False}),
    "an array as ok": wire.encode({"op": "reply", "id": 1, "ok": np.ones(2)}),
    "arrays in the error": wire.encode(
        {"op": "reply", "id": 1, "ok": False,
         "error": {"kind": np.ones(2), "types": np.ones(2), "text": np.ones(2),
                   "line": np.ones(2)}}
    ),
    "a call back to nowhere": wire.encode(
        {"op": "callback", "id": 1, "handle": 0, "args": (), "kwargs": {}}
    ),
    "a call back by a negative handle": wire.encode(
        {"op": "callback", "id": 1, "handle": -1, "args": (), "kwargs": {}}
    ),
    "a call back without arguments": wire.encode(
        {"op": "callback", "id": 1, "handle": 0, "args": 3, "kwargs": []}
    ),
}

def forge(name, f=None):
    CHANNEL.sendall(FORGERIES[name])
    time.sleep(100)

def forge_long_words():
    long = "w" * 90_000
    error = {"kind": "raised", "types": [long] * 25, "text": long, "line": long}
    CHANNEL.sendall(
        wire.encode({"op": "reply", "id": 1, "ok": False, "error": error})
    )
    time.sleep(100)

def ok():
    return "ok"
"""

FORGERIES = re.findall(r'^    "(.*?)": wire|^    "(text)": b', FORGE, re.MULTILINE)


@pytest.mark.parametrize("name", [a or b for a, b in FORGERIES])
def test_forged_frame_is_the_students_failure_never_our_crash(make_student, name):
    student = make_student(FORGE)
    f = (lambda: 1) if "without" in name or "negative" in name else None
    with pytest.raises(NoValue) as caught:
        student.call("forge", name, f, timeout_s=SHORT_S)
    half = name == "half a frame"  # the other half might still come
    assert type(caught.value) is (CallTimedOut if half else BadReply)
    assert caught.value.outcome is (Outcome.TIMED_OUT if half else Outcome.RAISED)
    assert student.call("ok") == "ok"


def test_forged_words_are_cut_on_our_side(make_student):
    student = make_student(FORGE)
    with pytest.raises(StudentRaised) as caught:
        student.call("forge_long_words", timeout_s=SHORT_S)
    assert caught.value.types == ("w" * 100,) * 20
    assert caught.value.text == "w" * 2000
    assert caught.value.line == "w" * 200


# --- gradients ------------------------------------------------------------------------

GRADIENTS = """
def square_torch(x, scale=1.0):
    return scale * x ** 2

def product_torch(x, w):
    return x @ w

def detached_torch(x):
    return (x ** 2).detach()

def through_numpy_torch(x):
    import torch
    return torch.from_numpy(x.detach().numpy() ** 2)

def ignores_w_torch(x, w):
    return x * 2

def same_torch(x):
    return x

def square_tf(x):
    return x ** 2

def through_numpy_tf(x):
    import tensorflow as tf
    return tf.constant(x.numpy() ** 2)

def not_a_tensor_tf(x):
    return x.numpy()
"""


@pytest.fixture(scope="module")
def differentiable(launcher: Launcher) -> Iterator[Student]:
    source = notebook(GRADIENTS)
    with Box() as box, Session(source, box, launcher=launcher) as session:
        session.advance(1)
        yield Student(session)


def tensor(array: Any, framework: str, device: str = "cpu") -> Tensor:
    return Tensor(np.asarray(array), framework, device)


X = np.array([1.0, -2.0, 3.0])


@pytest.mark.slow
@pytest.mark.parametrize("framework", ["torch", "tf"])
def test_gradient_flows_back_with_the_cotangent(differentiable, framework):
    name = {"torch": "torch", "tf": "tensorflow"}[framework]
    ones = differentiable.gradient(f"square_{framework}", tensor(X, name))
    assert [each.array.tolist() for each in ones] == [[2, -4, 6]]
    weighted = differentiable.gradient(
        f"square_{framework}", tensor(X, name), cotangent=np.array([1.0, 0.0, 10.0])
    )
    assert [each.array.tolist() for each in weighted] == [[2, 0, 60]]
    assert weighted[0].framework == name


@pytest.mark.slow
def test_gradients_come_one_for_each_tensor_argument(differentiable):
    x, w = np.arange(6.0).reshape(2, 3), np.ones((3, 1))
    dx, dw = differentiable.gradient(
        "product_torch", tensor(x, "torch"), tensor(w, "torch")
    )
    assert dx.array.tolist() == [[1, 1, 1]] * 2
    assert dw.array.tolist() == [[3], [5], [7]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("detached_torch", "the result does not remember how it was computed"),
        ("through_numpy_torch", "the result does not remember how it was computed"),
        ("through_numpy_tf", "no gradient reaches one of the arguments"),
        ("not_a_tensor_tf", "the result does not remember how it was computed"),
    ],
)
def test_broken_graph_is_told(differentiable, name, told):
    framework = "torch" if name.endswith("torch") else "tensorflow"
    with pytest.raises(BrokenGraph, match=f"^{told}$") as caught:
        differentiable.gradient(name, tensor(X, framework))
    assert caught.value.outcome is Outcome.FAILED


@pytest.mark.slow
def test_argument_without_a_gradient_is_a_broken_graph(differentiable):
    args = tensor(X, "torch"), tensor(X, "torch")
    with pytest.raises(BrokenGraph, match="no gradient reaches one of the arguments"):
        differentiable.gradient("ignores_w_torch", *args)


@pytest.mark.slow
@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_device_that_is_not_here_is_nobodys_zero(differentiable, framework):
    with pytest.raises(DeviceMissing, match="sees no CUDA device") as caught:
        differentiable.call("same_torch", tensor(X, framework, "cuda"))
    assert caught.value.outcome is Outcome.UNGRADED


@pytest.mark.slow
def test_tensor_stays_a_tensor_of_its_framework(differentiable):
    got = differentiable.call("same_torch", tensor(np.float32([1, 2]), "torch"))
    assert isinstance(got, Tensor)
    assert (got.framework, got.device, got.array.dtype) == ("torch", "cpu", np.float32)
