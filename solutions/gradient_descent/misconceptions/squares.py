"""Wrong answers to steps divided by gradients' sizes: Adagrad and RMSprop."""

from autograder.checks import Misconception, RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

adagrad = RightAnswer(oracle.adagrad_step)
rmsprop = RightAnswer(oracle.rmsprop_step)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    adagrad.but(
        "adagrad_no_square",
        {"g**2": "np.abs(g)"},
        "The state adds up absolute values. Asked for are squares.",
    ),
    adagrad.but(
        "adagrad_eps_under_root",
        {"(np.sqrt(s) + eps)": "np.sqrt(s + eps)"},
        "eps was added under the root. Here it stands outside. With a small s the two "
        "differ a lot.",
    ),
    adagrad.but(
        "adagrad_root_forgotten",
        {"np.sqrt(s)": "s"},
        "The gradient was divided by the sum of squares itself. Its root is missing.",
    ),
    adagrad.but(
        "adagrad_old_state",
        {"np.sqrt(s)": "np.sqrt(state)"},
        "The step was divided by the root of the old sum. First the sum changes, then "
        "x moves.",
    ),
    adagrad.but(
        "adagrad_forgets",
        {"state + g**2": "g**2"},
        "The state holds the last square only. Adagrad adds up all of them: what "
        "became of the old sum?",
    ),
    adagrad.but(
        "adagrad_average",
        {"state + g**2": "0.9 * state + 0.1 * g**2"},
        "This state is a moving average, as in RMSprop. Adagrad's is a plain sum.",
    ),
    adagrad.but(
        "adagrad_ascends",
        {"x - eta": "x + eta"},
        "The state is right, but the step goes uphill. Look at the sign.",
    ),
    adagrad.but(
        "adagrad_one_rate_for_all",
        {"np.sqrt(s)": "np.sqrt(s.sum())"},
        "All coordinates were divided by one number, the root of the total. Each has "
        "a sum of its own.",
    ),
    adagrad.but(
        "adagrad_keeps_old_state",
        {"eps), s": "eps), state"},
        "The new x is right, but the state comes back as it was. The next step needs "
        "the new sum.",
    ),
    adagrad.but(
        "adagrad_rate_forgotten",
        {"eta * g": "g"},
        "The learning rate plays no part in this step.",
    ),
    rmsprop.but(
        "rmsprop_no_square",
        {
            "g**2": "g",
            "np.sqrt(s)": "np.sqrt(np.abs(s))",
        },
        "The state averages the gradients, not their squares. Gradients of both signs "
        "would cancel in it.",
    ),
    rmsprop.but(
        "rmsprop_absolute",
        {"g**2": "np.abs(g)"},
        "The state averages absolute values. Asked for are squares.",
    ),
    rmsprop.but(
        "rmsprop_eps_under_root",
        {"(np.sqrt(s) + eps)": "np.sqrt(s + eps)"},
        "eps was added under the root. Here it stands outside. With a small s the two "
        "differ a lot.",
    ),
    rmsprop.but(
        "rmsprop_root_forgotten",
        {"np.sqrt(s)": "s"},
        "The gradient was divided by the average of squares itself. Its root is "
        "missing.",
    ),
    rmsprop.but(
        "rmsprop_old_state",
        {"np.sqrt(s)": "np.sqrt(state)"},
        "The step was divided by the root of the old average. First the average "
        "changes, then x moves.",
    ),
    rmsprop.but(
        "rmsprop_weights_swapped",
        {"rho * state + (1 - rho) * g**2": "(1 - rho) * state + rho * g**2"},
        "rho and 1 - rho are exchanged: the average forgets nearly all of its past. "
        "rho is what stays of the old one.",
    ),
    rmsprop.but(
        "rmsprop_sum",
        {"rho * state + (1 - rho) * g**2": "state + g**2"},
        "This state is the sum of all squares, as in Adagrad. RMSprop keeps a moving "
        "average.",
    ),
    rmsprop.but(
        "rmsprop_whole_square",
        {"(1 - rho) * g**2": "g**2"},
        "The factor 1 - rho is missing before the new square: without it this is no "
        "average, it grows too large.",
    ),
    rmsprop.but(
        "rmsprop_ascends",
        {"x - eta": "x + eta"},
        "The state is right, but the step goes uphill. Look at the sign.",
    ),
    rmsprop.but(
        "rmsprop_rate_forgotten",
        {"eta * g": "g"},
        "The learning rate plays no part in this step.",
    ),
    rmsprop.but(
        "rmsprop_keeps_old_state",
        {"eps), s": "eps), state"},
        "The new x is right, but the state comes back as it was. The next step needs "
        "the new average.",
    ),
    rmsprop.but(
        "rmsprop_gradient_forgotten",
        {"eta * g": "eta"},
        "x moves by eta divided by the root; the gradient itself is missing from the "
        "step, and with it the direction.",
    ),
    rmsprop.but(
        "rmsprop_eps_multiplied",
        {"+ eps": "* eps"},
        "The root was multiplied by eps, which makes the step enormous. eps is added, "
        "so that nothing is divided by zero.",
    ),
)
