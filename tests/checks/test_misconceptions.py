"""Known mistakes: which belong to a function, and which a result is."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import replace

import numpy as np

from autograder.arrays import torch_tensor
from autograder.checks.misconceptions import (
    Agreement,
    Misconception,
    known_for,
    plain,
    recognise,
    signed_by,
)
from autograder.comparison import Tolerance
from solutions.convolution import oracle

EXACT = Tolerance(rtol=0, atol=0)


def negated(x):
    return -x


def named(name, **more) -> Misconception:
    return Misconception(name=name, of="f", hint="h", code=negated, **more)


def test_they_lie_in_the_module_beside_the_oracle():
    known = known_for(oracle.corr2d, "corr2d")
    assert known
    assert {mistake.of for mistake in known} == {"corr2d"}
    assert known_for(oracle.corr2d, "no_such_function") == ()


def test_an_oracle_of_a_test_or_of_a_package_without_any_knows_none():
    assert known_for(negated, "f") == ()
    assert known_for(np.linalg.norm, "f") == ()
    assert known_for(lambda: 0, "f") == ()


def test_the_result_is_the_codes_unless_it_is_given():
    assert named("a").function is negated
    assert named("b", result=abs).function is abs
    assert named("c", result=None).function is None


def test_those_without_a_result_or_with_another_sign_are_not_run():
    known = (named("a"), named("b", result=None), named("c", sign="device"))
    x = np.array([1.0])
    found = recognise(-x, Agreement(known, x, EXACT, (x,), {}))
    assert [suspect.name for suspect in found] == ["a"]
    assert [suspect.name for suspect in signed_by(known, "device")] == ["c"]
    assert signed_by(known, "framework") == ()


def test_a_result_that_cant_be_compared_is_no_match():
    strange = Misconception(name="s", of="f", hint="h", code=lambda x: object())
    x = np.array([1.0])
    assert recognise(-x, Agreement((strange,), x, EXACT, (x,), {})) == ()


def test_one_that_loses_precision_is_found_at_the_precision_that_is_left():
    coarse = Misconception("c", "f", "h", code=lambda x: np.float32(1) / np.float32(x))
    fine = Misconception("d", "f", "h", code=lambda x: 1 / x)
    x, tolerance = np.array([3.0]), Tolerance(rtol=1e-9, atol=1e-12)
    nearly = np.nextafter(coarse.code(x), np.float32(1))
    right = Agreement((coarse, fine), 1 / x, tolerance, (x,), {})
    found = recognise(nearly, right)
    assert [suspect.name for suspect in found] == ["c"]
    other = coarse.code(x) * np.float32(1.001)
    assert recognise(other, replace(right, known=(coarse,))) == ()


def test_plain_takes_the_arrays_out_of_tensors_however_nested():
    x = np.array([1.0])
    got = plain({"a": [torch_tensor(x), (2, torch_tensor(x))], "b": "text"})
    assert got == {"a": [x, (2, x)], "b": "text"}


def test_plain_keeps_a_named_tuple():
    pair = namedtuple("pair", "left right")
    got = plain(pair(torch_tensor(np.ones(2)), [3]))
    assert got.left.tolist() == [1.0, 1.0]
    assert got.right == [3]
