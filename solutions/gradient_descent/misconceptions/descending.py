"""Wrong answers to plain gradient descent: `descend`."""

from collections.abc import Callable

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]

Function = Callable[[np.ndarray], np.ndarray]


def _descend_ascends(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    trajectory = [x]
    for _ in range(steps):
        x = x + eta * gradient(x)
        trajectory.append(x)
    return np.array(trajectory)


def _descend_start_left_out(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    trajectory = np.empty((steps, *x.shape), x.dtype)
    for t in range(steps):
        x = x - eta * gradient(x)
        trajectory[t] = x
    return trajectory


def _descend_one_step_too_many(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    trajectory = [x]
    for _ in range(steps + 1):
        x = x - eta * gradient(x)
        trajectory.append(x)
    return np.array(trajectory)


def _descend_one_step_short(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    trajectory = [x]
    for _ in range(1, steps):
        x = x - eta * gradient(x)
        trajectory.append(x)
    return np.array(trajectory)


def _descend_slope_of_the_start(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    slope = gradient(x)
    trajectory = [x]
    for _ in range(steps):
        x = x - eta * slope
        trajectory.append(x)
    return np.array(trajectory)


def _descend_rows_alias(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    x = np.array(x0, dtype=np.result_type(np.asarray(x0), np.float32))
    trajectory = [x]
    for _ in range(steps):
        x -= eta * gradient(x)
        trajectory.append(x)
    return np.array(trajectory)


def _descend_truncates(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    start = np.asarray(x0)
    trajectory = np.zeros((steps + 1, *start.shape), start.dtype)
    trajectory[0] = start
    for t in range(steps):
        trajectory[t + 1] = trajectory[t] - eta * gradient(trajectory[t])
    return trajectory


def _descend_changes_start(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    x = np.asarray(x0)
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    trajectory = [x.copy()]
    for _ in range(steps):
        x -= eta * gradient(x)
        trajectory.append(x.copy())
    return np.array(trajectory)


def _descend_only_the_end(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    for _ in range(steps):
        x = x - eta * gradient(x)
    return np.asarray(x)


def _descend_rate_forgotten(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    trajectory = [x]
    for _ in range(steps):
        x = x - gradient(x)
        trajectory.append(x)
    return np.array(trajectory)


def _descend_forgets_the_point(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    trajectory = [x]
    for _ in range(steps):
        x = -eta * gradient(x)
        trajectory.append(x)
    return np.array(trajectory)


def _descend_rounds(
    gradient: "Function", x0: np.ndarray, eta: float, steps: int
) -> np.ndarray:
    if eta <= 0 or steps < 0:
        raise ValueError("bad eta or steps")
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    trajectory = [x]
    for _ in range(steps):
        x = x - eta * gradient(x)
        trajectory.append(x)
    return np.round(np.array(trajectory), 4)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="descend_ascends",
        of="descend",
        hint=(
            "This walk goes uphill. The gradient points to where the function grows; "
            "which sign leads down?"
        ),
        code=_descend_ascends,
    ),
    Misconception(
        name="descend_start_left_out",
        of="descend",
        hint=(
            "The points are right, but the start is not among them. A trajectory "
            "begins where the walk begins, so it has one row more than steps."
        ),
        code=_descend_start_left_out,
    ),
    Misconception(
        name="descend_one_step_too_many",
        of="descend",
        hint=(
            "This walk takes one step more than it should. With the start, how many "
            "rows do so many steps give?"
        ),
        code=_descend_one_step_too_many,
    ),
    Misconception(
        name="descend_one_step_short",
        of="descend",
        hint=(
            "The point after the last step is missing. Is that step taken, and is the "
            "point kept?"
        ),
        code=_descend_one_step_short,
    ),
    Misconception(
        name="descend_slope_of_the_start",
        of="descend",
        hint=(
            "Every step uses the gradient at the start. The slope changes on the way: "
            "at which point should you ask for it?"
        ),
        code=_descend_slope_of_the_start,
    ),
    Misconception(
        name="descend_rows_alias",
        of="descend",
        hint=(
            "All rows are the last point. You append the same array again and again "
            "and go on changing it: -= works in place. What does a list hold, numbers "
            "or a reference?"
        ),
        code=_descend_rows_alias,
    ),
    Misconception(
        name="descend_truncates",
        of="descend",
        hint=(
            "The start holds whole numbers, and so does your whole trajectory: each "
            "step was cut to an integer. Which dtype did you give the array?"
        ),
        code=_descend_truncates,
    ),
    Misconception(
        name="descend_changes_start",
        of="descend",
        hint=(
            "The trajectory is right, but the caller's x0 has moved along with it: an "
            "operation in place, such as -=, changes the array that you were given."
        ),
        code=_descend_changes_start,
        sign="changes_input",
    ),
    Misconception(
        name="descend_only_the_end",
        of="descend",
        hint=(
            "This is the last point only. Asked for are all points on the way, the "
            "start first."
        ),
        code=_descend_only_the_end,
    ),
    Misconception(
        name="descend_rate_forgotten",
        of="descend",
        hint="The learning rate plays no part in this result.",
        code=_descend_rate_forgotten,
    ),
    Misconception(
        name="descend_forgets_the_point",
        of="descend",
        hint=(
            "Each new point is the step alone. A step is taken from somewhere: what "
            "became of the point that you stood on?"
        ),
        code=_descend_forgets_the_point,
    ),
    Misconception(
        name="descend_rounds",
        of="descend",
        hint=(
            "The numbers are rounded to a few decimals. Round when you print, not in "
            "what you return."
        ),
        code=_descend_rounds,
    ),
)
