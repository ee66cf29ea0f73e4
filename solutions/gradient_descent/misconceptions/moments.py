"""Wrong answers to one step of Adam: `adam_step`."""

from autograder.checks import Misconception, RightAnswer, times

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

adam = RightAnswer(oracle.adam_step)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    adam.but(
        "adam_no_correction",
        {"m / (1 - beta1**t), v / (1 - beta2**t)": "m, v"},
        "The averages were used as they are. They began at zero and are too small at "
        "first: divide each by what its weights add up to.",
    ),
    adam.but(
        "adam_correction_from_zero",
        {"**t": times(2, "** (t - 1)")},
        "The correction is one step late: at the first step it divides by 1 - beta^0 "
        "= 0. t counts this step, too.",
    ),
    adam.but(
        "adam_correction_fixed",
        {"**t": times(2, "")},
        "The correction is the same at every step. Its power of beta is the number of "
        "steps.",
    ),
    adam.but(
        "adam_correction_squared",
        {"**t": times(2, "**2")},
        "Every step is corrected with beta squared. The power is the number of steps, "
        "t.",
    ),
    adam.but(
        "adam_correction_multiplied",
        {"/ (1": times(2, "* (1")},
        "The averages were multiplied by 1 - beta^t. They are too small already: "
        "divide.",
    ),
    adam.but(
        "adam_beta1_for_both",
        {"beta2**t": "beta1**t"},
        "Both averages were corrected with beta1. The second one was made with beta2.",
    ),
    adam.but(
        "adam_only_m_corrected",
        {"v / (1 - beta2**t)": "v"},
        "The average of squares was used without its correction. Both averages need "
        "one.",
    ),
    adam.but(
        "adam_only_v_corrected",
        {"m / (1 - beta1**t)": "m"},
        "The average of gradients was used without its correction. Both averages need "
        "one.",
    ),
    adam.but(
        "adam_stores_corrected",
        {"(m, v, t)": "(m_hat, v_hat, t)"},
        "The new x is right, but the corrected averages were kept as the state. The "
        "next step would correct them once more.",
    ),
    adam.but(
        "adam_eps_under_root",
        {"(np.sqrt(v_hat) + eps)": "np.sqrt(v_hat + eps)"},
        "eps was added under the root. Here it stands outside. With a small v the two "
        "differ a lot.",
    ),
    adam.but(
        "adam_eps_before_correction",
        {"(np.sqrt(v_hat) + eps)": "((np.sqrt(v) + eps) / np.sqrt(1 - beta2**t))"},
        "eps was added before the correction, and so was divided, too. Correct v "
        "first, take the root, then add eps.",
    ),
    adam.but(
        "adam_root_forgotten",
        {"np.sqrt(v_hat)": "v_hat"},
        "The step was divided by the average of squares itself. Its root is missing.",
    ),
    adam.but(
        "adam_m_of_squares",
        {"(1 - beta1) * g": "(1 - beta1) * g**2"},
        "Both averages are of squares. m averages the gradients themselves, with "
        "their signs.",
    ),
    adam.but(
        "adam_v_of_gradients",
        {
            "g**2": "g",
            "v / (1": "np.abs(v) / (1",
        },
        "Both averages are of gradients. v averages their squares.",
    ),
    adam.but(
        "adam_betas_swapped",
        {
            "m, v, t = state": """
            m, v, t = state
            beta1, beta2 = beta2, beta1
            """,
        },
        "beta1 and beta2 are exchanged. The first belongs to m, the second to v.",
    ),
    adam.but(
        "adam_weights_swapped",
        {
            "beta1 * m + (1 - beta1) * g": "(1 - beta1) * m + beta1 * g",
            "beta2 * v + (1 - beta2) * g**2": "(1 - beta2) * v + beta2 * g**2",
        },
        "beta and 1 - beta are exchanged: the averages forget nearly all of their "
        "past. beta is what stays of the old one.",
    ),
    adam.but(
        "adam_uses_gradient",
        {"eta * m_hat": "eta * g"},
        "x moves by the gradient of this step, as in RMSprop. Adam moves by the "
        "average of gradients.",
    ),
    adam.but(
        "adam_ascends",
        {"x - eta": "x + eta"},
        "The state is right, but the step goes uphill. Look at the sign.",
    ),
    adam.but(
        "adam_rate_forgotten",
        {"eta * m_hat": "m_hat"},
        "The learning rate plays no part in this step.",
    ),
    adam.but(
        "adam_count_stands_still",
        {"(m, v, t)": "(m, v, t - 1)"},
        "All is right but the count: the state that you return says that no step was "
        "taken. The next step would be corrected like this one.",
    ),
    adam.but(
        "adam_state_swapped",
        {"(m, v, t)": "(v, m, t)"},
        "The new x is right, but the averages come back in the wrong order. The state "
        "is (m, v, t).",
    ),
)
