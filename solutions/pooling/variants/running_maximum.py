"""As one who saves memory writes it: nothing padded, one pass for each place of the
window, everything updated in place."""

import numpy as np


def meetings(shape, size, stride, padding):
    """For each place of the window: its number, the windows that have a pixel there,
    and those pixels."""
    strides = size if stride is None else stride
    axes = []
    for n, k, s, p in zip(shape, size, strides, padding):
        if k <= 0 or s <= 0 or p < 0 or p >= k or k > n + 2 * p:
            raise ValueError(f"impossible: {n=} {k=} {s=} {p=}")
        count, axis = (n + 2 * p - k) // s + 1, []
        for m in range(k):
            first = max(-(-(p - m) // s), 0)
            last = min((n - 1 + p - m) // s, count - 1)
            start = first * s - p + m
            pixels = slice(start, start + (last - first) * s + 1, s)
            axis.append((slice(first, last + 1), pixels, last >= first, count))
        axes.append(axis)
    rows, columns = axes
    for r in rows:
        for c in columns:
            if r[2] and c[2]:
                yield np.s_[:, :, r[0], c[0]], np.s_[:, :, r[1], c[1]]


def empty(x, size, stride, padding, fill):
    (h, w), (sh, sw) = x.shape[2:], size if stride is None else stride
    list(meetings((h, w), size, stride, padding))  # raises what is to be raised
    oh = (h + 2 * padding[0] - size[0]) // sh + 1
    ow = (w + 2 * padding[1] - size[1]) // sw + 1
    return np.full((*x.shape[:2], oh, ow), fill, dtype=x.dtype)


def max_pool2d(x, size, stride=None, padding=(0, 0)):
    best = empty(x, size, stride, padding, -np.inf)
    for windows, pixels in meetings(x.shape[2:], size, stride, padding):
        np.maximum(best[windows], x[pixels], out=best[windows])
    return best


def avg_pool2d(x, size, stride=None, padding=(0, 0)):
    mean = empty(x, size, stride, padding, 0)
    for windows, pixels in meetings(x.shape[2:], size, stride, padding):
        mean[windows] += x[pixels] / (size[0] * size[1])
    return mean


def max_pool2d_backward(dout, x, size, stride=None, padding=(0, 0)):
    best = max_pool2d(x, size, stride, padding)
    ties = np.zeros_like(best)
    for windows, pixels in meetings(x.shape[2:], size, stride, padding):
        ties[windows] += x[pixels] == best[windows]
    dx = x * 0
    for windows, pixels in meetings(x.shape[2:], size, stride, padding):
        wins = x[pixels] == best[windows]
        dx[pixels] += np.where(wins, dout[windows] / ties[windows], 0)
    return dx


def avg_pool2d_backward(dout, x, size, stride=None, padding=(0, 0)):
    dx = x * 0
    for windows, pixels in meetings(x.shape[2:], size, stride, padding):
        dx[pixels] += dout[windows]
    dx /= size[0] * size[1]
    return dx


def global_average_pool(x):
    return avg_pool2d(x, x.shape[2:])[:, :, 0, 0]


def trace_shapes(layers, input_shape):
    trace = []
    for layer in layers:
        shape = trace[-1][0] if trace else tuple(input_shape)
        kind = layer["kind"]
        is_image = len(shape) == 3
        if kind == "relu":
            trace.append((shape, 0))
        elif kind == "flatten":
            trace.append(((int(np.prod(shape)),), 0))
        elif kind == "dense" and not is_image:
            weights = shape[0] * layer["units"]
            trace.append(((layer["units"],), weights + layer["units"]))
        elif kind == "global_pool" and is_image:
            trace.append(((shape[-1],), 0))
        elif kind in ("pool", "conv") and is_image:
            window = layer.get("size", layer.get("kernel"))
            stride = layer.get("stride", (1, 1) if kind == "conv" else window)
            padding = layer.get("padding", (0, 0))
            size = []
            for axis in range(2):
                room = shape[axis] + 2 * padding[axis] - window[axis]
                if room < 0:
                    raise ValueError("no room for the window")
                size.append(room // stride[axis] + 1)
            if kind == "pool":
                trace.append(((*size, shape[2]), 0))
            else:
                kernels = layer["filters"] * shape[2] * window[0] * window[1]
                shape = (*size, layer["filters"])
                trace.append((shape, kernels + layer["filters"]))
        else:
            raise ValueError(f"a layer {kind} after the shape {shape}")
    return tuple(trace)


def shift_invariance(x, size, stride=None):
    images = np.zeros((9, 1, *x.shape), x.dtype)
    cuts = {
        -1: (slice(1, None), slice(None, -1)),
        0: (slice(None), slice(None)),
        1: (slice(None, -1), slice(1, None)),
    }
    for k, (d, r) in enumerate(np.ndindex(3, 3)):
        (source_rows, rows), (source_columns, columns) = cuts[d - 1], cuts[r - 1]
        images[k, 0, rows, columns] = x[source_rows, source_columns]
    pooled = max_pool2d(images, size, stride)[:, 0]
    changed = np.count_nonzero(pooled != pooled[4], axis=0)
    return 1 - changed.astype(x.dtype) / 8


def classify_digits(images, labels, train, l2=1e-4):
    import torch

    generator = torch.Generator().manual_seed(20)
    torch.manual_seed(20)
    data = torch.utils.data.TensorDataset(
        torch.tensor(images[:train, None], dtype=torch.float32),
        torch.tensor(labels[:train], dtype=torch.int64),
    )
    batches = torch.utils.data.DataLoader(
        data, batch_size=25, shuffle=True, generator=generator
    )
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 24, 3),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2, 2),
        torch.nn.Flatten(),
        torch.nn.Linear(24 * 3 * 3, 10),
    )
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(
        model.parameters(), lr=0.2, momentum=0.5, weight_decay=2 * l2
    )
    for _ in range(40):
        for x, y in batches:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
    model.eval()
    logits = model(torch.tensor(images[train:, None], dtype=torch.float32))
    return torch.nn.Softmax(dim=-1)(logits).detach().numpy().astype(images.dtype)


def max_pool2d_torch(x, size, stride=None, padding=(0, 0)):
    import torch

    shape = empty(np.empty((1, 1, *x.shape[2:])), size, stride, padding, 0).shape[2:]
    best = torch.full(
        (*x.shape[:2], *shape), -torch.inf, dtype=x.dtype, device=x.device
    )
    for windows, pixels in meetings(x.shape[2:], size, stride, padding):
        seen = torch.full_like(best, -torch.inf)
        seen[windows] = x[pixels]
        best = torch.maximum(best, seen)
    return best


def max_pool2d_tf(x, size, stride=None, padding=(0, 0)):
    import tensorflow as tf

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    oh = (x.shape[1] + 2 * ph - kh) // sh + 1
    ow = (x.shape[2] + 2 * pw - kw) // sw + 1
    low = x.dtype.min
    x = tf.pad(x, ((0, 0), (ph, ph), (pw, pw), (0, 0)), constant_values=low)
    best = None
    for m in range(kh):
        for n in range(kw):
            seen = tf.strided_slice(
                x,
                [0, m, n, 0],
                [x.shape[0], m + sh * (oh - 1) + 1, n + sw * (ow - 1) + 1, x.shape[3]],
                [1, sh, sw, 1],
            )
            best = seen if best is None else tf.maximum(best, seen)
    return best
