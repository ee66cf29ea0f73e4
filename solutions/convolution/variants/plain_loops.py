"""Everything in plain loops, one number at a time, as one writes from the formula."""

import numpy as np


def polynomial_product(alpha, beta):
    if len(alpha) == 0 or len(beta) == 0:
        raise ValueError("empty polynomial")
    delta = np.zeros(len(alpha) + len(beta) - 1, np.result_type(alpha, beta))
    for power in range(len(delta)):
        for i in range(len(alpha)):
            j = power - i
            if 0 <= j < len(beta):
                delta[power] += alpha[i] * beta[j]
    return delta


def toeplitz_matrix(alpha, n):
    if len(alpha) < 1:
        raise ValueError("alpha is empty")
    if n < 1:
        raise ValueError("n must be positive")
    rows = len(alpha) + n - 1
    T = np.zeros((rows, n), dtype=alpha.dtype)
    for i in range(rows):
        for j in range(n):
            if 0 <= i - j < len(alpha):
                T[i, j] = alpha[i - j]
    return T


def convolution_integral(f, g, t, a):
    da = a[1] - a[0]
    values = []
    for ti in t:
        total = 0.0
        for ak in a:
            total += float(f(ak)) * float(g(ti - ak))
        values.append(total * da)
    return np.array(values, dtype=a.dtype)


def corr2d(x, k):
    kh, kw = k.shape
    oh, ow = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    if oh < 1 or ow < 1:
        raise ValueError("kernel larger than image")
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            for m in range(kh):
                for n in range(kw):
                    y[i, j] += x[i + m, j + n] * k[m, n]
    return y


def conv2d_flipped(x, k):
    kh, kw = k.shape
    oh, ow = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    if oh < 1 or ow < 1:
        raise ValueError("kernel larger than image")
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(kh - 1, x.shape[0]):
        for j in range(kw - 1, x.shape[1]):
            s = 0
            for m in range(kh):
                for n in range(kw):
                    s = s + x[i - m, j - n] * k[m, n]
            y[i - kh + 1, j - kw + 1] = s
    return y


def output_shape(size, kernel, padding=(0, 0), stride=(1, 1)):
    sizes = []
    for axis in range(2):
        n, k = size[axis], kernel[axis]
        p, s = padding[axis], stride[axis]
        if s < 1 or p < 0 or k < 1:
            raise ValueError("bad argument")
        places = 0
        start = -p
        while start + k <= n + p:
            places += 1
            start += s
        if places == 0:
            raise ValueError("kernel larger than the padded image")
        sizes.append(places)
    return sizes[0], sizes[1]


def pad2d(x, padding):
    ph, pw = padding
    if ph < 0:
        raise ValueError("negative")
    if pw < 0:
        raise ValueError("negative")
    h, w = x.shape[-2], x.shape[-1]
    out = np.zeros(x.shape[:-2] + (h + 2 * ph, w + 2 * pw), dtype=x.dtype)
    for i in range(h):
        for j in range(w):
            out[..., ph + i, pw + j] = x[..., i, j]
    return out


def conv2d(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    F, C2, HH, WW = w.shape
    if C != C2:
        raise ValueError("channels differ")
    Ho, Wo = output_shape((H, W), (HH, WW), padding, stride)
    xp = pad2d(x, padding)
    out = np.zeros((N, F, Ho, Wo), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(Ho):
                for j in range(Wo):
                    r, c = i * stride[0], j * stride[1]
                    out[n, f, i, j] = np.sum(xp[n, :, r : r + HH, c : c + WW] * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    ph, pw = padding
    xp = pad2d(x, padding)
    dxp = np.zeros_like(xp)
    dw = np.zeros_like(w)
    db = np.zeros(F, dtype=w.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    r, c = i * stride[0], j * stride[1]
                    g = dout[n, f, i, j]
                    dxp[n, :, r : r + HH, c : c + WW] += g * w[f]
                    dw[f] += g * xp[n, :, r : r + HH, c : c + WW]
                    db[f] += g
    dx = dxp[:, :, ph : ph + H, pw : pw + W]
    return dx, dw, db


def conv_parameters(in_channels, out_channels, kernel, bias=True):
    total = 0
    for _ in range(out_channels):
        total += in_channels * kernel[0] * kernel[1]
        if bias:
            total += 1
    return total


def dense_parameters(inputs, outputs, bias=True):
    if bias:
        return (inputs + 1) * outputs
    return inputs * outputs


def local_parameters(delta):
    count = 0
    for a in range(-delta, delta):
        for b in range(-delta, delta):
            count += 1
    return count


def sobel_edges(image):
    Kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=image.dtype)
    Ky = Kx.T
    x = image.reshape((1, 1) + image.shape)
    gx = conv2d(x, Kx.reshape(1, 1, 3, 3))
    gy = conv2d(x, Ky.reshape(1, 1, 3, 3))
    return np.sqrt(gx[0, 0] ** 2 + gy[0, 0] ** 2)


def conv2d_torch(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    import torch

    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    ph, pw = padding
    xp = torch.zeros(N, C, H + 2 * ph, W + 2 * pw, dtype=x.dtype, device=x.device)
    xp[:, :, ph : ph + H, pw : pw + W] = x
    rows = []
    for i in range((H + 2 * ph - HH) // stride[0] + 1):
        row = []
        for j in range((W + 2 * pw - WW) // stride[1] + 1):
            r, c = i * stride[0], j * stride[1]
            window = xp[:, None, :, r : r + HH, c : c + WW]
            value = (window * w).sum(dim=(2, 3, 4))
            row.append(value if b is None else value + b)
        rows.append(torch.stack(row, dim=-1))
    return torch.stack(rows, dim=-2)


def conv2d_tf(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    import tensorflow as tf

    ph, pw = padding
    HH, WW, C, F = w.shape
    xp = tf.pad(x, ((0, 0), (ph, ph), (pw, pw), (0, 0)))
    rows = []
    for i in range((xp.shape[1] - HH) // stride[0] + 1):
        row = []
        for j in range((xp.shape[2] - WW) // stride[1] + 1):
            r, c = i * stride[0], j * stride[1]
            window = xp[:, r : r + HH, c : c + WW, :, None]
            value = tf.reduce_sum(window * w, axis=[1, 2, 3])
            row.append(value if b is None else value + b)
        rows.append(tf.stack(row, axis=1))
    return tf.stack(rows, axis=1)
