"""Wrong answers to descent by noisy gradients: `sgd`."""

from collections.abc import Callable

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]

Function = Callable[[np.ndarray], np.ndarray]
Schedule = Callable[[float], float]


def _sgd_noise_moves_x(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    trajectory = [x]
    for t in range(len(noise)):
        x = x - schedule(t) * gradient(x) + noise[t]
        trajectory.append(x)
    return np.array(trajectory)


def _sgd_noise_before_the_slope(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    trajectory = [x]
    for t in range(len(noise)):
        x = x - schedule(t) * gradient(x + noise[t])
        trajectory.append(x)
    return np.array(trajectory)


def _sgd_noise_subtracted(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    trajectory = [x]
    for t in range(len(noise)):
        x = x - schedule(t) * (gradient(x) - noise[t])
        trajectory.append(x)
    return np.array(trajectory)


def _sgd_noise_left_out(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    trajectory = [x]
    for t in range(len(noise)):
        x = x - schedule(t) * gradient(x)
        trajectory.append(x)
    return np.array(trajectory)


def _sgd_same_noise_again(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    trajectory = [x]
    for t in range(len(noise)):
        x = x - schedule(t) * (gradient(x) + noise[0])
        trajectory.append(x)
    return np.array(trajectory)


def _sgd_steady_rate(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    eta = schedule(0)
    trajectory = [x]
    for t in range(len(noise)):
        x = x - eta * (gradient(x) + noise[t])
        trajectory.append(x)
    return np.array(trajectory)


def _sgd_rate_left_out(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    trajectory = [x]
    for t in range(len(noise)):
        x = x - (gradient(x) + noise[t])
        trajectory.append(x)
    return np.array(trajectory)


def _sgd_rate_of_the_next_step(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    trajectory = [x]
    for t in range(len(noise)):
        x = x - schedule(t + 1) * (gradient(x) + noise[t])
        trajectory.append(x)
    return np.array(trajectory)


def _sgd_rate_of_the_gradient_only(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    trajectory = [x]
    for t in range(len(noise)):
        x = x - schedule(t) * gradient(x) - noise[t]
        trajectory.append(x)
    return np.array(trajectory)


def _sgd_slope_of_the_start(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    slope = gradient(x)
    trajectory = [x]
    for t in range(len(noise)):
        x = x - schedule(t) * (slope + noise[t])
        trajectory.append(x)
    return np.array(trajectory)


def _sgd_ascends(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    trajectory = [x]
    for t in range(len(noise)):
        x = x + schedule(t) * (gradient(x) + noise[t])
        trajectory.append(x)
    return np.array(trajectory)


def _sgd_start_left_out(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    x = np.asarray(x0).astype(np.result_type(np.asarray(x0), np.float32))
    if noise.shape[1:] != x.shape:
        raise ValueError("noise doesn't fit x0")
    trajectory = np.empty((len(noise), len(x)), x.dtype)
    for t in range(len(noise)):
        x = x - schedule(t) * (gradient(x) + noise[t])
        trajectory[t] = x
    return trajectory


def _sgd_truncates(
    gradient: "Function", x0: np.ndarray, schedule: "Schedule", noise: np.ndarray
) -> np.ndarray:
    if noise.shape[1:] != x0.shape:
        raise ValueError("noise doesn't fit x0")
    trajectory = np.zeros((len(noise) + 1, len(x0)), x0.dtype)
    trajectory[0] = x0
    for t in range(len(noise)):
        x = trajectory[t]
        trajectory[t + 1] = x - schedule(t) * (gradient(x) + noise[t])
    return trajectory


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="sgd_noise_moves_x",
        of="sgd",
        hint=(
            "The noise was added to the point, at full strength. It belongs to the "
            "gradient: the learning rate scales it, too."
        ),
        code=_sgd_noise_moves_x,
    ),
    Misconception(
        name="sgd_noise_before_the_slope",
        of="sgd",
        hint=(
            "The gradient was taken at a point that the noise had moved. The "
            "gradient at x itself is what the noise is added to."
        ),
        code=_sgd_noise_before_the_slope,
    ),
    Misconception(
        name="sgd_noise_subtracted",
        of="sgd",
        hint=(
            "The noise was subtracted from the gradient. The parentheses of the "
            "formula hold a sum."
        ),
        code=_sgd_noise_subtracted,
    ),
    Misconception(
        name="sgd_noise_left_out",
        of="sgd",
        hint=("The noise plays no part in this result."),
        code=_sgd_noise_left_out,
    ),
    Misconception(
        name="sgd_same_noise_again",
        of="sgd",
        hint=(
            "Every step used the first row of the noise. Each step has a row of its "
            "own."
        ),
        code=_sgd_same_noise_again,
    ),
    Misconception(
        name="sgd_steady_rate",
        of="sgd",
        hint=("The schedule was asked only once, at t = 0. Ask it again at each step."),
        code=_sgd_steady_rate,
    ),
    Misconception(
        name="sgd_rate_left_out",
        of="sgd",
        hint=(
            "The learning rate plays no part in this result. What does the schedule "
            "give you?"
        ),
        code=_sgd_rate_left_out,
    ),
    Misconception(
        name="sgd_rate_of_the_next_step",
        of="sgd",
        hint=(
            "The schedule is one step ahead: the first step asks it for t = 1. "
            "Steps are counted from 0."
        ),
        code=_sgd_rate_of_the_next_step,
    ),
    Misconception(
        name="sgd_rate_of_the_gradient_only",
        of="sgd",
        hint=(
            "The noise was subtracted from the point at full strength. In the "
            "formula the learning rate multiplies a sum: look at the parentheses."
        ),
        code=_sgd_rate_of_the_gradient_only,
    ),
    Misconception(
        name="sgd_slope_of_the_start",
        of="sgd",
        hint=(
            "Every step uses the gradient at the start. The slope changes on the "
            "way: at which point should you ask for it?"
        ),
        code=_sgd_slope_of_the_start,
    ),
    Misconception(
        name="sgd_ascends",
        of="sgd",
        hint=(
            "This walk goes uphill. The gradient points to where the function "
            "grows; which sign leads down?"
        ),
        code=_sgd_ascends,
    ),
    Misconception(
        name="sgd_start_left_out",
        of="sgd",
        hint=(
            "The points are right, but the start is not among them. A trajectory "
            "begins where the walk begins."
        ),
        code=_sgd_start_left_out,
    ),
    Misconception(
        name="sgd_truncates",
        of="sgd",
        hint=(
            "The start holds whole numbers, and so does your whole trajectory: each "
            "step was cut to an integer. Which dtype did you give the array?"
        ),
        code=_sgd_truncates,
    ),
)
