"""One place of the kernel after the other, all images and channels at once there."""

import numpy as np


def polynomial_product(alpha, beta):
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(m + n - 1, dtype=np.result_type(alpha, beta))
    for i in range(m):
        for j in range(n):
            delta[i + j] += alpha[i] * beta[j]
    return delta


def toeplitz_matrix(alpha, n):
    m = len(alpha)
    if m == 0 or n < 1:
        raise ValueError("alpha needs coefficients and n must be at least 1")
    matrix = np.zeros((m + n - 1, n), dtype=alpha.dtype)
    for j in range(n):
        matrix[j : j + m, j] = alpha
    return matrix


def convolution_integral(f, g, t, a):
    da = a[1] - a[0]
    return np.array([np.sum(f(a) * g(point - a)) * da for point in t])


def corr2d(x, k):
    (h, w), (kh, kw) = x.shape, k.shape
    if kh > h or kw > w:
        raise ValueError("the kernel is larger than the image")
    oh, ow = h - kh + 1, w - kw + 1
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[i : i + kh, j : j + kw]
            y[i, j] = np.sum(window * k)
    return y


def conv2d_flipped(x, k):
    return corr2d(x[::-1, ::-1], k)[::-1, ::-1]


def output_shape(size, kernel, padding=(0, 0), stride=(1, 1)):
    (h, w), (kh, kw), (ph, pw), (sh, sw) = size, kernel, padding, stride
    if min(sh, sw, kh, kw) < 1 or min(ph, pw) < 0:
        raise ValueError("there is no such kernel, padding or stride")
    if kh > h + 2 * ph or kw > w + 2 * pw:
        raise ValueError("the kernel does not fit")
    oh = (h + 2 * ph - kh) // sh + 1
    ow = (w + 2 * pw - kw) // sw + 1
    return oh, ow


def pad2d(x, padding):
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    h, w = x.shape[-2:]
    out = np.zeros((*x.shape[:-2], h + 2 * ph, w + 2 * pw), dtype=x.dtype)
    out[..., ph : ph + h, pw : pw + w] = x
    return out


def conv2d(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    if x.shape[1] != w.shape[1]:
        raise ValueError("the channels of x and w differ")
    output_shape(x.shape[2:], (kh, kw), padding, stride)  # refuses what can't be
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    oh, ow = output_shape(x.shape[2:], (kh, kw), stride=(sh, sw))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            share = dout[:, :, i, j]
            dxp[:, :, rows, cols] += np.einsum("no,ochw->nchw", share, w)
            dw += np.einsum("no,nchw->ochw", share, xp[:, :, rows, cols])
    dx = dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db


def conv_parameters(in_channels, out_channels, kernel, bias=True):
    weights = out_channels * in_channels * kernel[0] * kernel[1]
    return weights + (out_channels if bias else 0)


def dense_parameters(inputs, outputs, bias=True):
    weights = inputs * outputs
    return weights + (outputs if bias else 0)


def local_parameters(delta):
    rows = columns = 2 * delta
    return rows * columns


def sobel_edges(image):
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=image.dtype)
    edges = np.zeros((image.shape[0] - 2, image.shape[1] - 2), dtype=image.dtype)
    for i, j in np.ndindex(edges.shape):
        window = image[i : i + 3, j : j + 3]
        edges[i, j] = np.hypot(np.sum(window * kernel), np.sum(window * kernel.T))
    return edges


def conv2d_torch(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    import torch

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    oh, ow = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    out = x.new_zeros(len(x), len(w), oh, ow)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = torch.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def conv2d_tf(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    import tensorflow as tf

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[:2]
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]])
    oh, ow = (x.shape[1] - kh) // sh + 1, (x.shape[2] - kw) // sw + 1
    places = []
    for i in range(oh):
        for j in range(ow):
            window = x[:, i * sh : i * sh + kh, j * sw : j * sw + kw]
            places.append(tf.tensordot(window, w, axes=3))  # (batch, out)
    out = tf.reshape(tf.stack(places, axis=1), (-1, oh, ow, w.shape[3]))
    return out if b is None else out + b
