"""Wrong training steps in PyTorch: `train_steps_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework or device have none.
"""

from typing import TYPE_CHECKING

from autograder.checks import Misconception

from ..oracle import discriminate, generate
from .turns import (
    at_once,
    by_adam,
    discriminator_moves,
    discriminator_piles_up,
    fakes_as_real,
    generator_moves,
    generator_piles_up,
    generator_stands_still,
    halved,
    in_single,
    leftovers,
    piled_up,
    saturating,
)

if TYPE_CHECKING:
    import torch

__all__ = ["MISCONCEPTIONS"]


def _torch_generator_moves(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z)
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        slopes = torch.autograd.grad(loss, [*G, *D])
        with torch.no_grad():
            for weight, slope in zip([*G, *D], slopes, strict=True):
                weight -= eta * slope
        fake = generate(G, z)
        loss = softplus(-discriminate(D, fake)).mean()
        slopes = torch.autograd.grad(loss, G)
        with torch.no_grad():
            for weight, slope in zip(G, slopes, strict=True):
                weight -= eta * slope
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_discriminator_moves(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        slopes = torch.autograd.grad(loss, D)
        with torch.no_grad():
            for weight, slope in zip(D, slopes, strict=True):
                weight -= eta * slope
        fake = generate(G, z)
        loss = softplus(-discriminate(D, fake)).mean()
        slopes = torch.autograd.grad(loss, [*G, *D])
        with torch.no_grad():
            for weight, slope in zip([*G, *D], slopes, strict=True):
                weight -= eta * slope
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_piles_up(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    of_G, of_D = torch.optim.SGD(G, lr=eta), torch.optim.SGD(D, lr=eta)
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        loss.backward()
        of_D.step()
        loss = softplus(-discriminate(D, generate(G, z))).mean()
        loss.backward()
        of_G.step()
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_generator_piles_up(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    of_G, of_D = torch.optim.SGD(G, lr=eta), torch.optim.SGD(D, lr=eta)
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        of_D.zero_grad()
        loss.backward()
        of_D.step()
        loss = softplus(-discriminate(D, generate(G, z))).mean()
        loss.backward()
        of_G.step()
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_discriminator_piles_up(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    of_G, of_D = torch.optim.SGD(G, lr=eta), torch.optim.SGD(D, lr=eta)
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        loss.backward()
        of_D.step()
        loss = softplus(-discriminate(D, generate(G, z))).mean()
        of_G.zero_grad()
        loss.backward()
        of_G.step()
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_generator_stands_still(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    of_G, of_D = torch.optim.SGD(G, lr=eta), torch.optim.SGD(D, lr=eta)
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        of_D.zero_grad()
        loss.backward()
        of_D.step()
        loss = softplus(-discriminate(D, fake)).mean()
        of_G.zero_grad()
        loss.backward()
        of_G.step()
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_halved(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    of_G, of_D = torch.optim.SGD(G, lr=eta), torch.optim.SGD(D, lr=eta)
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        of_D.zero_grad()
        (0.5 * loss).backward()
        of_D.step()
        loss = softplus(-discriminate(D, generate(G, z))).mean()
        of_G.zero_grad()
        loss.backward()
        of_G.step()
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_by_adam(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    of_G, of_D = torch.optim.Adam(G, lr=eta), torch.optim.Adam(D, lr=eta)
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        of_D.zero_grad()
        loss.backward()
        of_D.step()
        loss = softplus(-discriminate(D, generate(G, z))).mean()
        of_G.zero_grad()
        loss.backward()
        of_G.step()
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_no_detach(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    of_G, of_D = torch.optim.SGD(G, lr=eta), torch.optim.SGD(D, lr=eta)
    for x, z in zip(real, noise, strict=True):
        of_G.zero_grad()
        of_D.zero_grad()
        fake = generate(G, z)
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        loss.backward()
        of_D.step()
        loss = softplus(-discriminate(D, generate(G, z))).mean()
        loss.backward()
        of_G.step()
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_fakes_as_real(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(-discriminate(D, fake)).mean()
        )
        slopes = torch.autograd.grad(loss, D)
        with torch.no_grad():
            for weight, slope in zip(D, slopes, strict=True):
                weight -= eta * slope
        fake = generate(G, z)
        loss = softplus(-discriminate(D, fake)).mean()
        slopes = torch.autograd.grad(loss, G)
        with torch.no_grad():
            for weight, slope in zip(G, slopes, strict=True):
                weight -= eta * slope
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_saturating(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        slopes = torch.autograd.grad(loss, D)
        with torch.no_grad():
            for weight, slope in zip(D, slopes, strict=True):
                weight -= eta * slope
        fake = generate(G, z)
        loss = -softplus(discriminate(D, fake)).mean()
        slopes = torch.autograd.grad(loss, G)
        with torch.no_grad():
            for weight, slope in zip(G, slopes, strict=True):
                weight -= eta * slope
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_at_once(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z)
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        of_D = torch.autograd.grad(loss, D, retain_graph=True)
        of_G = torch.autograd.grad(softplus(-discriminate(D, fake)).mean(), G)
        with torch.no_grad():
            for weight, slope in zip([*G, *D], [*of_G, *of_D], strict=True):
                weight -= eta * slope
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_in_single(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().float().clone().requires_grad_() for weight in generator]
    D = [weight.detach().float().clone().requires_grad_() for weight in discriminator]
    real, noise = real.float(), noise.float()
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        slopes = torch.autograd.grad(loss, D)
        with torch.no_grad():
            for weight, slope in zip(D, slopes, strict=True):
                weight -= eta * slope
        fake = generate(G, z)
        loss = softplus(-discriminate(D, fake)).mean()
        slopes = torch.autograd.grad(loss, G)
        with torch.no_grad():
            for weight, slope in zip(G, slopes, strict=True):
                weight -= eta * slope
    return tuple(weight.detach() for weight in (*G, *D))


def _torch_returns_numpy(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        slopes = torch.autograd.grad(loss, D)
        with torch.no_grad():
            for weight, slope in zip(D, slopes, strict=True):
                weight -= eta * slope
        fake = generate(G, z)
        loss = softplus(-discriminate(D, fake)).mean()
        slopes = torch.autograd.grad(loss, G)
        with torch.no_grad():
            for weight, slope in zip(G, slopes, strict=True):
                weight -= eta * slope
    return tuple(weight.detach().cpu().numpy() for weight in (*G, *D))


def _torch_result_on_cpu(
    generator: "tuple[torch.Tensor, ...]",
    discriminator: "tuple[torch.Tensor, ...]",
    real: "torch.Tensor",
    noise: "torch.Tensor",
    eta: float,
) -> "tuple[torch.Tensor, ...]":
    import torch

    softplus = torch.nn.functional.softplus
    G = [weight.detach().clone().requires_grad_() for weight in generator]
    D = [weight.detach().clone().requires_grad_() for weight in discriminator]
    for x, z in zip(real, noise, strict=True):
        fake = generate(G, z).detach()
        loss = (
            softplus(-discriminate(D, x)).mean()
            + softplus(discriminate(D, fake)).mean()
        )
        slopes = torch.autograd.grad(loss, D)
        with torch.no_grad():
            for weight, slope in zip(D, slopes, strict=True):
                weight -= eta * slope
        fake = generate(G, z)
        loss = softplus(-discriminate(D, fake)).mean()
        slopes = torch.autograd.grad(loss, G)
        with torch.no_grad():
            for weight, slope in zip(G, slopes, strict=True):
                weight -= eta * slope
    return tuple(weight.detach().cpu() for weight in (*G, *D))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="torch_generator_moves",
        of="train_steps_torch",
        hint=(
            "The generator moved in the discriminator's turn, towards fakes that "
            "are easier to recognise. Who gets a step on the discriminator's "
            "loss?"
        ),
        code=_torch_generator_moves,
        result=generator_moves,
    ),
    Misconception(
        name="torch_discriminator_moves",
        of="train_steps_torch",
        hint=(
            "The discriminator moved in the generator's turn, and learned to be "
            "fooled. Who gets a step on the generator's loss?"
        ),
        code=_torch_discriminator_moves,
        result=discriminator_moves,
    ),
    Misconception(
        name="torch_piles_up",
        of="train_steps_torch",
        hint=(
            "Gradients were never cleared: backward() adds to .grad, so each step "
            "used the sum of all gradients so far, and the generator's loss left "
            "some in the discriminator's."
        ),
        code=_torch_piles_up,
        result=piled_up,
    ),
    Misconception(
        name="torch_generator_piles_up",
        of="train_steps_torch",
        hint=(
            "The discriminator's gradients were cleared before its steps, the "
            "generator's never: backward() adds to .grad, so each of its steps used "
            "the sum of all before."
        ),
        code=_torch_generator_piles_up,
        result=generator_piles_up,
    ),
    Misconception(
        name="torch_discriminator_piles_up",
        of="train_steps_torch",
        hint=(
            "The generator's gradients were cleared before its steps, the "
            "discriminator's never: backward() adds to .grad, and the generator's "
            "loss adds to it, too."
        ),
        code=_torch_discriminator_piles_up,
        result=discriminator_piles_up,
    ),
    Misconception(
        name="torch_generator_stands_still",
        of="train_steps_torch",
        hint=(
            "The generator has not moved: in its turn the fakes were cut off from it, "
            "so no gradient got there. Detach them in the discriminator's turn only."
        ),
        code=_torch_generator_stands_still,
        result=generator_stands_still,
    ),
    Misconception(
        name="torch_halved",
        of="train_steps_torch",
        hint=(
            "The discriminator's loss was halved, as in some programs. Here it is the "
            "sum of both means."
        ),
        code=_torch_halved,
        result=halved,
    ),
    Misconception(
        name="torch_by_adam",
        of="train_steps_torch",
        hint=(
            "These are Adam's steps. Asked for is plain gradient descent: each weight "
            "minus eta times its gradient."
        ),
        code=_torch_by_adam,
        result=by_adam,
    ),
    Misconception(
        name="torch_no_detach",
        of="train_steps_torch",
        hint=(
            "When the generator took its step, its .grad also held what the "
            "discriminator's loss had put there. Detach the fakes in the "
            "discriminator's turn, or clear the gradients before each turn, not "
            "only before each step."
        ),
        code=_torch_no_detach,
        result=leftovers,
    ),
    Misconception(
        name="torch_fakes_as_real",
        of="train_steps_torch",
        hint=(
            "The discriminator was told that fakes are real, so nothing "
            "distinguishes the two kinds for it. Which label do fakes have in its "
            "turn?"
        ),
        code=_torch_fakes_as_real,
        result=fakes_as_real,
    ),
    Misconception(
        name="torch_saturating",
        of="train_steps_torch",
        hint=(
            "The generator took its steps on log(1 - D), the saturating loss. The "
            "text asks for the other one."
        ),
        code=_torch_saturating,
        result=saturating,
    ),
    Misconception(
        name="torch_at_once",
        of="train_steps_torch",
        hint=(
            "The generator's step was taken against the discriminator from before "
            "its step. The generator's turn comes second, against the discriminator "
            "as it is then."
        ),
        code=_torch_at_once,
        result=at_once,
    ),
    Misconception(
        name="torch_in_single",
        of="train_steps_torch",
        hint="float64 networks came back as float32. Keep the dtype that comes in.",
        code=_torch_in_single,
        result=in_single,
    ),
    Misconception(
        name="torch_returns_numpy",
        of="train_steps_torch",
        hint=(
            "The weights came back as numpy arrays. Return tensors, on the device "
            "of the data."
        ),
        code=_torch_returns_numpy,
        result=None,
        sign="framework",
    ),
    Misconception(
        name="torch_result_on_cpu",
        of="train_steps_torch",
        hint=(
            "The weights came back on the CPU, whatever the device of the data. "
            "Keep everything where it is."
        ),
        code=_torch_result_on_cpu,
        result=None,
        sign="device",
    ),
)
