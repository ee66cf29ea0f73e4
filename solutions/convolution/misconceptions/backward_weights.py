"""Wrong answers to `conv2d_backward` in the gradients of weights and bias."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _backward_dw_flipped(
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
    dw = dw[:, :, ::-1, ::-1]
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dw_averaged(
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
    dw = dw / len(x)
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dw_mean_over_places(
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
    dw = dw / dout[0, 0].size
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dw_last_window_only(
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
            dw = np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dw_first_image_only(
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
            dw += np.einsum("no,nchw->ochw", share[:1], xp[:1, :, rows, cols])
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dw_of_unpadded(
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
    for i in range(kh):
        for j in range(kw):
            seen = np.zeros((*x.shape[:2], *dout.shape[2:]), dtype=x.dtype)
            part = x[:, :, i::sh, j::sw][:, :, : seen.shape[2], : seen.shape[3]]
            seen[:, :, : part.shape[2], : part.shape[3]] = part
            dw[:, :, i, j] = np.einsum("nohw,nchw->oc", dout, seen)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum("no,ochw->nchw", share, w)
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_dw_stride_of_width_ignored(
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
            seen = xp[:, :, rows, j : j + kw]
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, seen)
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_db_per_image(
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
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(1, 2, 3))
    return dx, dw, db


def _backward_db_not_summed_over_places(
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
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=0)
    return dx, dw, db


def _backward_db_not_summed_over_batch(
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
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(2, 3))
    return dx, dw, db


def _backward_db_keeps_axes(
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
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3), keepdims=True)
    return dx, dw, db


def _backward_db_averaged(
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
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.mean(axis=(0, 2, 3))
    return dx, dw, db


def _backward_db_over_batch_averaged(
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
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(2, 3)).mean(axis=0)
    return dx, dw, db


def _backward_db_twice(
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
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = 2 * dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def _backward_db_one_number(
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
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum()
    return dx, dw, db


def _backward_order_dw_first(
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
    dx = dxp[:, :, ph : ph + h, pw : pw + width]
    db = dout.sum(axis=(0, 2, 3))
    return dw, dx, db


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="backward_dw_flipped",
        of="conv2d_backward",
        hint=(
            "dw is turned around. dw[o, c, m, n] belongs to the weight at (m, n): "
            "which pixels did that one meet?"
        ),
        code=_backward_dw_flipped,
    ),
    Misconception(
        name="backward_dw_averaged",
        of="conv2d_backward",
        hint=(
            "dw was divided by the number of images. If the loss is a mean, dout "
            "holds that factor already."
        ),
        code=_backward_dw_averaged,
    ),
    Misconception(
        name="backward_dw_mean_over_places",
        of="conv2d_backward",
        hint=(
            "dw was divided by the number of places of the kernel. A shared weight "
            "collects the gradient of all of them."
        ),
        code=_backward_dw_mean_over_places,
    ),
    Misconception(
        name="backward_dw_last_window_only",
        of="conv2d_backward",
        hint=(
            "dw holds the share of the last window only. A shared weight collects the "
            "gradient of all of them."
        ),
        code=_backward_dw_last_window_only,
    ),
    Misconception(
        name="backward_dw_first_image_only",
        of="conv2d_backward",
        hint=(
            "dw comes from the first image of the batch only. All images share the "
            "weights."
        ),
        code=_backward_dw_first_image_only,
    ),
    Misconception(
        name="backward_dw_of_unpadded",
        of="conv2d_backward",
        hint=(
            "dw was made from x without its padding. The kernels met the padded image."
        ),
        code=_backward_dw_of_unpadded,
    ),
    Misconception(
        name="backward_dw_stride_of_width_ignored",
        of="conv2d_backward",
        hint=(
            "dw ignores the horizontal stride. It needs the same windows as dx, on "
            "both axes."
        ),
        code=_backward_dw_stride_of_width_ignored,
    ),
    Misconception(
        name="backward_db_per_image",
        of="conv2d_backward",
        hint=(
            "db has one number for each image. It needs one for each output channel: "
            "which axes must be summed?"
        ),
        code=_backward_db_per_image,
    ),
    Misconception(
        name="backward_db_not_summed_over_places",
        of="conv2d_backward",
        hint=(
            "db was summed over the batch only. The same bias is added at every place."
        ),
        code=_backward_db_not_summed_over_places,
    ),
    Misconception(
        name="backward_db_not_summed_over_batch",
        of="conv2d_backward",
        hint=(
            "db was summed over the places only. The same bias is added in every image."
        ),
        code=_backward_db_not_summed_over_batch,
    ),
    Misconception(
        name="backward_db_keeps_axes",
        of="conv2d_backward",
        hint=("db has four axes. It must have the shape of b."),
        code=_backward_db_keeps_axes,
    ),
    Misconception(
        name="backward_db_averaged",
        of="conv2d_backward",
        hint=(
            "db is a mean. A shared bias collects the gradient of all places and "
            "images."
        ),
        code=_backward_db_averaged,
    ),
    Misconception(
        name="backward_db_over_batch_averaged",
        of="conv2d_backward",
        hint=(
            "db was divided by the number of images. If the loss is a mean, dout "
            "holds that factor already."
        ),
        code=_backward_db_over_batch_averaged,
    ),
    Misconception(
        name="backward_db_twice",
        of="conv2d_backward",
        hint=(
            "db is twice as large as it should be. Is it summed before the loop, and "
            "then in the loop again?"
        ),
        code=_backward_db_twice,
    ),
    Misconception(
        name="backward_db_one_number",
        of="conv2d_backward",
        hint=("db is one number. Each output channel has a bias of its own."),
        code=_backward_db_one_number,
    ),
    Misconception(
        name="backward_order_dw_first",
        of="conv2d_backward",
        hint=("The gradients come in another order than the docstring names."),
        code=_backward_order_dw_first,
    ),
)
