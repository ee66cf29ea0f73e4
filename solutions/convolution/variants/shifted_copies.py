"""One loop over the kernel, a shifted copy of the image for each of its weights."""

import numpy as np


def polynomial_product(alpha, beta):
    if not (len(alpha) and len(beta)):
        raise ValueError("zero-length polynomial")
    total, shifted = 0, np.concatenate((beta, np.zeros(len(alpha) - 1, beta.dtype)))
    for a in alpha:
        total = total + a * shifted
        shifted = np.roll(shifted, 1)
    return total


def toeplitz_matrix(alpha, n):
    if not len(alpha) or n < 1:
        raise ValueError("zero-length input")
    return sum(
        a * np.eye(len(alpha) + n - 1, n, k=-i, dtype=alpha.dtype)
        for i, a in enumerate(alpha)
    )


def convolution_integral(f, g, t, a):
    step = (a[-1] - a[0]) / (len(a) - 1)
    total = 0
    for sample, height in zip(a, f(a)):
        total = total + height * g(t - sample)
    return (total * step).astype(t.dtype)


def corr2d(x, k):
    rows, columns = x.shape[0] - k.shape[0], x.shape[1] - k.shape[1]
    if rows < 0 or columns < 0:
        raise ValueError("the kernel does not fit")
    total = np.zeros((rows + 1, columns + 1), x.dtype)
    for (m, n), weight in np.ndenumerate(k):
        total += weight * x[m : m + rows + 1, n : n + columns + 1]
    return total


def conv2d_flipped(x, k):
    rows, columns = x.shape[0] - k.shape[0], x.shape[1] - k.shape[1]
    if rows < 0 or columns < 0:
        raise ValueError("the kernel does not fit")
    full = np.zeros(np.add(x.shape, k.shape) - 1, x.dtype)
    for (m, n), weight in np.ndenumerate(k):
        full[m : m + x.shape[0], n : n + x.shape[1]] += weight * x
    return full[k.shape[0] - 1 :, k.shape[1] - 1 :][: rows + 1, : columns + 1]


def output_shape(size, kernel, padding=(0, 0), stride=(1, 1)):
    result = []
    for n, k, p, s in zip(size, kernel, padding, stride):
        if s < 1 or p < 0 or k < 1:
            raise ValueError("out of range")
        steps, _ = divmod(n + 2 * p - k, s)
        if steps < 0:
            raise ValueError("the kernel does not fit")
        result.append(steps + 1)
    return result


def pad2d(x, padding):
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("negative")
    rows = np.eye(x.shape[-2] + 2 * ph, x.shape[-2], k=-ph, dtype=x.dtype)
    columns = np.eye(x.shape[-1], x.shape[-1] + 2 * pw, k=pw, dtype=x.dtype)
    return rows @ x @ columns


def conv2d(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    (_, channels, h, v), (filters, expected, kh, kw) = x.shape, w.shape
    if channels != expected:
        raise ValueError("channels differ")
    (sh, sw), (oh, ow) = stride, output_shape((h, v), (kh, kw), padding, stride)
    x = pad2d(x, padding)
    out = np.zeros((len(x), filters, oh, ow), np.result_type(x, w))
    if b is not None:
        out += b[:, np.newaxis, np.newaxis]
    for m, n in np.ndindex(kh, kw):
        pixels = x[:, :, m : m + sh * (oh - 1) + 1 : sh, n : n + sw * (ow - 1) + 1 : sw]
        out += np.tensordot(pixels, w[:, :, m, n], (1, 1)).transpose(0, 3, 1, 2)
    return out


def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    (sh, sw), (ph, pw), (oh, ow) = stride, padding, dout.shape[2:]
    padded = pad2d(x, padding)
    dpadded, dw = padded * 0, w * 0
    for m, n in np.ndindex(w.shape[2:]):
        place = np.s_[
            :, :, m : m + sh * (oh - 1) + 1 : sh, n : n + sw * (ow - 1) + 1 : sw
        ]
        dw[:, :, m, n] = np.tensordot(dout, padded[place], ((0, 2, 3), (0, 2, 3)))
        dpadded[place] += np.moveaxis(np.tensordot(dout, w[:, :, m, n], (1, 0)), -1, 1)
    bottom, right = ph + x.shape[2], pw + x.shape[3]
    return dpadded[:, :, ph:bottom, pw:right], dw, dout.sum(-1).sum(-1).sum(0)


def conv_parameters(in_channels, out_channels, kernel, bias=True):
    kh, kw = kernel
    return kh * kw * in_channels * out_channels + out_channels * int(bias)


def dense_parameters(inputs, outputs, bias=True):
    return (inputs + (1 if bias else 0)) * outputs


def local_parameters(delta):
    return sum(1 for _ in np.ndindex(2 * delta, 2 * delta))


def sobel_edges(image):
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]).astype(image.dtype)
    gradient = [
        conv2d(image[None, None], k[None, None])[0, 0] for k in (kernel, kernel.T)
    ]
    return np.sqrt(sum(np.square(g) for g in gradient))


def conv2d_torch(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    import torch

    (sh, sw), (ph, pw) = stride, padding
    rows = x.new_zeros(*x.shape[:2], ph, x.shape[3])
    x = torch.cat([rows, x, rows], dim=2)
    columns = x.new_zeros(*x.shape[:3], pw)
    x = torch.cat([columns, x, columns], dim=3)
    oh, ow = (x.shape[2] - w.shape[2]) // sh + 1, (x.shape[3] - w.shape[3]) // sw + 1
    out = 0
    for m in range(w.shape[2]):
        for n in range(w.shape[3]):
            pixels = x[:, :, m : m + sh * oh : sh, n : n + sw * ow : sw]
            out = out + (w[:, :, m, n] @ pixels.flatten(2)).view(len(x), -1, oh, ow)
    return out if b is None else out + b.reshape(-1, 1, 1)


def conv2d_tf(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    import tensorflow as tf

    (sh, sw), (ph, pw) = stride, padding
    x = tf.pad(x, tf.constant([[0, 0], [ph, ph], [pw, pw], [0, 0]]))
    kh, kw, channels, filters = w.shape
    oh, ow = (x.shape[1] - kh) // sh + 1, (x.shape[2] - kw) // sw + 1
    parts = []
    for m in range(kh):
        for n in range(kw):
            pixels = tf.strided_slice(
                x,
                [0, m, n, 0],
                [x.shape[0], m + sh * (oh - 1) + 1, n + sw * (ow - 1) + 1, channels],
                [1, sh, sw, 1],
            )
            parts.append(tf.matmul(pixels, w[m, n]))
    out = tf.add_n(parts)
    return out if b is None else out + b
