"""A device's own rounding error widens tolerances, within bounds."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest

from autograder.arrays import torch_tensor
from autograder.checks import roughness as module
from autograder.checks.roughness import roughened, roughness
from autograder.comparison import Tolerance

TOLERANCE = Tolerance(rtol=1e-5, atol=1e-7, peak=2e-5)


@pytest.fixture(autouse=True)
def anew():
    roughness.cache_clear()
    yield
    roughness.cache_clear()


def measures(monkeypatch, answer: float | Exception) -> None:
    def measured(_device: str) -> float:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(module, "_measured", measured)


class TestRoughened:
    def test_inputs_on_the_cpu_widen_nothing(self, monkeypatch):
        measures(monkeypatch, AssertionError("nothing is measured"))
        x = torch_tensor(np.ones(2))
        assert roughened(TOLERANCE, ([x], {"w": 2.0})) is TOLERANCE

    def test_inputs_on_another_device_widen_by_what_it_rounds_more(self, monkeypatch):
        measures(monkeypatch, 2.0)
        x = torch_tensor(np.ones(2), device="cuda")
        assert roughened(TOLERANCE, ([1.0], {"w": [x]})) == Tolerance(
            rtol=2e-5, atol=2e-7, peak=4e-5
        )


class TestRoughness:
    def test_one_that_rounds_less_counts_as_numpy(self, monkeypatch):
        measures(monkeypatch, 0.3)
        assert roughness("cuda") == 1.0

    def test_one_that_rounds_far_more_is_bounded_and_told(self, monkeypatch, caplog):
        measures(monkeypatch, 5000.0)
        assert roughness("cuda") == 8.0
        assert caplog.messages == [
            "cuda rounds 5e+03 times as much as numpy; only 8 are allowed for. Is "
            "TensorFloat-32 on?"
        ]

    @pytest.mark.parametrize(
        ("error", "why"),
        [
            (
                subprocess.CalledProcessError(1, "python", stderr="x\nno CUDA here"),
                "no CUDA here",
            ),
            (ValueError("no number"), "no number"),
        ],
        ids=["fails", "prints something else"],
    )
    def test_one_that_cant_be_measured_counts_as_numpy(
        self, monkeypatch, caplog, error, why
    ):
        measures(monkeypatch, error)
        assert roughness("cuda") == 1.0
        assert caplog.messages == [f"how much cuda rounds can't be measured: {why}"]

    def test_it_is_measured_once(self, monkeypatch):
        measures(monkeypatch, 2.0)
        assert roughness("cuda") == 2.0
        measures(monkeypatch, AssertionError("a second time"))
        assert roughness("cuda") == 2.0


@pytest.mark.slow
def test_the_measure_itself_runs_where_pytorch_does():
    pytest.importorskip("torch")
    assert 0.05 < module._measured("cpu") < 8
