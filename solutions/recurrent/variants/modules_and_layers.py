"""As one who knows the frameworks writes it: autograd, modules, training by Adam."""

import numpy as np
import torch


def windows(series, length):
    if not 0 < length < len(series):
        raise ValueError("length")
    X = torch.from_numpy(series).unfold(0, length, 1)[:-1, :, None]
    return X.contiguous().numpy(), series[length:]


def rnn_step(x, h, W, U, b):
    if len(x) != len(h):
        raise ValueError("one state for each sample, please")
    cell = torch.nn.RNNCell(*W.shape, dtype=torch.from_numpy(x).dtype)
    with torch.no_grad():
        cell.weight_ih.copy_(torch.from_numpy(W.T.copy()))
        cell.weight_hh.copy_(torch.from_numpy(U.T.copy()))
        cell.bias_ih.copy_(torch.from_numpy(b))
        cell.bias_hh.zero_()
        return cell(torch.from_numpy(x), torch.from_numpy(h)).numpy()


def rnn_forward(x, h0, W, U, b):
    if len(x) != len(h0):
        raise ValueError("one state for each sample, please")
    states = []
    for now in np.moveaxis(x, 1, 0):
        states += [rnn_step(now.copy(), states[-1] if states else h0, W, U, b)]
    return np.moveaxis(np.array(states), 0, 1)


def gradient_norms(h, U):
    end, weights = torch.from_numpy(h), torch.from_numpy(U)
    before = torch.atanh(end) - torch.cat([0 * end[:1], end[:-1]]) @ weights

    def last_from(state, t):
        for k in range(t + 1, len(h)):
            state = torch.tanh(state @ weights + before[k])
        return state

    norms = [
        torch.linalg.matrix_norm(
            torch.autograd.functional.jacobian(
                lambda state, t=t: last_from(state, t), end[t]
            ),
            ord=2,
        )
        for t in range(len(h) - 1)
    ]
    return np.array([*norms, 1.0], dtype=h.dtype)


def lstm_step(x, h, c, W, U, b):
    if not x.shape[0] == h.shape[0] == c.shape[0]:
        raise ValueError("one state for each sample, please")
    layer = torch.nn.LSTMCell(*W.shape[1:], dtype=torch.from_numpy(x).dtype)
    state = dict(zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), packed(W, U, b)))
    layer.load_state_dict(state)
    with torch.no_grad():
        h, c = layer(torch.from_numpy(x), (torch.from_numpy(h), torch.from_numpy(c)))
    return h.numpy(), c.numpy()


def packed(W, U, b):
    f, i, g, o = 0, 1, 2, 3
    order = torch.tensor([i, f, g, o])
    W, U, b = (torch.from_numpy(np.ascontiguousarray(array)) for array in (W, U, b))
    return (
        W[order].mT.flatten(0, 1),
        U[order].mT.flatten(0, 1),
        b[order].flatten(),
        torch.zeros_like(b).flatten(),
    )


def lstm_forward(x, h0, c0, W, U, b):
    if not x.shape[0] == h0.shape[0] == c0.shape[0]:
        raise ValueError("one state for each sample, please")
    dtype = torch.from_numpy(x).dtype
    layer = torch.nn.LSTM(*W.shape[1:], batch_first=True, dtype=dtype)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    layer.load_state_dict(dict(zip(names, packed(W, U, b))))
    start = torch.from_numpy(h0)[None], torch.from_numpy(c0)[None]
    with torch.no_grad():
        states, (_, c) = layer(torch.from_numpy(x), start)
    return states.numpy(), c[0].numpy()


def lstm_backward(dh, dc, x, h, c, W, U, b):
    leaves = [torch.tensor(array, requires_grad=True) for array in (x, h, c, W, U, b)]
    x, h, c, W, U, b = leaves
    f, i, g, o = (x @ W + h @ U + b[:, None]).unbind()
    cell = f.sigmoid() * c + i.sigmoid() * g.tanh()
    out = o.sigmoid() * cell.tanh()
    weights = torch.from_numpy(dh), torch.from_numpy(dc)
    gradients = torch.autograd.grad((out, cell), leaves, weights)
    return tuple(gradient.numpy() for gradient in gradients)


