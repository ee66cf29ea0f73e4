"""Wrong answers to one step with momentum: `momentum_step`."""

from autograder.checks import Misconception, RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

momentum = RightAnswer(oracle.momentum_step)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    momentum.but(
        "momentum_ascends",
        {"x - eta": "x + eta"},
        "The velocity is right, but the step goes along it, uphill. This velocity is "
        "a sum of gradients: which sign leads down?",
    ),
    momentum.but(
        "momentum_dampened",
        {"+ g": "+ (1 - beta) * g"},
        "The gradient was multiplied by 1 - beta. Some books do that; in the formula "
        "here it enters the velocity whole.",
    ),
    momentum.but(
        "momentum_rate_in_velocity",
        {
            "+ g": "+ eta * g",
            "x - eta * v": "x - v",
        },
        "The velocity contains the learning rate. The formula keeps the two apart: "
        "the velocity is made of gradients, and the rate comes in when x moves.",
    ),
    momentum.but(
        "momentum_negative_velocity",
        {
            "+ g": "- eta * g",
            "x - eta * v": "x + v",
        },
        "Your velocity points downhill and contains the learning rate, as in some "
        "books. Here the state is the plain sum beta v + g.",
    ),
    momentum.but(
        "momentum_velocity_forgotten",
        {"x - eta * v": "x - eta * g"},
        "The new velocity is right, but x moves by the gradient alone, as without "
        "momentum.",
    ),
    momentum.but(
        "momentum_old_velocity",
        {"x - eta * v": "x - eta * state"},
        "x moves by the velocity of the step before. First the velocity changes, then "
        "x moves by the new one.",
    ),
    momentum.but(
        "momentum_returns_gradient",
        {"v, v": "v, g"},
        "The new x is right, but the state that you return is the gradient: the "
        "velocity is forgotten at once.",
    ),
    momentum.but(
        "momentum_keeps_old_state",
        {"v, v": "v, state"},
        "The new x is right, but the state comes back as it was. The next step needs "
        "the new velocity.",
    ),
    momentum.but(
        "momentum_beta_on_gradient",
        {"beta * state + g": "state + beta * g"},
        "Here beta multiplies the gradient. It says how much of the old velocity "
        "stays.",
    ),
    momentum.but(
        "momentum_state_is_the_step",
        {"v, v": "v, eta * v"},
        "The new x is right. The state that you return is the step, velocity times "
        "learning rate; asked for is the velocity itself.",
    ),
    momentum.but(
        "momentum_rate_twice",
        {"x - eta * v": "x - eta * (beta * eta * state + g)"},
        "The old velocity was multiplied by the learning rate twice, so that momentum "
        "hardly counts.",
    ),
    momentum.but(
        "momentum_nesterov",
        {"x - eta * v": "x - eta * (g + beta * v)"},
        "This is Nesterov's momentum, which looks one step ahead. Asked for is the "
        "plain one.",
    ),
)
