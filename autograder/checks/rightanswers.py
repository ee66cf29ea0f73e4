"""Right answers, of which known mistakes are edits.

Owns: `RightAnswer(...).but(...)`, by which a course writes a known mistake down as the
slip in a right answer. May not: decide what is right; the checks are put to it, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autograder.checks.edits import Original, Replacement
from autograder.checks.misconceptions import SAME, Misconception, Sign

__all__ = ["RightAnswer"]


class RightAnswer(Original):
    """A right answer to an exercise.

    Args:
        function: A function or class of an importable module, such as a variant's or
            the oracle's.
        of: Name of the student's function, where that is another.

    Example:
        ::

            by_loops = RightAnswer(plain_loops.corr2d)

            MISCONCEPTIONS = (
                by_loops.but(
                    "flipped_kernel",
                    {"window * k": "window * k[::-1, ::-1]"},
                    "The kernel was turned around: ...",
                ),
            )
    """

    def __init__(self, function: Callable[..., Any], *, of: str = "") -> None:
        super().__init__(function)
        self.of = of or self.name

    def but(
        self,
        name: str,
        pieces: Mapping[str, Replacement],
        hint: str,
        *,
        result: Callable[..., Any] | object | None = SAME,
        sign: Sign = "value",
    ) -> Misconception:
        """A known mistake: this answer with some of its pieces replaced.

        Args:
            name: In snake_case, unique within the assignment.
            pieces: Pieces of the code and what stands there instead, as `edited` takes
                them.
            hint: For the student: what was computed and where to look, not the fixed
                line.
            result: A numpy function with the same result, where the code needs a
                framework, such as `RightAnswer(oracle.conv2d).edited(...)`; None where
                no result of numpy's can equal it.
            sign: How it shows.

        Raises:
            AssignmentError: The pieces are not those of this answer.
        """
        code = self.edited(pieces, label=name)
        return Misconception(name, self.of, hint, code, result, sign)
