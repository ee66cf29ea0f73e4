"""Wrong answers to `conv2d_backward` in the gradient of the images, or in all."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _backward_dx_not_cropped(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    db = dout.sum(axis=(0, 2, 3))
    return dxp, dw, db


def _backward_dx_cropped_to_nothing(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = dxp[:, :, ph:-ph, pw:-pw]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dx_cropped_at_the_end(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    h, width = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = dxp[:, :, :h, :width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dx_lost_in_copy(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = np.zeros_like(x)
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dx_overwritten(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    h, width = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] = np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dx_flipped(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    h, width = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum(
                "no,ochw->nchw", share, w[:, :, ::-1, ::-1]
            )
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_stride_ignored(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (ph, pw), (kh, kw) = padding, w.shape[2:]
    h, width = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i, i + kh), slice(j, j + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dx_stride_of_height_ignored(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    h, width = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            wrong = slice(i, i + kh)
            share = dout[:, :, i, j]
            dxp[:, :, wrong, cols] += np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_strides_swapped(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    h, width = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sw, i * sw + kh), slice(j * sh, j * sh + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dout_ignored(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    h, width = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    dout = np.ones_like(dout)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_in_double(
    dout: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    h, width = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="backward_dx_not_cropped",
        of="conv2d_backward",
        hint=(
            "dx still has the frame of zeros around it. It must have the shape of x."
        ),
        code=_backward_dx_not_cropped,
    ),
    Misconception(
        name="backward_dx_cropped_to_nothing",
        of="conv2d_backward",
        hint=(
            "dx is empty where there is no padding. What does the slice p:-p select "
            "when p is 0?"
        ),
        code=_backward_dx_cropped_to_nothing,
    ),
    Misconception(
        name="backward_dx_cropped_at_the_end",
        of="conv2d_backward",
        hint=(
            "dx was cut out of the padded gradient at the wrong place. Where in the "
            "padded image does x begin?"
        ),
        code=_backward_dx_cropped_at_the_end,
    ),
    Misconception(
        name="backward_dx_lost_in_copy",
        of="conv2d_backward",
        hint=(
            "dx is zero: the gradient was collected in a padded copy and not carried "
            "back. np.pad never gives a view of its input."
        ),
        code=_backward_dx_lost_in_copy,
    ),
    Misconception(
        name="backward_dx_overwritten",
        of="conv2d_backward",
        hint=(
            "Where windows overlap, dx holds the share of the last one only. A "
            "pixel's gradient comes from every window that saw it."
        ),
        code=_backward_dx_overwritten,
    ),
    Misconception(
        name="backward_dx_flipped",
        of="conv2d_backward",
        hint=(
            "dx was made with kernels turned around. Each output hands its gradient "
            "to a pixel through the very weight by which it saw that pixel."
        ),
        code=_backward_dx_flipped,
    ),
    Misconception(
        name="backward_stride_ignored",
        of="conv2d_backward",
        hint=(
            "The stride plays no part in dx and dw. Where does the window of output "
            "(i, j) begin?"
        ),
        code=_backward_stride_ignored,
    ),
    Misconception(
        name="backward_dx_stride_of_height_ignored",
        of="conv2d_backward",
        hint=(
            "dx ignores the vertical stride. It needs the same windows as dw, on both "
            "axes."
        ),
        code=_backward_dx_stride_of_height_ignored,
    ),
    Misconception(
        name="backward_strides_swapped",
        of="conv2d_backward",
        hint=("The two strides are exchanged. The first one belongs to the height."),
        code=_backward_strides_swapped,
    ),
    Misconception(
        name="backward_dout_ignored",
        of="conv2d_backward",
        hint=(
            "dout plays no part in the result: its values might as well be ones. The "
            "chain rule multiplies by it."
        ),
        code=_backward_dout_ignored,
    ),
    Misconception(
        name="backward_in_double",
        of="conv2d_backward",
        hint=(
            "The numbers are right, but float32 inputs gave float64 gradients. Look "
            "at the dtype of the arrays that you fill."
        ),
        code=_backward_in_double,
    ),
)
