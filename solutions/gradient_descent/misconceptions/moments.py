"""Wrong answers to one step of Adam: `adam_step`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]

AdamState = tuple[np.ndarray, np.ndarray, int]


def _adam_no_correction(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return x - eta * m / (np.sqrt(v) + eps), (m, v, t)


def _adam_correction_from_zero(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t + 1)


def _adam_correction_fixed(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1), v / (1 - beta2)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_correction_squared(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**2), v / (1 - beta2**2)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_correction_multiplied(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m * (1 - beta1**t), v * (1 - beta2**t)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_beta1_for_both(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta1**t)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_only_m_corrected(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    return x - eta * m_hat / (np.sqrt(v) + eps), (m, v, t)


def _adam_only_v_corrected(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_hat = v / (1 - beta2**t)
    return x - eta * m / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_stores_corrected(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m_hat, v_hat, t)


def _adam_eps_under_root(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - eta * m_hat / np.sqrt(v_hat + eps), (m, v, t)


def _adam_eps_before_correction(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    root = (np.sqrt(v) + eps) / np.sqrt(1 - beta2**t)
    return x - eta * m_hat / root, (m, v, t)


def _adam_root_forgotten(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - eta * m_hat / (v_hat + eps), (m, v, t)


def _adam_m_of_squares(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g**2
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_v_of_gradients(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g
    m_hat, v_hat = m / (1 - beta1**t), np.abs(v) / (1 - beta2**t)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_betas_swapped(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta2 * m + (1 - beta2) * g
    v = beta1 * v + (1 - beta1) * g**2
    m_hat, v_hat = m / (1 - beta2**t), v / (1 - beta1**t)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_weights_swapped(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = (1 - beta1) * m + beta1 * g
    v = (1 - beta2) * v + beta2 * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_uses_gradient(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_hat = v / (1 - beta2**t)
    return x - eta * g / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_ascends(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return x + eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_rate_forgotten(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


def _adam_count_stands_still(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (m, v, t - 1)


def _adam_state_swapped(
    x: np.ndarray,
    state: "AdamState",
    g: np.ndarray,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, "AdamState"]:
    m, v, t = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - eta * m_hat / (np.sqrt(v_hat) + eps), (v, m, t)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="adam_no_correction",
        of="adam_step",
        hint=(
            "The averages were used as they are. They began at zero and are too "
            "small at first: divide each by what its weights add up to."
        ),
        code=_adam_no_correction,
    ),
    Misconception(
        name="adam_correction_from_zero",
        of="adam_step",
        hint=(
            "The correction is one step late: at the first step it divides by 1 - "
            "beta^0 = 0. t counts this step, too."
        ),
        code=_adam_correction_from_zero,
    ),
    Misconception(
        name="adam_correction_fixed",
        of="adam_step",
        hint=(
            "The correction is the same at every step. Its power of beta is the "
            "number of steps."
        ),
        code=_adam_correction_fixed,
    ),
    Misconception(
        name="adam_correction_squared",
        of="adam_step",
        hint=(
            "Every step is corrected with beta squared. The power is the number of "
            "steps, t."
        ),
        code=_adam_correction_squared,
    ),
    Misconception(
        name="adam_correction_multiplied",
        of="adam_step",
        hint=(
            "The averages were multiplied by 1 - beta^t. They are too small "
            "already: divide."
        ),
        code=_adam_correction_multiplied,
    ),
    Misconception(
        name="adam_beta1_for_both",
        of="adam_step",
        hint=(
            "Both averages were corrected with beta1. The second one was made with "
            "beta2."
        ),
        code=_adam_beta1_for_both,
    ),
    Misconception(
        name="adam_only_m_corrected",
        of="adam_step",
        hint=(
            "The average of squares was used without its correction. Both averages "
            "need one."
        ),
        code=_adam_only_m_corrected,
    ),
    Misconception(
        name="adam_only_v_corrected",
        of="adam_step",
        hint=(
            "The average of gradients was used without its correction. Both "
            "averages need one."
        ),
        code=_adam_only_v_corrected,
    ),
    Misconception(
        name="adam_stores_corrected",
        of="adam_step",
        hint=(
            "The new x is right, but the corrected averages were kept as the state. "
            "The next step would correct them once more."
        ),
        code=_adam_stores_corrected,
    ),
    Misconception(
        name="adam_eps_under_root",
        of="adam_step",
        hint=(
            "eps was added under the root. Here it stands outside. With a small v "
            "the two differ a lot."
        ),
        code=_adam_eps_under_root,
    ),
    Misconception(
        name="adam_eps_before_correction",
        of="adam_step",
        hint=(
            "eps was added before the correction, and so was divided, too. Correct "
            "v first, take the root, then add eps."
        ),
        code=_adam_eps_before_correction,
    ),
    Misconception(
        name="adam_root_forgotten",
        of="adam_step",
        hint=(
            "The step was divided by the average of squares itself. Its root is "
            "missing."
        ),
        code=_adam_root_forgotten,
    ),
    Misconception(
        name="adam_m_of_squares",
        of="adam_step",
        hint=(
            "Both averages are of squares. m averages the gradients themselves, "
            "with their signs."
        ),
        code=_adam_m_of_squares,
    ),
    Misconception(
        name="adam_v_of_gradients",
        of="adam_step",
        hint=("Both averages are of gradients. v averages their squares."),
        code=_adam_v_of_gradients,
    ),
    Misconception(
        name="adam_betas_swapped",
        of="adam_step",
        hint=(
            "beta1 and beta2 are exchanged. The first belongs to m, the second to v."
        ),
        code=_adam_betas_swapped,
    ),
    Misconception(
        name="adam_weights_swapped",
        of="adam_step",
        hint=(
            "beta and 1 - beta are exchanged: the averages forget nearly all of "
            "their past. beta is what stays of the old one."
        ),
        code=_adam_weights_swapped,
    ),
    Misconception(
        name="adam_uses_gradient",
        of="adam_step",
        hint=(
            "x moves by the gradient of this step, as in RMSprop. Adam moves by the "
            "average of gradients."
        ),
        code=_adam_uses_gradient,
    ),
    Misconception(
        name="adam_ascends",
        of="adam_step",
        hint=("The state is right, but the step goes uphill. Look at the sign."),
        code=_adam_ascends,
    ),
    Misconception(
        name="adam_rate_forgotten",
        of="adam_step",
        hint=("The learning rate plays no part in this step."),
        code=_adam_rate_forgotten,
    ),
    Misconception(
        name="adam_count_stands_still",
        of="adam_step",
        hint=(
            "All is right but the count: the state that you return says that no "
            "step was taken. The next step would be corrected like this one."
        ),
        code=_adam_count_stands_still,
    ),
    Misconception(
        name="adam_state_swapped",
        of="adam_step",
        hint=(
            "The new x is right, but the averages come back in the wrong order. The "
            "state is (m, v, t)."
        ),
        code=_adam_state_swapped,
    ),
)
