"""As one who thinks in loops writes it: one window after the other."""

import math

import numpy as np


def windows_of(shape, size, stride, padding):
    """Each window's place in the output, and its rows and columns of the image."""
    (h, w), (kh, kw), (sh, sw), (ph, pw) = shape, size, stride or size, padding
    if kh < 1 or kw < 1 or sh < 1 or sw < 1:
        raise ValueError("windows and strides begin at 1")
    if ph < 0 or pw < 0 or ph >= kh or pw >= kw:
        raise ValueError("the padding must be smaller than the window")
    if h + 2 * ph < kh or w + 2 * pw < kw:
        raise ValueError("the window does not fit")
    for i, top in enumerate(range(-ph, h + ph - kh + 1, sh)):
        for j, left in enumerate(range(-pw, w + pw - kw + 1, sw)):
            rows = slice(max(top, 0), min(top + kh, h))
            columns = slice(max(left, 0), min(left + kw, w))
            yield i, j, rows, columns


def pooled(x, size, stride, padding, reduce):
    places = list(windows_of(x.shape[2:], size, stride, padding))
    oh, ow = places[-1][0] + 1, places[-1][1] + 1
    out = np.empty((x.shape[0], x.shape[1], oh, ow), x.dtype)
    for i, j, rows, columns in places:
        for image in range(x.shape[0]):
            for channel in range(x.shape[1]):
                out[image, channel, i, j] = reduce(x[image, channel, rows, columns])
    return out


def max_pool2d(x, size, stride=None, padding=(0, 0)):
    return pooled(x, size, stride, padding, np.max)


def avg_pool2d(x, size, stride=None, padding=(0, 0)):
    return pooled(
        x, size, stride, padding, lambda seen: np.sum(seen) / (size[0] * size[1])
    )


def max_pool2d_backward(dout, x, size, stride=None, padding=(0, 0)):
    dx = np.zeros_like(x)
    for i, j, rows, columns in windows_of(x.shape[2:], size, stride, padding):
        for image in range(x.shape[0]):
            for channel in range(x.shape[1]):
                seen = x[image, channel, rows, columns]
                m, n = divmod(int(np.argmax(seen)), seen.shape[1])
                row, column = rows.start + m, columns.start + n
                dx[image, channel, row, column] += dout[image, channel, i, j]
    return dx


def avg_pool2d_backward(dout, x, size, stride=None, padding=(0, 0)):
    dx = np.zeros(x.shape, x.dtype)
    for i, j, rows, columns in windows_of(x.shape[2:], size, stride, padding):
        share = dout[:, :, i, j] / (size[0] * size[1])
        dx[:, :, rows, columns] += share[:, :, None, None]
    return dx


def global_average_pool(x):
    means = [[feature_map.mean() for feature_map in image] for image in x]
    return np.array(means, dtype=x.dtype)


def trace_shapes(layers, input_shape):
    trace = []
    shape = input_shape
    for layer in layers:
        if layer["kind"] == "conv":
            h, w, channels = shape
            kh, kw = layer["kernel"]
            sh, sw = layer.get("stride", (1, 1))
            ph, pw = layer.get("padding", (0, 0))
            if kh > h + 2 * ph or kw > w + 2 * pw:
                raise ValueError("kernel too large")
            filters = layer["filters"]
            shape = (
                math.floor((h + 2 * ph - kh) / sh) + 1,
                math.floor((w + 2 * pw - kw) / sw) + 1,
                filters,
            )
            trace.append((shape, filters * channels * kh * kw + filters))
        elif layer["kind"] == "pool":
            h, w, channels = shape
            kh, kw = layer["size"]
            sh, sw = layer.get("stride", (kh, kw))
            if kh > h or kw > w:
                raise ValueError("window too large")
            shape = ((h - kh) // sh + 1, (w - kw) // sw + 1, channels)
            trace.append((shape, 0))
        elif layer["kind"] == "global_pool":
            h, w, channels = shape
            shape = (channels,)
            trace.append((shape, 0))
        elif layer["kind"] == "flatten":
            product = 1
            for n in shape:
                product *= n
            shape = (product,)
            trace.append((shape, 0))
        elif layer["kind"] == "dense":
            (inputs,) = shape
            shape = (layer["units"],)
            trace.append((shape, inputs * layer["units"] + layer["units"]))
        elif layer["kind"] == "relu":
            trace.append((shape, 0))
        else:
            raise ValueError("unknown layer")
    return trace


def shift_invariance(x, size, stride=None):
    h, w = x.shape
    before = max_pool2d(x.reshape(1, 1, h, w), size, stride)[0, 0]
    survived = np.zeros(before.shape, x.dtype)
    for down in [-1, 0, 1]:
        for right in [-1, 0, 1]:
            if down == 0 and right == 0:
                continue
            moved = np.zeros((1, 1, h, w), x.dtype)
            for row in range(h):
                for column in range(w):
                    if 0 <= row - down < h and 0 <= column - right < w:
                        moved[0, 0, row, column] = x[row - down, column - right]
            after = max_pool2d(moved, size, stride)[0, 0]
            survived += (after == before) / x.dtype.type(8)
    return survived


def classify_digits(images, labels, train, l2=1e-4):
    import torch

    torch.manual_seed(3)
    torch.set_default_dtype(torch.float32)
    kernel = (torch.randn(12, 1, 3, 3) / 3).requires_grad_()
    bias = torch.zeros(12, requires_grad=True)
    weight = (torch.randn(192, 10) / 14).requires_grad_()
    offset = torch.zeros(10, requires_grad=True)
    parameters = [kernel, bias, weight, offset]

    def logits(x):
        x = torch.nn.functional.conv2d(x, kernel, bias, padding=1).relu()
        x = torch.nn.functional.max_pool2d(x, 2)
        return x.flatten(1) @ weight + offset

    x = torch.from_numpy(images.astype(np.float32)).unsqueeze(1)
    y = torch.from_numpy(labels.copy())
    velocities = [torch.zeros_like(p) for p in parameters]
    for _epoch in range(30):
        for start in range(0, train, 20):
            stop = min(start + 20, train)
            loss = torch.nn.functional.cross_entropy(
                logits(x[start:stop]), y[start:stop]
            )
            loss = loss + l2 * ((kernel**2).sum() + (weight**2).sum())
            gradients = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                for p, v, g in zip(parameters, velocities, gradients):
                    v.mul_(0.9).add_(g)
                    p.sub_(0.05 * v)
    result = torch.softmax(logits(x[train:]), 1).detach().numpy()
    return result.astype(images.dtype)


def max_pool2d_torch(x, size, stride=None, padding=(0, 0)):
    import torch

    rows = []
    last = {}
    for i, j, r, c in windows_of(x.shape[2:], size, stride, padding):
        last.setdefault(i, []).append(x[:, :, r, c].flatten(2).max(dim=2).values)
    for i in sorted(last):
        rows.append(torch.stack(last[i], dim=-1))
    return torch.stack(rows, dim=-2)


def max_pool2d_tf(x, size, stride=None, padding=(0, 0)):
    import tensorflow as tf

    rows = {}
    for i, j, r, c in windows_of(x.shape[1:3], size, stride, padding):
        rows.setdefault(i, []).append(tf.reduce_max(x[:, r, c, :], axis=[1, 2]))
    return tf.stack([tf.stack(row, axis=1) for row in rows.values()], axis=1)
