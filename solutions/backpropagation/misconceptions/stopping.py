"""Wrong answers to early stopping: `early_stopping`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _stopping_one_late(losses: list[float], patience: int) -> tuple[int, int]:
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to stop")

    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best == patience + 1:
            return epoch, best
    return len(losses) - 1, best


def _stopping_one_early(losses: list[float], patience: int) -> tuple[int, int]:
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to stop")

    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best == max(patience - 1, 1):
            return epoch, best
    return len(losses) - 1, best


def _stopping_counts_from_one(losses: list[float], patience: int) -> tuple[int, int]:
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to stop")

    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best == patience:
            return epoch + 1, best + 1
    return len(losses), best + 1


def _stopping_ties_improve(losses: list[float], patience: int) -> tuple[int, int]:
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to stop")

    best = 0
    for epoch, loss in enumerate(losses):
        if loss <= losses[best]:
            best = epoch
        elif epoch - best == patience:
            return epoch, best
    return len(losses) - 1, best


def _stopping_ignores_ties(losses: list[float], patience: int) -> tuple[int, int]:
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to stop")

    best, waited = 0, 0
    for epoch, loss in enumerate(losses[1:], start=1):
        if loss < losses[best]:
            best, waited = epoch, 0
        elif loss != losses[best]:
            waited += 1
            if waited == patience:
                return epoch, best
    return len(losses) - 1, best


def _stopping_never_resets(losses: list[float], patience: int) -> tuple[int, int]:
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to stop")

    best, waited = 0, 0
    for epoch, loss in enumerate(losses[1:], start=1):
        if loss < losses[best]:
            best = epoch
        else:
            waited += 1
            if waited == patience:
                return epoch, best
    return len(losses) - 1, best


def _stopping_compares_with_last(losses: list[float], patience: int) -> tuple[int, int]:
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to stop")

    waited = 0
    for epoch in range(1, len(losses)):
        waited = 0 if losses[epoch] < losses[epoch - 1] else waited + 1
        if waited == patience:
            return epoch, int(np.argmin(losses[: epoch + 1]))
    return len(losses) - 1, int(np.argmin(losses))


def _stopping_restores_last(losses: list[float], patience: int) -> tuple[int, int]:
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to stop")

    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best == patience:
            return epoch, epoch
    return len(losses) - 1, len(losses) - 1


def _stopping_sees_the_future(losses: list[float], patience: int) -> tuple[int, int]:
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to stop")

    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best == patience:
            return epoch, int(np.nanargmin(losses))
    return len(losses) - 1, best


def _stopping_swapped(losses: list[float], patience: int) -> tuple[int, int]:
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to stop")

    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best == patience:
            return best, epoch
    return best, len(losses) - 1


def _stopping_restores_last_tie(losses: list[float], patience: int) -> tuple[int, int]:
    if len(losses) == 0 or patience < 1:
        raise ValueError("nothing to stop")

    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best == patience:
            ties = [e for e in range(epoch + 1) if losses[e] == losses[best]]
            return epoch, ties[-1]
    ties = [e for e in range(len(losses)) if losses[e] == losses[best]]
    return len(losses) - 1, ties[-1]


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="stopping_one_late",
        of="early_stopping",
        hint=(
            "Training goes on for one epoch too many: with patience 1, the first epoch "
            "without improvement is the last."
        ),
        code=_stopping_one_late,
    ),
    Misconception(
        name="stopping_one_early",
        of="early_stopping",
        hint=(
            "Training stops one epoch too early: the epoch that improved doesn't count "
            "as one without improvement."
        ),
        code=_stopping_one_early,
    ),
    Misconception(
        name="stopping_counts_from_one",
        of="early_stopping",
        hint=("Both epochs are one too high: epochs are counted from 0."),
        code=_stopping_counts_from_one,
    ),
    Misconception(
        name="stopping_ties_improve",
        of="early_stopping",
        hint=(
            "A loss equal to the best counted as an improvement. Only a lower one is."
        ),
        code=_stopping_ties_improve,
    ),
    Misconception(
        name="stopping_ignores_ties",
        of="early_stopping",
        hint=(
            "An epoch whose loss equals the best used up no patience. It has not "
            "improved, so it counts like any other."
        ),
        code=_stopping_ignores_ties,
    ),
    Misconception(
        name="stopping_never_resets",
        of="early_stopping",
        hint=(
            "Epochs without improvement were added up over the whole training. The "
            "count begins anew after each improvement."
        ),
        code=_stopping_never_resets,
    ),
    Misconception(
        name="stopping_compares_with_last",
        of="early_stopping",
        hint=(
            "Each loss was compared with that of the epoch before. It improves only if "
            "it is lower than all before it."
        ),
        code=_stopping_compares_with_last,
    ),
    Misconception(
        name="stopping_restores_last",
        of="early_stopping",
        hint=(
            "The epoch to stop at is right, but it was also given as the one to "
            "restore. Restore the best."
        ),
        code=_stopping_restores_last,
    ),
    Misconception(
        name="stopping_sees_the_future",
        of="early_stopping",
        hint=(
            "The epoch to restore lies beyond the end of training: the lowest of all "
            "losses was taken, also of those that are never seen."
        ),
        code=_stopping_sees_the_future,
    ),
    Misconception(
        name="stopping_swapped",
        of="early_stopping",
        hint=(
            "Both epochs are right but in the wrong order: the one to stop at comes "
            "first."
        ),
        code=_stopping_swapped,
    ),
    Misconception(
        name="stopping_restores_last_tie",
        of="early_stopping",
        hint=(
            "Among equal losses the last one was restored. The first one reached it "
            "sooner."
        ),
        code=_stopping_restores_last_tie,
    ),
)
