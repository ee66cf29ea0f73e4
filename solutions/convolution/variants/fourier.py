"""Products of Fourier transforms wherever a convolution is asked; results are real."""

import numpy as np


def polynomial_product(alpha, beta):
    if len(alpha) == 0 or len(beta) == 0:
        raise ValueError("need at least one coefficient")
    size = len(alpha) + len(beta) - 1
    product = np.fft.rfft(alpha, size) * np.fft.rfft(beta, size)
    return np.fft.irfft(product, size).astype(np.result_type(alpha, beta))


def toeplitz_matrix(alpha, n):
    from scipy.linalg import toeplitz

    if len(alpha) == 0 or n < 1:
        raise ValueError("need at least one coefficient and one column")
    column = np.r_[alpha, np.zeros(n - 1, alpha.dtype)]
    row = np.zeros(n, alpha.dtype)
    row[0] = alpha[0]
    return toeplitz(column, row)


def convolution_integral(f, g, t, a):
    da = a[1] - a[0]
    fa = f(a)

    def at(point):
        return np.dot(fa, g(point - a)) * da

    return np.fromiter(map(at, t), dtype=np.result_type(t, a), count=len(t))


def corr2d(x, k):
    from scipy.signal import fftconvolve

    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("kernel larger than image")
    return fftconvolve(x, k[::-1, ::-1], mode="valid").astype(x.dtype)


def conv2d_flipped(x, k):
    from scipy.signal import convolve2d

    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("kernel larger than image")
    return convolve2d(x, k, mode="valid")


def output_shape(size, kernel, padding=(0, 0), stride=(1, 1)):
    import math

    if min(stride) < 1:
        raise ValueError("stride")
    if min(padding) < 0:
        raise ValueError("padding")
    if min(kernel) < 1:
        raise ValueError("kernel")
    h = math.floor((size[0] + 2 * padding[0] - kernel[0]) / stride[0] + 1)
    w = math.floor((size[1] + 2 * padding[1] - kernel[1]) / stride[1] + 1)
    if size[0] + 2 * padding[0] < kernel[0] or size[1] + 2 * padding[1] < kernel[1]:
        raise ValueError("kernel larger than padded image")
    return (h, w)


def pad2d(x, padding):
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("negative padding")
    return np.pad(x, [(0, 0)] * (x.ndim - 2) + [(ph, ph), (pw, pw)], "constant")


def conv2d(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    output_shape(x.shape[2:], w.shape[2:], padding, stride)
    xp = pad2d(x, padding)
    size, (kh, kw) = xp.shape[2:], w.shape[2:]
    spectrum = np.fft.rfft2(xp)[:, None] * np.conj(np.fft.rfft2(w, size))
    full = np.fft.irfft2(spectrum.sum(axis=2), size)
    out = full[:, :, : size[0] - kh + 1, : size[1] - kw + 1]
    out = out[:, :, :: stride[0], :: stride[1]].astype(x.dtype)
    return out if b is None else out + b[None, :, None, None]


def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    xp = pad2d(x, padding)
    size, (kh, kw) = xp.shape[2:], w.shape[2:]
    spread = np.zeros((*dout.shape[:2], *size), dout.dtype)
    rows = slice(0, stride[0] * dout.shape[2], stride[0])
    cols = slice(0, stride[1] * dout.shape[3], stride[1])
    spread[:, :, rows, cols] = dout
    upstream = np.fft.rfft2(spread)
    dxp = np.einsum("nohw,ochw->nchw", upstream, np.fft.rfft2(w, size))
    dxp = np.fft.irfft2(dxp, size)
    dw = np.einsum("nohw,nchw->ochw", upstream.conj(), np.fft.rfft2(xp))
    dw = np.fft.irfft2(dw, size)[:, :, :kh, :kw]
    ph, pw = padding
    dx = dxp[:, :, ph : size[0] - ph, pw : size[1] - pw]
    return dx.astype(x.dtype), dw.astype(w.dtype), dout.sum((0, 2, 3))


def conv_parameters(in_channels, out_channels, kernel, bias=True):
    import math

    per_filter = in_channels * math.prod(kernel) + bool(bias)
    return out_channels * per_filter


def dense_parameters(inputs, outputs, bias=True):
    return sum([inputs * outputs, outputs if bias else 0])


def local_parameters(delta):
    side = 2 * delta
    return side * side


def sobel_edges(image):
    x = image.astype(np.float64)[None, None]
    kernel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx = conv2d(x, kernel[None, None]).squeeze(axis=(0, 1))
    gy = conv2d(x, kernel.T[None, None]).squeeze(axis=(0, 1))
    return np.abs(gx + 1j * gy).astype(image.dtype)


def conv2d_torch(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    import torch

    ph, pw = padding
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    size = x.shape[-2:]
    spectrum = torch.fft.rfft2(x).unsqueeze(1) * torch.fft.rfft2(w, size).conj()
    out = torch.fft.irfft2(spectrum.sum(dim=2), size)
    out = out[:, :, : size[0] - w.shape[2] + 1, : size[1] - w.shape[3] + 1]
    out = out[:, :, :: stride[0], :: stride[1]]
    return out if b is None else out + b[:, None, None]


def conv2d_tf(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    import tensorflow as tf

    x = tf.transpose(x, (0, 3, 1, 2))
    w = tf.transpose(w, (3, 2, 0, 1))
    x = tf.pad(x, [[0, 0], [0, 0], [padding[0]] * 2, [padding[1]] * 2])
    (kh, kw), size = w.shape[2:], x.shape[2:]
    w = tf.pad(w, [[0, 0], [0, 0], [0, size[0] - kh], [0, size[1] - kw]])
    spectrum = tf.signal.rfft2d(x)[:, None] * tf.math.conj(tf.signal.rfft2d(w))
    full = tf.signal.irfft2d(tf.reduce_sum(spectrum, axis=2), size)
    out = full[:, :, : size[0] - kh + 1 : stride[0], : size[1] - kw + 1 : stride[1]]
    out = tf.transpose(out, (0, 2, 3, 1))
    return out if b is None else out + b
