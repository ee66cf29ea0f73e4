"""The interface for writing grading tests; `autograder.checks.plugin` is pytest's side.

from autograder.checks import agrees, refuses

pytestmark = pytest.mark.grade("corr2d")

def test_any_shape(submission, rng):
agrees(submission.corr2d, oracle.corr2d, rng.normal(size=(5, 4)), KERNEL)
"""

from autograder.arrays import Tensor, tf_tensor, torch_tensor
from autograder.checks.agreement import agrees, gradients_agree, refuses
from autograder.checks.edits import times
from autograder.checks.failure import CheckFailed
from autograder.checks.misconceptions import Misconception
from autograder.checks.rightanswers import RightAnswer
from autograder.checks.submission import RemoteFunction, RemoteObject, Submission

__all__ = [
    "CheckFailed",
    "Misconception",
    "RemoteFunction",
    "RemoteObject",
    "RightAnswer",
    "Submission",
    "Tensor",
    "agrees",
    "gradients_agree",
    "refuses",
    "tf_tensor",
    "times",
    "torch_tensor",
]
