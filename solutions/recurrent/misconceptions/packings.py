"""Wrong answers to the repacking of weights, from and to either library."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]

Packed = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _gates_in_own_order(W: np.ndarray, U: np.ndarray, b: np.ndarray) -> "Packed":
    order = [0, 1, 2, 3]
    bias = b[order].ravel()
    weight_ih = np.concatenate([W[k].T for k in order])
    weight_hh = np.concatenate([U[k].T for k in order])
    return weight_ih, weight_hh, bias, np.zeros_like(bias)


def _gates_in_order_of_books(W: np.ndarray, U: np.ndarray, b: np.ndarray) -> "Packed":
    order = [1, 0, 3, 2]
    bias = b[order].ravel()
    weight_ih = np.concatenate([W[k].T for k in order])
    weight_hh = np.concatenate([U[k].T for k in order])
    return weight_ih, weight_hh, bias, np.zeros_like(bias)


def _gates_reshaped(W: np.ndarray, U: np.ndarray, b: np.ndarray) -> "Packed":
    order = [1, 0, 2, 3]
    bias = b[order].ravel()
    weight_ih = W[order].reshape(-1, W.shape[1])
    weight_hh = U[order].reshape(-1, U.shape[1])
    return weight_ih, weight_hh, bias, np.zeros_like(bias)


def _gates_units_first(W: np.ndarray, U: np.ndarray, b: np.ndarray) -> "Packed":
    order = [1, 0, 2, 3]
    bias = b[order].T.ravel()
    weight_ih = W[order].transpose(2, 0, 1).reshape(-1, W.shape[1])
    weight_hh = U[order].transpose(2, 0, 1).reshape(-1, U.shape[1])
    return weight_ih, weight_hh, bias, np.zeros_like(bias)


def _gates_bias_in_own_order(W: np.ndarray, U: np.ndarray, b: np.ndarray) -> "Packed":
    order = [1, 0, 2, 3]
    bias = b.ravel()
    weight_ih = np.concatenate([W[k].T for k in order])
    weight_hh = np.concatenate([U[k].T for k in order])
    return weight_ih, weight_hh, bias, np.zeros_like(bias)


def _gates_bias_twice(W: np.ndarray, U: np.ndarray, b: np.ndarray) -> "Packed":
    order = [1, 0, 2, 3]
    bias = b[order].ravel()
    weight_ih = np.concatenate([W[k].T for k in order])
    weight_hh = np.concatenate([U[k].T for k in order])
    return weight_ih, weight_hh, bias, bias.copy()


def _keras_order_changed(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> "Packed":
    i, f, g, o = np.split(kernel.T, 4)
    rows = np.concatenate([f, i, g, o])
    i, f, g, o = np.split(recurrent_kernel.T, 4)
    recurrent_rows = np.concatenate([f, i, g, o])
    i, f, g, o = np.split(bias, 4)
    bias_ih = np.concatenate([f, i, g, o])
    return rows, recurrent_rows, bias_ih, np.zeros_like(bias)


def _keras_reshaped(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> "Packed":
    rows = kernel.reshape(-1, len(kernel))
    recurrent_rows = recurrent_kernel.reshape(-1, len(recurrent_kernel))
    return rows, recurrent_rows, bias.copy(), np.zeros_like(bias)


def _keras_not_transposed(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> "Packed":
    return kernel.copy(), recurrent_kernel.copy(), bias.copy(), np.zeros_like(bias)


def _keras_bias_twice(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> "Packed":
    return kernel.T.copy(), recurrent_kernel.T.copy(), bias.copy(), bias.copy()


def _torch_order_changed(
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray,
    bias_hh: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    i, f, g, o = np.split(weight_ih.T, 4, axis=1)
    kernel = np.concatenate([f, i, g, o], axis=1)
    i, f, g, o = np.split(weight_hh.T, 4, axis=1)
    recurrent = np.concatenate([f, i, g, o], axis=1)
    i, f, g, o = np.split(bias_ih + bias_hh, 4)
    return kernel, recurrent, np.concatenate([f, i, g, o])


def _torch_reshaped(
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray,
    bias_hh: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    kernel = weight_ih.reshape(weight_ih.shape[::-1])
    recurrent = weight_hh.reshape(weight_hh.shape[::-1])
    return kernel, recurrent, bias_ih + bias_hh


def _torch_one_bias(
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray,
    bias_hh: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return weight_ih.T.copy(), weight_hh.T.copy(), bias_ih.copy()


def _torch_biases_averaged(
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray,
    bias_hh: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return weight_ih.T.copy(), weight_hh.T.copy(), (bias_ih + bias_hh) / 2


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="gates_in_own_order",
        of="gates_to_torch",
        hint=("The gates are still in the order f, i, g, o. PyTorch reads i, f, g, o."),
        code=_gates_in_own_order,
    ),
    Misconception(
        name="gates_in_order_of_books",
        of="gates_to_torch",
        hint=(
            "The gates are in the order i, f, o, g, which some books use. PyTorch "
            "reads i, f, g, o."
        ),
        code=_gates_in_order_of_books,
    ),
    Misconception(
        name="gates_reshaped",
        of="gates_to_torch",
        hint=(
            "The shape is right and the numbers are in wrong places: a reshape "
            "doesn't exchange axes. Transpose each gate."
        ),
        code=_gates_reshaped,
    ),
    Misconception(
        name="gates_units_first",
        of="gates_to_torch",
        hint=(
            "The four gates of each unit stand together. PyTorch wants all units "
            "of a gate together."
        ),
        code=_gates_units_first,
    ),
    Misconception(
        name="gates_bias_in_own_order",
        of="gates_to_torch",
        hint=("The weights are in PyTorch's order, the bias is not."),
        code=_gates_bias_in_own_order,
    ),
    Misconception(
        name="gates_bias_twice",
        of="gates_to_torch",
        hint=("The bias stands in bias_ih and in bias_hh. PyTorch adds the two."),
        code=_gates_bias_twice,
    ),
    Misconception(
        name="keras_order_changed",
        of="keras_to_torch",
        hint=(
            "The first two gates were exchanged. Compare the orders: Keras's i, "
            "f, c, o and PyTorch's i, f, g, o, where c and g are names for the "
            "candidate."
        ),
        code=_keras_order_changed,
    ),
    Misconception(
        name="keras_reshaped",
        of="keras_to_torch",
        hint=(
            "The shapes are right and the numbers are in wrong places: a reshape "
            "doesn't exchange axes."
        ),
        code=_keras_reshaped,
    ),
    Misconception(
        name="keras_not_transposed",
        of="keras_to_torch",
        hint=(
            "The kernels are as Keras has them. PyTorch multiplies from the other side."
        ),
        code=_keras_not_transposed,
    ),
    Misconception(
        name="keras_bias_twice",
        of="keras_to_torch",
        hint=("The bias stands in bias_ih and in bias_hh. PyTorch adds the two."),
        code=_keras_bias_twice,
    ),
    Misconception(
        name="torch_order_changed",
        of="torch_to_keras",
        hint=(
            "The first two gates were exchanged. Compare the orders: PyTorch's i, "
            "f, g, o and Keras's i, f, c, o, where g and c are names for the "
            "candidate."
        ),
        code=_torch_order_changed,
    ),
    Misconception(
        name="torch_reshaped",
        of="torch_to_keras",
        hint=(
            "The shapes are right and the numbers are in wrong places: a reshape "
            "doesn't exchange axes."
        ),
        code=_torch_reshaped,
    ),
    Misconception(
        name="torch_one_bias",
        of="torch_to_keras",
        hint=("Only bias_ih was taken. PyTorch adds two biases; Keras has one."),
        code=_torch_one_bias,
    ),
    Misconception(
        name="torch_biases_averaged",
        of="torch_to_keras",
        hint=("The two biases were averaged. PyTorch adds them."),
        code=_torch_biases_averaged,
    ),
)
