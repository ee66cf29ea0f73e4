"""Wrong answers to the number of weights: `count_parameters`."""

from autograder.checks import RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

counted = RightAnswer(oracle.count_parameters)

MISCONCEPTIONS = (
    counted.but(
        "count_without_biases",
        {"(inputs + 1) * outputs": "inputs * outputs"},
        "Only weights were counted. Each layer but the input also learns a bias for "
        "each of its numbers.",
    ),
    counted.but(
        "count_input_biases",
        {"return sum": "return sizes[0] + sum"},
        "The input layer got biases, too. It learns nothing: it only holds what comes "
        "in.",
    ),
    counted.but(
        "count_one_bias_a_layer",
        {"(inputs + 1) * outputs": "inputs * outputs + 1"},
        "Each layer got a single bias. Every number of a layer has its own.",
    ),
    counted.but(
        "count_biases_of_inputs",
        {"(inputs + 1) * outputs": "inputs * (outputs + 1)"},
        "Each layer got as many biases as it has inputs. Biases are added to its "
        "outputs.",
    ),
    counted.but(
        "count_output_without_biases",
        {"pairwise(sizes))": "pairwise(sizes)) - sizes[-1]"},
        "The output layer has no biases in this count. It has as many as it has "
        "outputs.",
    ),
)
