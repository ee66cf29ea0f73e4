"""Wrong answers to steps divided by gradients' sizes: Adagrad and RMSprop."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _adagrad_no_square(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    s = state + np.abs(g)
    return x - eta * g / (np.sqrt(s) + eps), s


def _adagrad_eps_under_root(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    s = state + g**2
    return x - eta * g / np.sqrt(s + eps), s


def _adagrad_root_forgotten(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    s = state + g**2
    return x - eta * g / (s + eps), s


def _adagrad_old_state(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    s = state + g**2
    return x - eta * g / (np.sqrt(state) + eps), s


def _adagrad_forgets(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    s = g**2
    return x - eta * g / (np.sqrt(s) + eps), s


def _adagrad_average(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    s = 0.9 * state + 0.1 * g**2
    return x - eta * g / (np.sqrt(s) + eps), s


def _adagrad_ascends(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    s = state + g**2
    return x + eta * g / (np.sqrt(s) + eps), s


def _adagrad_one_rate_for_all(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    s = state + g**2
    return x - eta * g / (np.sqrt(s.sum()) + eps), s


def _adagrad_keeps_old_state(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    s = state + g**2
    return x - eta * g / (np.sqrt(s) + eps), state


def _adagrad_rate_forgotten(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    s = state + g**2
    return x - g / (np.sqrt(s) + eps), s


def _rmsprop_no_square(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = rho * state + (1 - rho) * g
    return x - eta * g / (np.sqrt(np.abs(s)) + eps), s


def _rmsprop_absolute(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = rho * state + (1 - rho) * np.abs(g)
    return x - eta * g / (np.sqrt(s) + eps), s


def _rmsprop_eps_under_root(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = rho * state + (1 - rho) * g**2
    return x - eta * g / np.sqrt(s + eps), s


def _rmsprop_root_forgotten(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = rho * state + (1 - rho) * g**2
    return x - eta * g / (s + eps), s


def _rmsprop_old_state(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = rho * state + (1 - rho) * g**2
    return x - eta * g / (np.sqrt(state) + eps), s


def _rmsprop_weights_swapped(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = (1 - rho) * state + rho * g**2
    return x - eta * g / (np.sqrt(s) + eps), s


def _rmsprop_sum(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = state + g**2
    return x - eta * g / (np.sqrt(s) + eps), s


def _rmsprop_whole_square(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = rho * state + g**2
    return x - eta * g / (np.sqrt(s) + eps), s


def _rmsprop_ascends(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = rho * state + (1 - rho) * g**2
    return x + eta * g / (np.sqrt(s) + eps), s


def _rmsprop_rate_forgotten(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = rho * state + (1 - rho) * g**2
    return x - g / (np.sqrt(s) + eps), s


def _rmsprop_keeps_old_state(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = rho * state + (1 - rho) * g**2
    return x - eta * g / (np.sqrt(s) + eps), state


def _rmsprop_gradient_forgotten(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = rho * state + (1 - rho) * g**2
    return x - eta / (np.sqrt(s) + eps), s


def _rmsprop_eps_multiplied(
    x: np.ndarray,
    state: np.ndarray,
    g: np.ndarray,
    eta: float,
    rho: float = 0.9,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray]:
    s = rho * state + (1 - rho) * g**2
    return x - eta * g / (np.sqrt(s) * eps), s


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="adagrad_no_square",
        of="adagrad_step",
        hint=("The state adds up absolute values. Asked for are squares."),
        code=_adagrad_no_square,
    ),
    Misconception(
        name="adagrad_eps_under_root",
        of="adagrad_step",
        hint=(
            "eps was added under the root. Here it stands outside. With a small s "
            "the two differ a lot."
        ),
        code=_adagrad_eps_under_root,
    ),
    Misconception(
        name="adagrad_root_forgotten",
        of="adagrad_step",
        hint=(
            "The gradient was divided by the sum of squares itself. Its root is "
            "missing."
        ),
        code=_adagrad_root_forgotten,
    ),
    Misconception(
        name="adagrad_old_state",
        of="adagrad_step",
        hint=(
            "The step was divided by the root of the old sum. First the sum "
            "changes, then x moves."
        ),
        code=_adagrad_old_state,
    ),
    Misconception(
        name="adagrad_forgets",
        of="adagrad_step",
        hint=(
            "The state holds the last square only. Adagrad adds up all of them: "
            "what became of the old sum?"
        ),
        code=_adagrad_forgets,
    ),
    Misconception(
        name="adagrad_average",
        of="adagrad_step",
        hint=(
            "This state is a moving average, as in RMSprop. Adagrad's is a plain sum."
        ),
        code=_adagrad_average,
    ),
    Misconception(
        name="adagrad_ascends",
        of="adagrad_step",
        hint=("The state is right, but the step goes uphill. Look at the sign."),
        code=_adagrad_ascends,
    ),
    Misconception(
        name="adagrad_one_rate_for_all",
        of="adagrad_step",
        hint=(
            "All coordinates were divided by one number, the root of the total. "
            "Each has a sum of its own."
        ),
        code=_adagrad_one_rate_for_all,
    ),
    Misconception(
        name="adagrad_keeps_old_state",
        of="adagrad_step",
        hint=(
            "The new x is right, but the state comes back as it was. The next step "
            "needs the new sum."
        ),
        code=_adagrad_keeps_old_state,
    ),
    Misconception(
        name="adagrad_rate_forgotten",
        of="adagrad_step",
        hint=("The learning rate plays no part in this step."),
        code=_adagrad_rate_forgotten,
    ),
    Misconception(
        name="rmsprop_no_square",
        of="rmsprop_step",
        hint=(
            "The state averages the gradients, not their squares. Gradients of both "
            "signs would cancel in it."
        ),
        code=_rmsprop_no_square,
    ),
    Misconception(
        name="rmsprop_absolute",
        of="rmsprop_step",
        hint=("The state averages absolute values. Asked for are squares."),
        code=_rmsprop_absolute,
    ),
    Misconception(
        name="rmsprop_eps_under_root",
        of="rmsprop_step",
        hint=(
            "eps was added under the root. Here it stands outside. With a small s "
            "the two differ a lot."
        ),
        code=_rmsprop_eps_under_root,
    ),
    Misconception(
        name="rmsprop_root_forgotten",
        of="rmsprop_step",
        hint=(
            "The gradient was divided by the average of squares itself. Its root is "
            "missing."
        ),
        code=_rmsprop_root_forgotten,
    ),
    Misconception(
        name="rmsprop_old_state",
        of="rmsprop_step",
        hint=(
            "The step was divided by the root of the old average. First the average "
            "changes, then x moves."
        ),
        code=_rmsprop_old_state,
    ),
    Misconception(
        name="rmsprop_weights_swapped",
        of="rmsprop_step",
        hint=(
            "rho and 1 - rho are exchanged: the average forgets nearly all of its "
            "past. rho is what stays of the old one."
        ),
        code=_rmsprop_weights_swapped,
    ),
    Misconception(
        name="rmsprop_sum",
        of="rmsprop_step",
        hint=(
            "This state is the sum of all squares, as in Adagrad. RMSprop keeps a "
            "moving average."
        ),
        code=_rmsprop_sum,
    ),
    Misconception(
        name="rmsprop_whole_square",
        of="rmsprop_step",
        hint=(
            "The factor 1 - rho is missing before the new square: without it this "
            "is no average, it grows too large."
        ),
        code=_rmsprop_whole_square,
    ),
    Misconception(
        name="rmsprop_ascends",
        of="rmsprop_step",
        hint=("The state is right, but the step goes uphill. Look at the sign."),
        code=_rmsprop_ascends,
    ),
    Misconception(
        name="rmsprop_rate_forgotten",
        of="rmsprop_step",
        hint=("The learning rate plays no part in this step."),
        code=_rmsprop_rate_forgotten,
    ),
    Misconception(
        name="rmsprop_keeps_old_state",
        of="rmsprop_step",
        hint=(
            "The new x is right, but the state comes back as it was. The next step "
            "needs the new average."
        ),
        code=_rmsprop_keeps_old_state,
    ),
    Misconception(
        name="rmsprop_gradient_forgotten",
        of="rmsprop_step",
        hint=(
            "x moves by eta divided by the root; the gradient itself is missing "
            "from the step, and with it the direction."
        ),
        code=_rmsprop_gradient_forgotten,
    ),
    Misconception(
        name="rmsprop_eps_multiplied",
        of="rmsprop_step",
        hint=(
            "The root was multiplied by eps, which makes the step enormous. eps is "
            "added, so that nothing is divided by zero."
        ),
        code=_rmsprop_eps_multiplied,
    ),
)
