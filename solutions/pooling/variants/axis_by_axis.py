"""As one who likes matrices writes it: first the rows, then the columns; Keras."""

import numpy as np


def places(n, k, s, p):
    """Which pixel lies where in which window of one axis: (windows, k), frame apart."""
    if k < 1 or s < 1:
        raise ValueError("window and stride must be positive")
    if not -1 < p < k:
        raise ValueError("bad padding")
    if k > n + 2 * p:
        raise ValueError("the window is too large")
    return np.arange(-p, n + p - k + 1, s)[:, np.newaxis] + np.arange(k)


def both(x, size, stride, padding):
    stride = stride if stride is not None else size
    return [
        places(*each) for each in zip(x.shape[2:], size, stride, padding, strict=True)
    ]


def max_pool2d(x, size, stride=None, padding=(0, 0)):
    rows, columns = both(x, size, stride, padding)
    for axis, index in ((2, rows), (3, columns)):
        # a pixel of the frame is replaced by its nearest neighbour, which the window
        # sees as well
        index = np.clip(index, 0, x.shape[axis] - 1)
        x = np.take(x, index, axis).max(axis + 1)
    return x


def averaging(index, n, dtype):
    """The matrix that takes the means of one axis: (windows, n)."""
    return (index[:, :, None] == np.arange(n)).sum(1).astype(dtype) / dtype.type(
        index.shape[1]
    )


def avg_pool2d(x, size, stride=None, padding=(0, 0)):
    rows, columns = both(x, size, stride, padding)
    down = averaging(rows, x.shape[2], x.dtype)
    across = averaging(columns, x.shape[3], x.dtype)
    return down @ x @ across.T


def avg_pool2d_backward(dout, x, size, stride=None, padding=(0, 0)):
    rows, columns = both(x, size, stride, padding)
    down = averaging(rows, x.shape[2], x.dtype)
    across = averaging(columns, x.shape[3], x.dtype)
    return down.T @ dout @ across


def max_pool2d_backward(dout, x, size, stride=None, padding=(0, 0)):
    rows, columns = both(x, size, stride, padding)
    (h, w), y = x.shape[2:], max_pool2d(x, size, stride, padding)
    in_row = (rows[:, :, None] == np.arange(h)).any(1)  # (oh, h)
    in_column = (columns[:, :, None] == np.arange(w)).any(1)  # (ow, w)
    seen = in_row[:, None, :, None] & in_column[None, :, None, :]  # (oh, ow, h, w)
    wins = seen & (x[:, :, None, None] == y[..., None, None])
    shares = wins / wins.sum(axis=(-1, -2), keepdims=True)  # equals share alike
    return np.einsum("bcij,bcijpq->bcpq", dout, shares).astype(x.dtype)


def global_average_pool(x):
    return np.mean(x.reshape(x.shape[0], x.shape[1], -1), axis=-1)


def trace_shapes(layers, input_shape):
    from math import prod

    trace, shape = [], list(input_shape)
    for layer in layers:
        count = 0
        match layer, shape:
            case {"kind": "relu"}, _:
                pass
            case {"kind": "flatten"}, _:
                shape = [prod(shape)]
            case {"kind": "global_pool"}, [_, _, channels]:
                shape = [channels]
            case {"kind": "dense", "units": units}, [inputs]:
                shape, count = [units], (inputs + 1) * units
            case {"kind": "pool", "size": size}, [h, w, channels]:
                sh, sw = layer.get("stride") or size
                oh, ow = len(places(h, size[0], sh, 0)), len(places(w, size[1], sw, 0))
                shape = [oh, ow, channels]
            case {"kind": "conv", "filters": f, "kernel": (kh, kw)}, [h, w, channels]:
                (sh, sw), (ph, pw) = (
                    layer.get("stride", (1, 1)),
                    layer.get("padding", (0, 0)),
                )
                if h + 2 * ph < kh or w + 2 * pw < kw:
                    raise ValueError("the kernel is too large")
                shape = [(h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1, f]
                count = f * channels * kh * kw + f
            case _:
                raise ValueError(f"{layer} can't follow on {shape}")
        trace.append((tuple(shape), count))
    return trace


def shift_invariance(x, size, stride=None):
    h, w = x.shape

    def moved(down, right):
        rows, columns = np.eye(h, k=-down), np.eye(w, k=right)
        return (rows @ x @ columns).astype(x.dtype)

    def pool(image):
        return max_pool2d(image.reshape(1, 1, h, w), size, stride).squeeze((0, 1))

    steps = [(d, r) for d in (-1, 0, 1) for r in (-1, 0, 1) if d or r]
    same = [pool(moved(*step)) == pool(x) for step in steps]
    return np.mean(same, axis=0, dtype=x.dtype)


def classify_digits(images, labels, train, l2=1e-4):
    import tensorflow as tf

    keras = tf.keras
    keras.utils.set_random_seed(5)
    penalty = keras.regularizers.L2(l2)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(
                12, 3, padding="same", activation="relu", kernel_regularizer=penalty
            ),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, kernel_regularizer=penalty),
        ]
    )
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam(0.02)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True)) + sum(model.losses)
        weights = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    x = tf.constant(images[..., np.newaxis], "float32")
    data = tf.data.Dataset.from_tensor_slices((x[:train], labels[:train]))
    for batch in data.shuffle(train, seed=5).batch(50, drop_remainder=True).repeat(20):
        step(*batch)
    return tf.nn.softmax(model(x[train:])).numpy().astype(images.dtype)


def max_pool2d_torch(x, size, stride=None, padding=(0, 0)):
    for axis, n, k, s, p in zip((2, 3), x.shape[2:], size, stride or size, padding):
        index = places(n, k, s, p).clip(0, n - 1)
        x = x.index_select(axis, x.new_tensor(index.ravel()).long())
        x = x.unflatten(axis, index.shape).max(axis + 1)[0]
    return x


def max_pool2d_tf(x, size, stride=None, padding=(0, 0)):
    import tensorflow as tf

    for axis, n, k, s, p in zip((1, 2), x.shape[1:3], size, stride or size, padding):
        index = places(n, k, s, p).clip(0, n - 1)
        x = tf.reduce_max(tf.gather(x, index, axis=axis), axis=axis + 1)
    return x
