"""Wrong answers to one step with momentum: `momentum_step`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _momentum_ascends(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    v = beta * state + g
    return x + eta * v, v


def _momentum_dampened(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    v = beta * state + (1 - beta) * g
    return x - eta * v, v


def _momentum_rate_in_velocity(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    v = beta * state + eta * g
    return x - v, v


def _momentum_negative_velocity(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    v = beta * state - eta * g
    return x + v, v


def _momentum_velocity_forgotten(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    return x - eta * g, beta * state + g


def _momentum_old_velocity(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    v = beta * state + g
    return x - eta * state, v


def _momentum_returns_gradient(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    v = beta * state + g
    return x - eta * v, g


def _momentum_keeps_old_state(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    v = beta * state + g
    return x - eta * v, state


def _momentum_beta_on_gradient(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    v = state + beta * g
    return x - eta * v, v


def _momentum_state_is_the_step(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    v = beta * state + g
    return x - eta * v, eta * v


def _momentum_rate_twice(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    return x - eta * (beta * eta * state + g), beta * state + g


def _momentum_nesterov(
    x: np.ndarray, state: np.ndarray, g: np.ndarray, eta: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    v = beta * state + g
    return x - eta * (g + beta * v), v


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="momentum_ascends",
        of="momentum_step",
        hint=(
            "The velocity is right, but the step goes along it, uphill. This "
            "velocity is a sum of gradients: which sign leads down?"
        ),
        code=_momentum_ascends,
    ),
    Misconception(
        name="momentum_dampened",
        of="momentum_step",
        hint=(
            "The gradient was multiplied by 1 - beta. Some books do that; in the "
            "formula here it enters the velocity whole."
        ),
        code=_momentum_dampened,
    ),
    Misconception(
        name="momentum_rate_in_velocity",
        of="momentum_step",
        hint=(
            "The velocity contains the learning rate. The formula keeps the two "
            "apart: the velocity is made of gradients, and the rate comes in when x "
            "moves."
        ),
        code=_momentum_rate_in_velocity,
    ),
    Misconception(
        name="momentum_negative_velocity",
        of="momentum_step",
        hint=(
            "Your velocity points downhill and contains the learning rate, as in "
            "some books. Here the state is the plain sum beta v + g."
        ),
        code=_momentum_negative_velocity,
    ),
    Misconception(
        name="momentum_velocity_forgotten",
        of="momentum_step",
        hint=(
            "The new velocity is right, but x moves by the gradient alone, as "
            "without momentum."
        ),
        code=_momentum_velocity_forgotten,
    ),
    Misconception(
        name="momentum_old_velocity",
        of="momentum_step",
        hint=(
            "x moves by the velocity of the step before. First the velocity "
            "changes, then x moves by the new one."
        ),
        code=_momentum_old_velocity,
    ),
    Misconception(
        name="momentum_returns_gradient",
        of="momentum_step",
        hint=(
            "The new x is right, but the state that you return is the gradient: the "
            "velocity is forgotten at once."
        ),
        code=_momentum_returns_gradient,
    ),
    Misconception(
        name="momentum_keeps_old_state",
        of="momentum_step",
        hint=(
            "The new x is right, but the state comes back as it was. The next step "
            "needs the new velocity."
        ),
        code=_momentum_keeps_old_state,
    ),
    Misconception(
        name="momentum_beta_on_gradient",
        of="momentum_step",
        hint=(
            "Here beta multiplies the gradient. It says how much of the old "
            "velocity stays."
        ),
        code=_momentum_beta_on_gradient,
    ),
    Misconception(
        name="momentum_state_is_the_step",
        of="momentum_step",
        hint=(
            "The new x is right. The state that you return is the step, velocity "
            "times learning rate; asked for is the velocity itself."
        ),
        code=_momentum_state_is_the_step,
    ),
    Misconception(
        name="momentum_rate_twice",
        of="momentum_step",
        hint=(
            "The old velocity was multiplied by the learning rate twice, so that "
            "momentum hardly counts."
        ),
        code=_momentum_rate_twice,
    ),
    Misconception(
        name="momentum_nesterov",
        of="momentum_step",
        hint=(
            "This is Nesterov's momentum, which looks one step ahead. Asked for is "
            "the plain one."
        ),
        code=_momentum_nesterov,
    ),
)
