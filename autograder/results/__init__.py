"""The results store: what is known of a submission, and what it depends on."""

from autograder.results.prints import ExercisePrint, changed, exercise_prints
from autograder.results.recall import recalled_prints

__all__ = ["ExercisePrint", "changed", "exercise_prints", "recalled_prints"]