def gru_step(x, h, W, U, b, bn):
    if len(x) != len(h):
        raise ValueError("one state for each sample, please")
    cell = torch.nn.GRUCell(*W.shape[1:], dtype=torch.from_numpy(x).dtype)
    second = np.zeros_like(b)
    second[2] = bn
    with torch.no_grad():
        cell.weight_ih.copy_(torch.from_numpy(np.concatenate([w.T for w in W])))
        cell.weight_hh.copy_(torch.from_numpy(np.concatenate([u.T for u in U])))
        cell.bias_ih.copy_(torch.from_numpy(b.reshape(-1)))
        cell.bias_hh.copy_(torch.from_numpy(second.reshape(-1)))
        return cell(torch.from_numpy(x), torch.from_numpy(h)).numpy()


def extrapolate(predict, known, length, steps):
    if length not in range(1, len(known) + 1) or steps < 0:
        raise ValueError("length or steps")
    series = list(known)
    while len(series) < len(known) + steps:
        window = np.array(series[-length:], known.dtype).reshape(1, -1, 1)
        series.append(np.squeeze(predict(window)))
    return np.array(series[len(known) :], known.dtype)


def learn(series, length):
    X, y = windows((series - series.mean()) / series.std(), length)
    X, y = torch.from_numpy(X).float(), torch.tensor(y).float()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layer = torch.nn.RNN(1, 16, batch_first=True)
        dense = torch.nn.Linear(16, 1)
    optimizer = torch.optim.Adam([*layer.parameters(), *dense.parameters()], lr=0.01)

    def guess(X):
        states, _ = layer(X)
        return X[:, -1, 0] + dense(states[:, -1])[:, 0]

    for _ in range(300):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(guess(X), y).backward()
        optimizer.step()

    @torch.no_grad()
    def predict(X):
        X = torch.tensor((X - series.mean()) / series.std()).float()
        return guess(X).numpy() * series.std() + series.mean()

    return predict


def gates_to_torch(W, U, b):
    return tuple(part.numpy() for part in packed(W, U, b))


def keras_to_torch(kernel, recurrent_kernel, bias):
    kernels = [np.transpose(part) for part in (kernel, recurrent_kernel)]
    return (*kernels, bias, np.zeros_like(bias))


def torch_to_keras(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.transpose(), weight_hh.transpose(), sum([bias_ih, bias_hh])


class LSTMCell(torch.nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        theirs = torch.nn.LSTMCell(inputs, hidden)
        for name, parameter in theirs.named_parameters():
            self.register_parameter(name, parameter)

    def forward(self, x, state):
        linear = torch.nn.functional.linear
        z = linear(x, self.weight_ih, self.bias_ih)
        z = z + linear(state[0], self.weight_hh, self.bias_hh)
        i, f, g, o = torch.split(z, state[0].shape[1], dim=1)
        c = torch.addcmul(f.sigmoid() * state[1], i.sigmoid(), g.tanh())
        return torch.mul(o.sigmoid(), c.tanh()), c


def lstm_torch(x, weight_ih, weight_hh, bias_ih, bias_hh):
    cell = LSTMCell(x.size(-1), weight_hh.size(-1))
    weights = dict(
        weight_ih=weight_ih, weight_hh=weight_hh, bias_ih=bias_ih, bias_hh=bias_hh
    )
    state = (x.new_zeros(x.size(0), weight_hh.size(-1)),) * 2
    out = []
    for now in x.unbind(1):
        state = torch.func.functional_call(cell, weights, (now, state))
        out.append(state[0])
    return torch.stack(out, 1)


def lstm_tf(x, kernel, recurrent_kernel, bias):
    import tensorflow as tf

    @tf.function
    def run(x):
        h = c = tf.zeros_like(x[:, 0] @ kernel)[:, : recurrent_kernel.shape[0]]
        out = []
        for now in tf.unstack(x, axis=1):
            z = tf.nn.bias_add(now @ kernel + h @ recurrent_kernel, bias)
            i, f, g, o = tf.split(z, 4, axis=-1)
            c = tf.math.sigmoid(f) * c + tf.math.sigmoid(i) * tf.math.tanh(g)
            h = tf.math.sigmoid(o) * tf.math.tanh(c)
            out.append(h)
        return tf.stack(out, axis=1)

    return run(x)
