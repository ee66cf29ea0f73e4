"""Wrong answers to plain gradient descent: `descend`."""

from autograder.checks import Misconception, RightAnswer

from .. import oracle
from ..variants import in_place, modules_and_layers, plain_loops

__all__ = ["MISCONCEPTIONS"]

allocating = RightAnswer(oracle.descend)
by_numbers = RightAnswer(plain_loops.descend)
growing = RightAnswer(modules_and_layers.descend)
moving = RightAnswer(in_place.descend)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    allocating.but(
        "descend_ascends",
        {"trajectory[t] - eta": "trajectory[t] + eta"},
        "This walk goes uphill. The gradient points to where the function grows; "
        "which sign leads down?",
    ),
    allocating.but(
        "descend_start_left_out",
        {"return trajectory": "return trajectory[1:]"},
        "The points are right, but the start is not among them. A trajectory begins "
        "where the walk begins, so it has one row more than steps.",
    ),
    growing.but(
        "descend_one_step_too_many",
        {"<= steps": "<= steps + 1"},
        "This walk takes one step more than it should. With the start, how many rows "
        "do so many steps give?",
    ),
    growing.but(
        "descend_one_step_short",
        {"<= steps": "< steps"},
        "The point after the last step is missing. Is that step taken, and is the "
        "point kept?",
    ),
    allocating.but(
        "descend_slope_of_the_start",
        {"gradient(trajectory[t])": "gradient(trajectory[0])"},
        "Every step uses the gradient at the start. The slope changes on the way: at "
        "which point should you ask for it?",
    ),
    growing.but(
        "descend_rows_alias",
        {
            "np.asarray(x0,": "np.array(x0,",
            "x = np.subtract(x, ": "x -= (",
        },
        "All rows are the last point. You append the same array again and again and "
        "go on changing it: -= works in place. What does a list hold, numbers or a "
        "reference?",
    ),
    by_numbers.but(
        "descend_truncates",
        {
            """
            if start.dtype != np.float32:
                start = start.astype(np.float64)
            """: "",
        },
        "The start holds whole numbers, and so does your whole trajectory: each step "
        "was cut to an integer. Which dtype did you give the array?",
    ),
    moving.but(
        "descend_changes_start",
        {"as_float(x0)": "np.asarray(x0, as_float(x0).dtype)"},
        "The trajectory is right, but the caller's x0 has moved along with it: an "
        "operation in place, such as -=, changes the array that you were given.",
        sign="changes_input",
    ),
    allocating.but(
        "descend_only_the_end",
        {"return trajectory": "return trajectory[-1]"},
        "This is the last point only. Asked for are all points on the way, the start "
        "first.",
    ),
    allocating.but(
        "descend_rate_forgotten",
        {"eta * gradient": "gradient"},
        "The learning rate plays no part in this result.",
    ),
    allocating.but(
        "descend_forgets_the_point",
        {"trajectory[t] - eta": "-eta"},
        "Each new point is the step alone. A step is taken from somewhere: what "
        "became of the point that you stood on?",
    ),
    allocating.but(
        "descend_rounds",
        {"return trajectory": "return np.round(trajectory, 4)"},
        "The numbers are rounded to a few decimals. Round when you print, not in what "
        "you return.",
    ),
)
