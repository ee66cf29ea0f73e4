"""Wrong answers to the gradient through time: `gradient_norms`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _norms_product_reversed(h: np.ndarray, U: np.ndarray) -> np.ndarray:
    jacobian = np.eye(len(U), dtype=h.dtype)
    norms = [np.linalg.norm(jacobian, 2)]
    for state in h[:0:-1]:
        jacobian = np.diag(1 - state**2) @ U.T @ jacobian
        norms.append(np.linalg.norm(jacobian, 2))
    return np.array(norms[::-1])


def _norms_tanh_twice(h: np.ndarray, U: np.ndarray) -> np.ndarray:
    jacobian = np.eye(len(U), dtype=h.dtype)
    norms = [np.linalg.norm(jacobian, 2)]
    for state in h[:0:-1]:
        jacobian = jacobian @ np.diag(1 - np.tanh(state) ** 2) @ U.T
        norms.append(np.linalg.norm(jacobian, 2))
    return np.array(norms[::-1])


def _norms_without_slope(h: np.ndarray, U: np.ndarray) -> np.ndarray:
    jacobian = np.eye(len(U), dtype=h.dtype)
    norms = [np.linalg.norm(jacobian, 2)]
    for _ in h[1:]:
        jacobian = jacobian @ U.T
        norms.append(np.linalg.norm(jacobian, 2))
    return np.array(norms[::-1])


def _norms_slope_inverted(h: np.ndarray, U: np.ndarray) -> np.ndarray:
    jacobian = np.eye(len(U), dtype=h.dtype)
    norms = [np.linalg.norm(jacobian, 2)]
    for state in h[:0:-1]:
        jacobian = jacobian @ np.diag(1 / (1 - state**2)) @ U.T
        norms.append(np.linalg.norm(jacobian, 2))
    return np.array(norms[::-1])


def _norms_weights_not_transposed(h: np.ndarray, U: np.ndarray) -> np.ndarray:
    jacobian = np.eye(len(U), dtype=h.dtype)
    norms = [np.linalg.norm(jacobian, 2)]
    for state in h[:0:-1]:
        jacobian = jacobian @ np.diag(1 - state**2) @ U
        norms.append(np.linalg.norm(jacobian, 2))
    return np.array(norms[::-1])


def _norms_slope_of_state_before(h: np.ndarray, U: np.ndarray) -> np.ndarray:
    jacobian = np.eye(len(U), dtype=h.dtype)
    norms = [np.linalg.norm(jacobian, 2)]
    for state in h[-2::-1]:
        jacobian = jacobian @ np.diag(1 - state**2) @ U.T
        norms.append(np.linalg.norm(jacobian, 2))
    return np.array(norms[::-1])


def _norms_forwards(h: np.ndarray, U: np.ndarray) -> np.ndarray:
    jacobian = np.eye(len(U), dtype=h.dtype)
    norms = [np.linalg.norm(jacobian, 2)]
    for state in h[1:]:
        jacobian = np.diag(1 - state**2) @ U.T @ jacobian
        norms.append(np.linalg.norm(jacobian, 2))
    return np.array(norms)


def _norms_in_reverse(h: np.ndarray, U: np.ndarray) -> np.ndarray:
    jacobian = np.eye(len(U), dtype=h.dtype)
    norms = [np.linalg.norm(jacobian, 2)]
    for state in h[:0:-1]:
        jacobian = jacobian @ np.diag(1 - state**2) @ U.T
        norms.append(np.linalg.norm(jacobian, 2))
    return np.array(norms)


def _norms_frobenius(h: np.ndarray, U: np.ndarray) -> np.ndarray:
    jacobian = np.eye(len(U), dtype=h.dtype)
    norms = [np.linalg.norm(jacobian)]
    for state in h[:0:-1]:
        jacobian = jacobian @ np.diag(1 - state**2) @ U.T
        norms.append(np.linalg.norm(jacobian))
    return np.array(norms[::-1])


def _norms_product_of_norms(h: np.ndarray, U: np.ndarray) -> np.ndarray:
    norms = [np.ones((), h.dtype)]
    for state in h[:0:-1]:
        factor = np.diag(1 - state**2) @ U.T
        norms.append(norms[-1] * np.linalg.norm(factor, 2))
    return np.array(norms[::-1])


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="norms_product_reversed",
        of="gradient_norms",
        hint=(
            "The factors were multiplied in the reverse order. Matrices don't "
            "commute: the factor of the last step stands on the left."
        ),
        code=_norms_product_reversed,
    ),
    Misconception(
        name="norms_tanh_twice",
        of="gradient_norms",
        hint=(
            "The slope was taken as 1 - tanh(h)**2. A state is the tanh of "
            "something already, so the slope there is had from the state itself."
        ),
        code=_norms_tanh_twice,
    ),
    Misconception(
        name="norms_without_slope",
        of="gradient_norms",
        hint=("The slope of tanh is missing: these are the norms of powers of U."),
        code=_norms_without_slope,
    ),
    Misconception(
        name="norms_slope_inverted",
        of="gradient_norms",
        hint=(
            "The slope was divided by. 1 / (1 - h**2) is the derivative of the "
            "inverse function."
        ),
        code=_norms_slope_inverted,
    ),
    Misconception(
        name="norms_weights_not_transposed",
        of="gradient_norms",
        hint=(
            "U stands in the product as it is. Ask which unit of the old state "
            "the entry U[i, j] comes from, and which it goes to."
        ),
        code=_norms_weights_not_transposed,
    ),
    Misconception(
        name="norms_slope_of_state_before",
        of="gradient_norms",
        hint=(
            "Each factor has the slope at the state before its step. The tanh of "
            "a step is evaluated at what the step results in."
        ),
        code=_norms_slope_of_state_before,
    ),
    Misconception(
        name="norms_forwards",
        of="gradient_norms",
        hint=(
            "These are the norms of dh_t/dh_1, from the start on. Asked for is "
            "the last state by each one before."
        ),
        code=_norms_forwards,
    ),
    Misconception(
        name="norms_in_reverse",
        of="gradient_norms",
        hint=(
            "The norms are right but in reverse: the first one belongs to h_1, "
            "the last one is 1."
        ),
        code=_norms_in_reverse,
    ),
    Misconception(
        name="norms_frobenius",
        of="gradient_norms",
        hint=(
            "These are Frobenius norms, the root of the sum of all squares. Asked "
            "for is the spectral norm: tell np.linalg.norm which one."
        ),
        code=_norms_frobenius,
    ),
    Misconception(
        name="norms_product_of_norms",
        of="gradient_norms",
        hint=(
            "Norms of the factors were multiplied. The norm of a product is "
            "smaller than that, as a rule: multiply the matrices first."
        ),
        code=_norms_product_of_norms,
    ),
)
