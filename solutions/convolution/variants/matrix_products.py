"""Everything as one matrix product: im2col and its way back, as the libraries do."""

import numpy as np


def polynomial_product(alpha, beta):
    if min(alpha.size, beta.size) == 0:
        raise ValueError("a polynomial needs coefficients")
    table = np.outer(alpha, beta[::-1])  # its diagonals hold equal powers
    offsets = range(beta.size - 1, -alpha.size, -1)
    return np.array([np.trace(table, offset) for offset in offsets], table.dtype)


def toeplitz_matrix(alpha, n):
    if alpha.size == 0 or n <= 0:
        raise ValueError("nothing to convolve")
    first_column = np.concatenate([alpha, np.zeros(n - 1, alpha.dtype)])
    return np.stack([np.roll(first_column, shift) for shift in range(n)], axis=1)


def convolution_integral(f, g, t, a):
    weights = f(a) * (a[1] - a[0])
    return g(np.subtract.outer(t, a)) @ weights


def corr2d(x, k):
    h, w = np.subtract(x.shape, k.shape) + 1
    if h < 1 or w < 1:
        raise ValueError(f"no place for {k.shape} in {x.shape}")
    columns = [
        x[m : m + h, n : n + w].ravel()
        for m in range(k.shape[0])
        for n in range(k.shape[1])
    ]
    return (k.ravel() @ np.stack(columns)).reshape(h, w)


def conv2d_flipped(x, k):
    return corr2d(x, np.rot90(k, 2))


def output_shape(size, kernel, padding=(0, 0), stride=(1, 1)):
    size, kernel = np.array(size), np.array(kernel)
    padding, stride = np.array(padding), np.array(stride)
    room = size + 2 * padding - kernel
    if (stride < 1).any() or (padding < 0).any() or (kernel < 1).any():
        raise ValueError("stride and kernel start at 1, padding at 0")
    if (room < 0).any():
        raise ValueError("kernel too large")
    return tuple(room // stride + 1)


def pad2d(x, padding):
    if min(padding) < 0:
        raise ValueError("negative padding")
    widths = np.zeros((x.ndim, 2), dtype=int)
    widths[-2], widths[-1] = padding[0], padding[1]
    return np.pad(x, widths)


def conv2d(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels of x and w differ")
    oh, ow = output_shape(x.shape[-2:], w.shape[-2:], padding, stride)
    x = pad2d(x, padding)
    i = np.arange(oh)[:, None, None, None] * stride[0] + np.arange(w.shape[2])[:, None]
    j = np.arange(ow)[:, None, None] * stride[1] + np.arange(w.shape[3])
    columns = x[:, :, i, j]  # (batch, in, oh, ow, kh, kw)
    columns = columns.transpose(0, 2, 3, 1, 4, 5).reshape(len(x) * oh * ow, -1)
    out = columns @ w.reshape(len(w), -1).T
    if b is not None:
        out = out + b
    return out.reshape(len(x), oh, ow, len(w)).transpose(0, 3, 1, 2)


def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    oh, ow = dout.shape[2:]
    xp = pad2d(x, padding)
    i = np.arange(oh)[:, None, None, None] * stride[0] + np.arange(w.shape[2])[:, None]
    j = np.arange(ow)[:, None, None] * stride[1] + np.arange(w.shape[3])
    columns = xp[:, :, i, j].transpose(0, 2, 3, 1, 4, 5)
    shape = columns.shape
    columns = columns.reshape(len(x) * oh * ow, -1)
    upstream = dout.transpose(0, 2, 3, 1).reshape(-1, len(w))
    dw = (upstream.T @ columns).reshape(w.shape)
    dcolumns = (upstream @ w.reshape(len(w), -1)).reshape(shape)
    dxp = np.zeros_like(xp)
    np.add.at(
        dxp, (slice(None), slice(None), i, j), dcolumns.transpose(0, 3, 1, 2, 4, 5)
    )
    rows = slice(padding[0], dxp.shape[2] - padding[0])
    cols = slice(padding[1], dxp.shape[3] - padding[1])
    return [dxp[:, :, rows, cols], dw, upstream.sum(axis=0)]


def conv_parameters(in_channels, out_channels, kernel, bias=True):
    weights = np.zeros((out_channels, in_channels, *kernel))
    return weights.size + int(bias) * out_channels


def dense_parameters(inputs, outputs, bias=True):
    return outputs * (inputs + int(bias))


def local_parameters(delta):
    return len(range(-delta, delta)) ** 2


def sobel_edges(image):
    smooth, difference = np.array([1, 2, 1]), np.array([-1, 0, 1])
    kernels = np.stack([np.outer(smooth, difference), np.outer(difference, smooth)])
    both = conv2d(image[None, None], kernels[:, None].astype(image.dtype))[0]
    return np.linalg.norm(both, axis=0)


def conv2d_torch(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    from torch.nn import functional as F

    columns = F.unfold(x, w.shape[2:], padding=padding, stride=stride)
    out = w.flatten(1) @ columns  # (batch, out, places)
    if b is not None:
        out = out + b.unsqueeze(1)
    rows = (x.shape[2] + 2 * padding[0] - w.shape[2]) // stride[0] + 1
    return out.unflatten(2, (rows, -1))


def conv2d_tf(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    import tensorflow as tf

    kh, kw, channels, filters = w.shape
    x = tf.pad(x, [(0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)])
    patches = tf.image.extract_patches(
        x,
        sizes=[1, kh, kw, 1],
        strides=[1, *stride, 1],
        rates=[1, 1, 1, 1],
        padding="VALID",
    )
    out = patches @ tf.reshape(w, (kh * kw * channels, filters))
    return out + b if b is not None else out
