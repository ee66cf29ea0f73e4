"""As one who wants to read each function from top to bottom writes it: no helpers;
forwards all windows at once, backwards one after the other."""

import numpy as np


def max_pool2d(x, size, stride=None, padding=(0, 0)):
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    x = np.pad(x, frame, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return windows[:, :, ::sh, ::sw].max(axis=(4, 5))


def avg_pool2d(x, size, stride=None, padding=(0, 0)):
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return windows[:, :, ::sh, ::sw].sum(axis=(4, 5)) / (kh * kw)


def max_pool2d_backward(dout, x, size, stride=None, padding=(0, 0)):
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame, constant_values=-np.inf)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]
        pixels = padded[place]
        m, n = np.unravel_index(pixels.argmax(), (kh, kw))
        dpadded[b, c, top + m, left + n] += dout[b, c, i, j]
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def avg_pool2d_backward(dout, x, size, stride=None, padding=(0, 0)):
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]
        dpadded[place] += dout[b, c, i, j] / (kh * kw)
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def global_average_pool(x):
    return x.sum(axis=(2, 3)) / (x.shape[2] * x.shape[3])


def trace_shapes(layers, input_shape):
    trace, shape = [], tuple(input_shape)
    for layer in layers:
        kind, count = layer["kind"], 0
        axes = {"conv": 3, "pool": 3, "global_pool": 3, "dense": 1}
        if len(shape) != axes.get(kind, len(shape)):
            raise ValueError("the layer doesn't fit")
        if kind in ("conv", "pool"):
            k = layer["kernel" if kind == "conv" else "size"]
            strides = layer.get("stride", (1, 1) if kind == "conv" else k)
            paddings = layer.get("padding", (0, 0))
            if kind == "conv":
                count = layer["filters"] * (shape[2] * k[0] * k[1] + 1)
            places = []
            for n, w, s, p in zip(shape[:2], k, strides, paddings):
                if w > n + 2 * p:
                    raise ValueError("the window doesn't fit")
                places.append((n + 2 * p - w) // s + 1)
            shape = (*places, layer.get("filters", shape[2]))
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            count = (shape[0] + 1) * layer["units"]
            shape = (layer["units"],)
        elif kind != "relu":
            raise ValueError("no such layer")
        trace.append((shape, count))
    return tuple(trace)


def shift_invariance(x, size, stride=None):
    (h, w), framed = x.shape, np.pad(x, 1)
    still = max_pool2d(x[None, None], size, stride)[0, 0]
    unchanged = np.zeros(still.shape, x.dtype)
    for top, left in np.ndindex(3, 3):
        if (top, left) == (1, 1):
            continue
        moved = framed[None, None, top : top + h, left : left + w]
        unchanged += max_pool2d(moved, size, stride)[0, 0] == still
    return unchanged / 8


def classify_digits(images, labels, train, l2=1e-4):
    import torch

    torch.manual_seed(0)
    x = torch.tensor(images, dtype=torch.float32)[:, None]
    y = torch.tensor(labels[:train])
    network = torch.nn.Sequential(
        torch.nn.Conv2d(1, 16, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(16 * 4 * 4, 10),
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(25):
        for batch in torch.randperm(len(y)).split(32):
            loss = torch.nn.functional.cross_entropy(network(x[batch]), y[batch])
            loss = loss + l2 * sum((p**2).sum() for p in network.parameters())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return network(x[train:]).softmax(dim=1).numpy().astype(images.dtype)


def max_pool2d_torch(x, size, stride=None, padding=(0, 0)):
    import torch

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph), value=-torch.inf)
    return x.unfold(2, kh, sh).unfold(3, kw, sw).amax(dim=(4, 5))


def max_pool2d_tf(x, size, stride=None, padding=(0, 0)):
    import tensorflow as tf

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    low = tf.constant(-np.inf, x.dtype)
    x = tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]], constant_values=low)
    windows = tf.signal.frame(tf.signal.frame(x, kh, sh, axis=1), kw, sw, axis=3)
    return tf.reduce_max(windows, axis=(2, 4))
