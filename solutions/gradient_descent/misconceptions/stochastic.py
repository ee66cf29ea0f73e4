"""Wrong answers to descent by noisy gradients: `sgd`."""

from autograder.checks import Misconception, RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

allocating = RightAnswer(oracle.sgd)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    allocating.but(
        "sgd_noise_moves_x",
        {"(gradient(x) + row)": "gradient(x) + row"},
        "The noise was added to the point, at full strength. It belongs to the "
        "gradient: the learning rate scales it, too.",
    ),
    allocating.but(
        "sgd_noise_before_the_slope",
        {"(gradient(x) + row)": "gradient(x + row)"},
        "The gradient was taken at a point that the noise had moved. The gradient at "
        "x itself is what the noise is added to.",
    ),
    allocating.but(
        "sgd_noise_subtracted",
        {"+ row": "- row"},
        "The noise was subtracted from the gradient. The parentheses of the formula "
        "hold a sum.",
    ),
    allocating.but(
        "sgd_noise_left_out",
        {"(gradient(x) + row)": "gradient(x)"},
        "The noise plays no part in this result.",
    ),
    allocating.but(
        "sgd_same_noise_again",
        {"+ row": "+ noise[0]"},
        "Every step used the first row of the noise. Each step has a row of its own.",
    ),
    allocating.but(
        "sgd_steady_rate",
        {"schedule(t)": "schedule(0)"},
        "The schedule was asked only once, at t = 0. Ask it again at each step.",
    ),
    allocating.but(
        "sgd_rate_left_out",
        {"schedule(t) * ": ""},
        "The learning rate plays no part in this result. What does the schedule give "
        "you?",
    ),
    allocating.but(
        "sgd_rate_of_the_next_step",
        {"schedule(t)": "schedule(t + 1)"},
        "The schedule is one step ahead: the first step asks it for t = 1. Steps are "
        "counted from 0.",
    ),
    allocating.but(
        "sgd_rate_of_the_gradient_only",
        {"(gradient(x) + row)": "gradient(x) - row"},
        "The noise was subtracted from the point at full strength. In the formula the "
        "learning rate multiplies a sum: look at the parentheses.",
    ),
    allocating.but(
        "sgd_slope_of_the_start",
        {"gradient(x)": "gradient(trajectory[0])"},
        "Every step uses the gradient at the start. The slope changes on the way: at "
        "which point should you ask for it?",
    ),
    allocating.but(
        "sgd_ascends",
        {"x - schedule": "x + schedule"},
        "This walk goes uphill. The gradient points to where the function grows; "
        "which sign leads down?",
    ),
    allocating.but(
        "sgd_start_left_out",
        {"return trajectory": "return trajectory[1:]"},
        "The points are right, but the start is not among them. A trajectory begins "
        "where the walk begins.",
    ),
    allocating.but(
        "sgd_truncates",
        {"len(noise))": "len(noise)).astype(start.dtype)"},
        "The start holds whole numbers, and so does your whole trajectory: each step "
        "was cut to an integer. Which dtype did you give the array?",
    ),
)
