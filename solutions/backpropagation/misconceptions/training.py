"""Wrong answers to the training loop: `train_mlp`."""

from autograder.checks import RightAnswer, times

from .. import oracle
from ..variants import plain_loops

__all__ = ["MISCONCEPTIONS"]

train = RightAnswer(oracle.train_mlp)
train_in_place = RightAnswer(plain_loops.train_mlp)

MISCONCEPTIONS = (
    train.but(
        "train_without_shuffling",
        {"rng.permutation(len(X))": "np.arange(len(X))"},
        "The samples were never shuffled: each epoch saw them in the order of the "
        "data.",
    ),
    train.but(
        "train_shuffled_once",
        {"rng.permutation": "np.random.default_rng(seed).permutation"},
        "All epochs had the same order. Either it was drawn once, or the generator was "
        "made anew, with the same seed, in each epoch.",
    ),
    train.but(
        "train_targets_not_shuffled",
        {"Y[batch]": "Y[start : start + batch_size]"},
        "The inputs were shuffled and the targets were not, so that samples were "
        "trained on each other's targets.",
    ),
    train.but(
        "train_last_batch_dropped",
        {"(0, len(X), batch_size)": "(0, len(X) - batch_size + 1, batch_size)"},
        "The smaller batch at the end of each epoch was left out. All samples are used "
        "in each epoch.",
    ),
    train.but(
        "train_ascends",
        {"- eta": times(4, "+ eta")},
        "The weights moved uphill. Look at the sign of the step.",
    ),
    train.but(
        "train_full_batches",
        {
            "= weights": "= weights\nbatch_size = max(len(X), 1)",
        },
        "Each epoch took a single step over all samples. batch_size says how many "
        "samples a step uses.",
    ),
    train.but(
        "train_one_epoch_more",
        {"range(epochs)": "range(epochs + 1)"},
        "One epoch too many was trained.",
    ),
    train.but(
        "train_biases_stand_still",
        {"b1 - eta * db1": "b1", "b2 - eta * db2": "b2"},
        "The biases are those of the beginning. They learn like the weights.",
    ),
    train_in_place.but(
        "train_moves_the_callers_weights",
        {
            "[w.copy() for w in weights]": "weights",
            "H.T.dot(error)": "H.T @ error",
            "X[batch].T.dot(inner)": "X[batch].T @ inner",
        },
        "The result is right, but the caller's arrays have moved along with it: -= "
        "changes an array in place, and yours are the ones that you were given.",
        sign="changes_input",
    ),
)
