"""Wrong answers to the number of weights: `count_parameters`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _count_without_biases(sizes: list[int]) -> int:
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError("no layers")

    return int(np.dot(sizes[:-1], sizes[1:]))


def _count_input_biases(sizes: list[int]) -> int:
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError("no layers")

    return int(np.dot(sizes[:-1], sizes[1:]) + np.sum(sizes))


def _count_one_bias_a_layer(sizes: list[int]) -> int:
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError("no layers")

    return int(np.dot(sizes[:-1], sizes[1:]) + len(sizes) - 1)


def _count_biases_of_inputs(sizes: list[int]) -> int:
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError("no layers")

    return int(np.dot(sizes[:-1], sizes[1:]) + np.sum(sizes[:-1]))


def _count_output_without_biases(sizes: list[int]) -> int:
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError("no layers")

    return int(np.dot(sizes[:-1], sizes[1:]) + np.sum(sizes[1:-1]))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="count_without_biases",
        of="count_parameters",
        hint=(
            "Only weights were counted. Each layer but the input also learns a bias "
            "for each of its numbers."
        ),
        code=_count_without_biases,
    ),
    Misconception(
        name="count_input_biases",
        of="count_parameters",
        hint=(
            "The input layer got biases, too. It learns nothing: it only holds what "
            "comes in."
        ),
        code=_count_input_biases,
    ),
    Misconception(
        name="count_one_bias_a_layer",
        of="count_parameters",
        hint=("Each layer got a single bias. Every number of a layer has its own."),
        code=_count_one_bias_a_layer,
    ),
    Misconception(
        name="count_biases_of_inputs",
        of="count_parameters",
        hint=(
            "Each layer got as many biases as it has inputs. Biases are added to its "
            "outputs."
        ),
        code=_count_biases_of_inputs,
    ),
    Misconception(
        name="count_output_without_biases",
        of="count_parameters",
        hint=(
            "The output layer has no biases in this count. It has as many as it has "
            "outputs."
        ),
        code=_count_output_without_biases,
    ),
)
