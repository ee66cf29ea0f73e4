"""Wrong training steps in PyTorch: `train_steps_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework or device have none.
"""

from autograder.checks import RightAnswer, times

from ..variants import stable_functions
from . import turns

__all__ = ["MISCONCEPTIONS"]

by_optimizers = RightAnswer(stable_functions.train_steps_torch)

MISCONCEPTIONS = (
    by_optimizers.but(
        "torch_generator_moves",
        {"SGD(D,": "SGD([*G, *D],", ".detach()": ""},
        "The generator moved in the discriminator's turn, towards fakes that are "
        "easier to recognise. Who gets a step on the discriminator's loss?",
        result=turns.generator_moves,
    ),
    by_optimizers.but(
        "torch_discriminator_moves",
        {"SGD(G,": "SGD([*G, *D],"},
        "The discriminator moved in the generator's turn, and learned to be fooled. "
        "Who gets a step on the generator's loss?",
        result=turns.discriminator_moves,
    ),
    by_optimizers.but(
        "torch_piles_up",
        {"opt_D.zero_grad()": "", "opt_G.zero_grad()": ""},
        "Gradients were never cleared: backward() adds to .grad, so each step used the "
        "sum of all gradients so far, and the generator's loss left some in the "
        "discriminator's.",
        result=turns.piled_up,
    ),
    by_optimizers.but(
        "torch_generator_piles_up",
        {"opt_G.zero_grad()": ""},
        "The discriminator's gradients were cleared before its steps, the generator's "
        "never: backward() adds to .grad, so each of its steps used the sum of all "
        "before.",
        result=turns.generator_piles_up,
    ),
    by_optimizers.but(
        "torch_discriminator_piles_up",
        {"opt_D.zero_grad()": ""},
        "The generator's gradients were cleared before its steps, the discriminator's "
        "never: backward() adds to .grad, and the generator's loss adds to it, too.",
        result=turns.discriminator_piles_up,
    ),
    by_optimizers.but(
        "torch_generator_stands_still",
        {"_fakes(G, z))": "_fakes(G, z).detach())"},
        "The generator has not moved: in its turn the fakes were cut off from it, so "
        "no gradient got there. Detach them in the discriminator's turn only.",
        result=turns.generator_stands_still,
    ),
    by_optimizers.but(
        "torch_halved",
        {"loss.backward()": "(loss / 2).backward()"},
        "The discriminator's loss was halved, as in some programs. Here it is the sum "
        "of both means.",
        result=turns.halved,
    ),
    by_optimizers.but(
        "torch_by_adam",
        {"SGD": times(2, "Adam")},
        "These are Adam's steps. Asked for is plain gradient descent: each weight "
        "minus eta times its gradient.",
        result=turns.by_adam,
    ),
    by_optimizers.but(
        "torch_no_detach",
        {
            ".detach()": "",
            "opt_D.zero_grad()": "opt_D.zero_grad()\nopt_G.zero_grad()",
            "opt_G.zero_grad()": "",
        },
        "When the generator took its step, its .grad also held what the "
        "discriminator's loss had put there. Detach the fakes in the discriminator's "
        "turn, or clear the gradients before each turn, not only before each step.",
        result=turns.leftovers,
    ),
    by_optimizers.but(
        "torch_fakes_as_real",
        {"log(-_logits": "log(_logits"},
        "The discriminator was told that fakes are real, so nothing distinguishes the "
        "two kinds for it. Which label do fakes have in its turn?",
        result=turns.fakes_as_real,
    ),
    by_optimizers.but(
        "torch_saturating",
        {"(-log(_logits": "(log(-_logits"},
        "The generator took its steps on log(1 - D), the saturating loss. The text "
        "asks for the other one.",
        result=turns.saturating,
    ),
    by_optimizers.but(
        "torch_at_once",
        {
            "opt_D.step()": "old = [p.detach().clone() for p in D]\nopt_D.step()",
            "_logits(D, _fakes": "_logits(old, _fakes",
        },
        "The generator's step was taken against the discriminator from before its "
        "step. The generator's turn comes second, against the discriminator as it is "
        "then.",
        result=turns.at_once,
    ),
    by_optimizers.but(
        "torch_in_single",
        {
            "p.clone()": times(2, "p.clone().float()"),
            "zip(real, noise)": "zip(real.float(), noise.float())",
        },
        "float64 networks came back as float32. Keep the dtype that comes in.",
        result=turns.in_single,
    ),
    by_optimizers.but(
        "torch_returns_numpy",
        {"p.data": "p.data.cpu().numpy()"},
        "The weights came back as numpy arrays. Return tensors, on the device of the "
        "data.",
        result=None,
        sign="framework",
    ),
    by_optimizers.but(
        "torch_result_on_cpu",
        {"p.data": "p.data.cpu()"},
        "The weights came back on the CPU, whatever the device of the data. Keep "
        "everything where it is.",
        result=None,
        sign="device",
    ),
)
