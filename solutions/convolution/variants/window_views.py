"""Windows as views of the array, and einsum for all sums; no loop at all."""

import numpy as np


def polynomial_product(alpha, beta):
    m, n = len(alpha), len(beta)
    if m * n == 0:
        raise ValueError("empty input")
    padded = np.pad(beta, m - 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, m)
    return np.einsum("ij,j->i", windows, alpha[::-1])


def toeplitz_matrix(alpha, n):
    m = len(alpha)
    if m == 0 or n < 1:
        raise ValueError("empty")
    padded = np.pad(alpha, n - 1)
    return np.lib.stride_tricks.sliding_window_view(padded, n)[:, ::-1].copy()


def convolution_integral(f, g, t, a):
    da = np.diff(a)[0]
    return np.einsum("k,ik->i", f(a), g(t[:, np.newaxis] - a[np.newaxis, :])) * da


def corr2d(x, k):
    if any(np.array(k.shape) > np.array(x.shape)):
        raise ValueError("kernel does not fit")
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijmn,mn->ij", windows, k)


def conv2d_flipped(x, k):
    if any(np.array(k.shape) > np.array(x.shape)):
        raise ValueError("kernel does not fit")
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijmn,mn->ij", windows[..., ::-1, ::-1], k)


def output_shape(size, kernel, padding=(0, 0), stride=(1, 1)):
    def places(n, k, p, s):
        if s <= 0 or p < 0 or k <= 0 or k - 2 * p > n:
            raise ValueError((n, k, p, s))
        return len(range(0, n + 2 * p - k + 1, s))

    return tuple(map(places, size, kernel, padding, stride))


def pad2d(x, padding):
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("padding must not be negative")
    rows = np.zeros((*x.shape[:-2], ph, x.shape[-1]), x.dtype)
    x = np.concatenate([rows, x, rows], axis=-2)
    columns = np.zeros((*x.shape[:-1], pw), x.dtype)
    return np.concatenate([columns, x, columns], axis=-1)


def conv2d(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channel mismatch")
    (sh, sw), (kh, kw) = stride, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.ascontiguousarray(pad2d(x, padding))
    n, c, h, v = x.strides
    windows = np.lib.stride_tricks.as_strided(
        x,
        shape=(x.shape[0], x.shape[1], oh, ow, kh, kw),
        strides=(n, c, h * sh, v * sw, h, v),
        writeable=False,
    )
    out = np.einsum("nchwij,ocij->nohw", windows, w, optimize=True)
    return out if b is None else out + b.reshape(1, -1, 1, 1)


def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    (sh, sw), (kh, kw) = stride, w.shape[2:]
    xp = pad2d(x, padding)
    view = np.lib.stride_tricks.sliding_window_view
    windows = view(xp, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    dw = np.einsum("nohw,nchwij->ocij", dout, windows)
    # dx: spread dout by the stride, then convolve in full with the kernels turned
    h, v = xp.shape[2] - kh + 1, xp.shape[3] - kw + 1
    spread = np.zeros((*dout.shape[:2], h, v), dout.dtype)
    spread[:, :, ::sh, ::sw] = dout
    frame = ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1))
    full = view(np.pad(spread, frame), (kh, kw), axis=(2, 3))
    dxp = np.einsum("nohwij,ocij->nchw", full, w[:, :, ::-1, ::-1])
    ph, pw = padding
    dx = dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]
    return dx, dw, np.einsum("nohw->o", dout)


def conv_parameters(in_channels, out_channels, kernel, bias=True):
    return int(np.prod([in_channels, out_channels, *kernel])) + bias * out_channels


def dense_parameters(inputs, outputs, bias=True):
    return inputs * outputs + (outputs if bias else 0)


def local_parameters(delta):
    return int(np.square(2 * delta))


def sobel_edges(image):
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], image.dtype)
    bank = np.stack((kernel, kernel.T)).reshape(2, 1, 3, 3)
    g = conv2d(image[np.newaxis, np.newaxis], bank)
    return np.hypot(g[0, 0], g[0, 1])


def conv2d_torch(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    import torch

    ph, pw = padding
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, w.size(2), stride[0]).unfold(3, w.size(3), stride[1])
    out = torch.tensordot(windows, w, dims=([1, 4, 5], [1, 2, 3])).movedim(-1, 1)
    return out if b is None else out + b.view(1, -1, 1, 1)


def conv2d_tf(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    import tensorflow as tf

    (ph, pw), (sh, sw) = padding, stride
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    kh, kw = w.shape[:2]
    oh = (x.shape[1] - kh) // sh + 1
    ow = (x.shape[2] - kw) // sw + 1
    i = tf.range(oh)[:, None] * sh + tf.range(kh)[None, :]
    j = tf.range(ow)[:, None] * sw + tf.range(kw)[None, :]
    windows = tf.gather(tf.gather(x, j, axis=2), i, axis=1)
    out = tf.einsum("nhiwjc,ijco->nhwo", windows, w)
    if b is not None:
        out = tf.nn.bias_add(out, b)
    return out
