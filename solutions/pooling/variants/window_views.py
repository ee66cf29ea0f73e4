"""As one who knows numpy's views writes it: all windows at once, einsum, bincount."""

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view


def all_windows(x, size, stride, padding, fill):
    stride = tuple(size) if stride is None else tuple(stride)
    if min(size) < 1 or min(stride) < 1 or min(padding) < 0:
        raise ValueError(f"{size=} {stride=} {padding=}")
    if any(p >= k for p, k in zip(padding, size)):
        raise ValueError("a window would see padding only")
    (ph, pw), (sh, sw) = padding, stride
    padded = np.full(
        x.shape[:2] + (x.shape[2] + 2 * ph, x.shape[3] + 2 * pw), fill, x.dtype
    )
    padded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]] = x
    return sliding_window_view(padded, size, axis=(-2, -1))[..., ::sh, ::sw, :, :]


def max_pool2d(x, size, stride=None, padding=(0, 0)):
    low = np.finfo(x.dtype).min
    return np.amax(all_windows(x, size, stride, padding, low), axis=(-1, -2))


def avg_pool2d(x, size, stride=None, padding=(0, 0)):
    windows = all_windows(x, size, stride, padding, 0)
    weights = np.full(size, 1 / (size[0] * size[1]), x.dtype)
    return np.einsum("bcijmn,mn->bcij", windows, weights)


def numbers_of(x, size, stride, padding):
    """The flat index of the pixel under each place of each window; -1 in the frame."""
    index = np.arange(x.size, dtype=float).reshape(x.shape)
    return all_windows(index, size, stride, padding, -1).astype(int)


def max_pool2d_backward(dout, x, size, stride=None, padding=(0, 0)):
    windows = all_windows(x, size, stride, padding, -np.inf)
    index = numbers_of(x, size, stride, padding)
    flat = windows.reshape(*dout.shape, -1)
    # the last of several equals, for a change
    best = flat.shape[-1] - 1 - flat[..., ::-1].argmax(-1)
    winners = np.take_along_axis(index.reshape(flat.shape), best[..., None], -1)
    dx = np.bincount(winners.ravel(), dout.ravel(), minlength=x.size)
    return dx.reshape(x.shape).astype(x.dtype)


def avg_pool2d_backward(dout, x, size, stride=None, padding=(0, 0)):
    index = numbers_of(x, size, stride, padding)
    share = np.broadcast_to(dout[..., None, None] / np.prod(size), index.shape)
    inside = index >= 0
    dx = np.bincount(index[inside], share[inside], minlength=x.size)
    return dx.reshape(x.shape).astype(x.dtype)


def global_average_pool(x):
    return np.einsum("bcij->bc", x) / x.dtype.type(x.shape[2] * x.shape[3])


def trace_shapes(layers, input_shape):
    def conv(shape, filters, kernel, stride=(1, 1), padding=(0, 0)):
        *size, channels = image(shape)
        places = np.add(size, padding) + padding - kernel
        if min(places) < 0:
            raise ValueError(f"{kernel} on {size}")
        places = (places // stride + 1).tolist()
        return (*places, filters), filters * (1 + channels * int(np.prod(kernel)))

    def pool(shape, size, stride=None):
        channels = image(shape)[2]
        return conv(shape, channels, size, stride or size)[0], 0

    def image(shape):
        if len(shape) != 3:
            raise ValueError(f"{shape} is no image")
        return shape

    def dense(shape, units):
        if len(shape) > 1:
            raise ValueError("flatten first")
        return (units,), units * (1 + shape[0])

    table = {
        "conv": conv,
        "pool": pool,
        "dense": dense,
        "relu": lambda shape: (shape, 0),
        "global_pool": lambda shape: (image(shape)[2:], 0),
        "flatten": lambda shape: ((int(np.prod(shape)),), 0),
    }
    trace = [(tuple(input_shape), 0)]
    for layer in layers:
        settings = {key: value for key, value in layer.items() if key != "kind"}
        if layer["kind"] not in table:
            raise ValueError(layer["kind"])
        trace.append(table[layer["kind"]](trace[-1][0], **settings))
    return trace[1:]


def shift_invariance(x, size, stride=None):
    h, w = x.shape
    framed = np.pad(x, 1)
    shifts = as_strided(framed, (3, 3, h, w), framed.strides * 2)
    pooled = max_pool2d(shifts, size, stride)
    same = pooled == pooled[1, 1]
    return ((same.sum(axis=(0, 1)) - 1) / 8).astype(x.dtype)


def classify_digits(images, labels, train, l2=1e-4):
    import torch
    from torch import nn

    class Reader(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Conv2d(1, 8, 3, padding=1)
            self.second = nn.Conv2d(8, 16, 3, padding=1)
            self.head = nn.Linear(64, 10)

        def forward(self, x):
            x = nn.functional.max_pool2d(torch.relu(self.first(x)), 2)
            x = nn.functional.max_pool2d(torch.relu(self.second(x)), 2)
            return self.head(torch.flatten(x, 1)).log_softmax(-1)

    torch.manual_seed(11)
    reader = Reader().double()
    x = torch.as_tensor(images[:, np.newaxis].astype(np.float64))
    y = torch.as_tensor(labels[:train])
    # Adam's weight decay is the gradient of half the sum of squares
    optimizer = torch.optim.Adam(reader.parameters(), lr=0.01, weight_decay=2 * l2)
    for _ in range(30):
        for batch in torch.chunk(torch.randperm(train), max(train // 40, 1)):
            optimizer.zero_grad()
            nn.functional.nll_loss(reader(x[batch]), y[batch]).backward()
            optimizer.step()
    reader.eval()
    with torch.inference_mode():
        return reader(x[train:]).exp().numpy().astype(images.dtype)


def max_pool2d_torch(x, size, stride=None, padding=(0, 0)):
    import torch

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    lowest = torch.finfo(x.dtype).min
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph), value=lowest)
    b, c, h, w = x.shape
    columns = torch.nn.functional.unfold(x, (kh, kw), stride=(sh, sw))
    columns = columns.reshape(b, c, kh * kw, -1)
    return columns.amax(2).reshape(b, c, (h - kh) // sh + 1, (w - kw) // sw + 1)


def max_pool2d_tf(x, size, stride=None, padding=(0, 0)):
    import tensorflow as tf

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]], constant_values=x.dtype.min)
    patches = tf.image.extract_patches(
        x, [1, kh, kw, 1], [1, sh, sw, 1], [1, 1, 1, 1], "VALID"
    )
    b, oh, ow, _ = patches.shape
    return tf.reduce_max(tf.reshape(patches, [b, oh, ow, kh * kw, -1]), axis=-2)
