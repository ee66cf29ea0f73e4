"""Wrong answers to early stopping: `early_stopping`."""

from autograder.checks import RightAnswer

from .. import oracle
from ..variants import plain_loops

__all__ = ["MISCONCEPTIONS"]

by_epochs = RightAnswer(oracle.early_stopping)
by_waiting = RightAnswer(plain_loops.early_stopping)

MISCONCEPTIONS = (
    by_epochs.but(
        "stopping_one_late",
        {"== patience": "== patience + 1"},
        "Training goes on for one epoch too many: with patience 1, the first epoch "
        "without improvement is the last.",
    ),
    by_epochs.but(
        "stopping_one_early",
        {"== patience": "== max(patience - 1, 1)"},
        "Training stops one epoch too early: the epoch that improved doesn't count as "
        "one without improvement.",
    ),
    by_waiting.but(
        "stopping_counts_from_one",
        {"return epoch, best": "return epoch + 1, best + 1"},
        "Both epochs are one too high: epochs are counted from 0.",
    ),
    by_epochs.but(
        "stopping_ties_improve",
        {"loss < losses": "loss <= losses"},
        "A loss equal to the best counted as an improvement. Only a lower one is.",
    ),
    by_waiting.but(
        "stopping_ignores_ties",
        {"else:": "elif losses[epoch] != lowest:"},
        "An epoch whose loss equals the best used up no patience. It has not improved, "
        "so it counts like any other.",
    ),
    by_waiting.but(
        "stopping_never_resets",
        {"losses[epoch], epoch, 0": "losses[epoch], epoch, waited"},
        "Epochs without improvement were added up over the whole training. The count "
        "begins anew after each improvement.",
    ),
    by_waiting.but(
        "stopping_compares_with_last",
        {
            "< lowest": "< losses[epoch - 1]",
            "return epoch, best": "return epoch, int(np.argmin(losses[: epoch + 1]))",
        },
        "Each loss was compared with that of the epoch before. It improves only if it "
        "is lower than all before it.",
    ),
    by_waiting.but(
        "stopping_restores_last",
        {"return epoch, best": "return epoch, epoch"},
        "The epoch to stop at is right, but it was also given as the one to restore. "
        "Restore the best.",
    ),
    by_epochs.but(
        "stopping_sees_the_future",
        {"return epoch, best": "return epoch, int(np.nanargmin(losses))"},
        "The epoch to restore lies beyond the end of training: the lowest of all "
        "losses was taken, also of those that are never seen.",
    ),
    by_waiting.but(
        "stopping_swapped",
        {"return epoch, best": "return best, epoch"},
        "Both epochs are right but in the wrong order: the one to stop at comes first.",
    ),
    by_waiting.but(
        "stopping_restores_last_tie",
        {
            "waited += 1": "waited += 1\n"
            "best = epoch if losses[epoch] == lowest else best",
        },
        "Among equal losses the last one was restored. The first one reached it "
        "sooner.",
    ),
)
