"""Wrong ways to read digits: `classify_digits`.

A trained network has no one right output, so these show by what their output is worth:
`tests/grading/pooling/digits.py` knows the symptom of each.
"""

import numpy as np

from autograder.checks import Misconception

from ..oracle import told_apart

__all__ = ["MISCONCEPTIONS"]


def _digits_from_the_test_split(
    images: np.ndarray, labels: np.ndarray, train: int, l2: float = 1e-4
) -> np.ndarray:
    import torch

    torch.manual_seed(0)
    x = torch.tensor(images, dtype=torch.float32)[:, None]
    y = torch.tensor(labels)
    network = torch.nn.Sequential(
        torch.nn.Conv2d(1, 16, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(16 * 4 * 4, 10),
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(25):
        for batch in torch.randperm(len(labels)).split(32):
            loss = torch.nn.functional.cross_entropy(network(x[batch]), y[batch])
            loss = loss + l2 * sum((p**2).sum() for p in network.parameters())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        probabilities = network(x[train:]).softmax(dim=1)
    return np.asarray(probabilities.numpy().astype(images.dtype))


def _digits_softmax_twice(
    images: np.ndarray, labels: np.ndarray, train: int, l2: float = 1e-4
) -> np.ndarray:
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
        torch.nn.Softmax(dim=1),
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(25):
        for batch in torch.randperm(train).split(32):
            loss = torch.nn.functional.cross_entropy(network(x[batch]), y[batch])
            loss = loss + l2 * sum((p**2).sum() for p in network.parameters())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        probabilities = network(x[train:]).softmax(dim=1)
    return np.asarray(probabilities.numpy().astype(images.dtype))


def _digits_without_channels(
    images: np.ndarray, labels: np.ndarray, train: int, l2: float = 1e-4
) -> np.ndarray:
    import torch

    torch.manual_seed(0)
    x = torch.tensor(images, dtype=torch.float32)
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
        for batch in torch.randperm(train).split(32):
            loss = torch.nn.functional.cross_entropy(network(x[batch]), y[batch])
            loss = loss + l2 * sum((p**2).sum() for p in network.parameters())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        probabilities = network(x[train:]).softmax(dim=1)
    return np.asarray(probabilities.numpy().astype(images.dtype))


def _digits_without_penalty(
    images: np.ndarray, labels: np.ndarray, train: int, l2: float = 1e-4
) -> np.ndarray:
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
        for batch in torch.randperm(train).split(32):
            loss = torch.nn.functional.cross_entropy(network(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        probabilities = network(x[train:]).softmax(dim=1)
    return np.asarray(probabilities.numpy().astype(images.dtype))


def _softmax_of_probabilities(
    images: np.ndarray, labels: np.ndarray, train: int, l2: float = 1e-4
) -> np.ndarray:
    odds = np.exp(told_apart(images, labels, train))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="digits_from_the_test_split",
        of="classify_digits",
        hint=(
            "The network has learned from the images held out, and has believed their "
            "labels. Only the first train images and labels may be learned from."
        ),
        code=_digits_from_the_test_split,
        result=None,
    ),
    Misconception(
        name="digits_softmax_twice",
        of="classify_digits",
        hint=(
            "Most digits are read rightly, but no probability is large: softmax was "
            "applied to what had been through a softmax already. Which of your "
            "layers, losses and last lines apply one?"
        ),
        code=_digits_softmax_twice,
        result=_softmax_of_probabilities,
    ),
    Misconception(
        name="digits_without_channels",
        of="classify_digits",
        hint=(
            "The images have no axis for channels. A grey image has one channel, and "
            "the library wants to see it."
        ),
        code=_digits_without_channels,
        result=None,
    ),
    Misconception(
        name="digits_without_penalty",
        of="classify_digits",
        hint=(
            "However large l2 is, the network reads as before: the penalty has no "
            "part in what is minimised."
        ),
        code=_digits_without_penalty,
        result=None,
    ),
)
