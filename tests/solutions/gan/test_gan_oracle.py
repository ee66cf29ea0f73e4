"""The oracle against values worked by hand, the lecture's, and central differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special
import scipy.stats

from solutions.gan import oracle
from solutions.gan.misconceptions import turns

allclose = np.testing.assert_allclose


def odds(*probabilities):
    """Logits of probabilities."""
    return scipy.special.logit(np.array(probabilities))


def slopes(f, *arrays, h=1e-6):
    """Central differences of a function of arrays, by each element of each."""
    for position, array in enumerate(arrays):
        slope = np.empty_like(array)
        for index in np.ndindex(array.shape):
            ends = []
            for sign in (1, -1):
                moved = [each.copy() for each in arrays]
                moved[position][index] += sign * h
                ends.append(f(*moved))
            slope[index] = (ends[0] - ends[1]) / (2 * h)
        yield slope


# --- losses ---------------------------------------------------------------------------


def test_cross_entropy_by_hand():
    logits, targets = odds(3 / 4, 1 / 5), np.array([1.0, 0.0])
    allclose(oracle.bce_with_logits(logits, targets), math.log(5 / 3) / 2, rtol=1e-14)


def test_cross_entropy_of_a_soft_target_by_hand():
    got = oracle.bce_with_logits(odds(1 / 4), np.array([0.75]))
    allclose(got, 0.75 * math.log(4) + 0.25 * math.log(4 / 3), rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sure_answers_cost_nothing_or_their_logit(dtype):
    logits = np.array([1e4, -1e4, 1e4, -1e4], dtype)
    targets = np.array([1, 0, 0, 1], dtype)
    got = oracle.bce_with_logits(logits, targets)
    assert got == 5000
    assert got.dtype == dtype


def test_losses_without_opinion_are_those_of_a_coin():
    nothing, more = np.zeros(3), np.zeros((5, 1))
    allclose(oracle.discriminator_loss(nothing, more), 2 * math.log(2))
    allclose(oracle.generator_loss(nothing), math.log(2))
    allclose(oracle.generator_loss_saturating(nothing), -math.log(2))


def test_discriminator_loss_by_hand():
    got = oracle.discriminator_loss(odds(3 / 4, 3 / 5), odds(1 / 3))
    allclose(got, -math.log(9 / 20) / 2 - math.log(2 / 3), rtol=1e-14)


def test_generator_losses_by_hand():
    fake = odds(3 / 4, 1 / 5, 1 / 2)
    allclose(oracle.generator_loss(fake), math.log(40 / 3) / 3, rtol=1e-14)
    expected = math.log(1 / 4 * 4 / 5 * 1 / 2) / 3
    allclose(oracle.generator_loss_saturating(fake), expected, rtol=1e-14)


def test_gradients_by_hand():
    real, fake = oracle.discriminator_loss_gradient(odds(3 / 4, 3 / 5), odds(1 / 3))
    allclose(real, [-1 / 8, -1 / 5], rtol=1e-14)
    allclose(fake, [1 / 3], rtol=1e-14)
    fake = odds(3 / 4, 1 / 5)
    allclose(oracle.generator_loss_gradient(fake), [-1 / 8, -2 / 5], rtol=1e-14)
    saturating = oracle.generator_loss_saturating_gradient(fake)
    allclose(saturating, [-3 / 8, -1 / 10], rtol=1e-14)


@pytest.mark.parametrize("shapes", [((4,), (7,)), ((3, 1), (5, 1))])
def test_gradients_are_central_differences(shapes):
    rng = np.random.default_rng(0)
    real, fake = (rng.normal(0, 2, size=shape) for shape in shapes)
    expected = slopes(oracle.discriminator_loss, real, fake)
    got = oracle.discriminator_loss_gradient(real, fake)
    for ours, theirs in zip(got, expected, strict=True):
        allclose(ours, theirs, atol=1e-9)
    for name in ("generator_loss", "generator_loss_saturating"):
        (expected,) = slopes(getattr(oracle, name), fake)
        allclose(getattr(oracle, f"{name}_gradient")(fake), expected, atol=1e-9)


def test_saturating_gradient_dies_where_fakes_are_recognised():
    fake = np.array([-8.0])
    allclose(oracle.generator_loss_gradient(fake), -0.9997, atol=1e-4)
    allclose(oracle.generator_loss_saturating_gradient(fake), -0.0003354, atol=1e-7)


def test_gradients_of_huge_logits():
    logits = np.array([1e4, -1e4], np.float32)
    real, fake = oracle.discriminator_loss_gradient(logits, logits)
    assert real.tolist() == [0, -0.5]
    assert fake.tolist() == [0.5, 0]
    assert oracle.generator_loss_gradient(logits).tolist() == [0, -0.5]
    assert oracle.generator_loss_saturating_gradient(logits).tolist() == [-0.5, 0]


@pytest.mark.parametrize("shape", [(1,), (3,), (4, 1)])
def test_cross_entropy_refuses(shape):
    with pytest.raises(ValueError, match="with targets"):
        oracle.bce_with_logits(np.zeros(4), np.zeros(shape))


# --- the game -------------------------------------------------------------------------


def test_value_of_a_perfect_generator():
    p = np.array([0.2, 0.5, 0.3])
    best = oracle.optimal_discriminator(p, p)
    assert best.tolist() == [0.5, 0.5, 0.5]
    allclose(oracle.value_function(best, p, p), -math.log(4), rtol=1e-15)


def test_value_by_hand_with_outcomes_that_never_happen():
    d = np.array([0.5, 0.25, 1, 0])
    p, q = np.array([0.5, 0, 0.5, 0]), np.array([0.5, 0.5, 0, 0])
    expected = 0.5 * math.log(0.5) + 0.5 * math.log(0.5) + 0.5 * math.log(0.75)
    allclose(oracle.value_function(d, p, q), expected, rtol=1e-15)


@pytest.mark.parametrize("answer", [0.0, 1.0])
def test_sure_and_wrong_costs_everything(answer):
    d, p = np.array([answer, 0.5]), np.array([0.5, 0.5])
    assert oracle.value_function(d, p, p) == -math.inf


def test_best_discriminator_by_hand():
    p, q = np.array([0.125, 0.875, 0, 0]), np.array([0.375, 0.175, 0.45, 0])
    allclose(oracle.optimal_discriminator(p, q), [1 / 4, 5 / 6, 0, 1 / 2], rtol=1e-15)


@pytest.mark.parametrize("bad", [[0.5, 1.1], [-0.1, 0.5], [0.5], [0.5, 0.5, 0.5]])
def test_value_refuses(bad):
    p = np.array([0.5, 0.5])
    with pytest.raises(ValueError, match=r"entries outside|shapes"):
        oracle.value_function(np.array(bad), p, p)


def test_best_discriminator_refuses():
    with pytest.raises(ValueError, match="shapes"):
        oracle.optimal_discriminator(np.array([1.0]), np.array([0.5, 0.5]))


# --- shapes ---------------------------------------------------------------------------


def test_generator_of_the_lecture():
    shape = (7, 7, 256)
    layers = (128, (1, 1)), (64, (2, 2)), (1, (2, 2))
    seen = []
    for filters, stride in layers:
        shape = oracle.transposed_shape(shape, filters, (5, 5), stride, "same")
        seen.append(shape)
    assert seen == [(7, 7, 128), (14, 14, 64), (28, 28, 1)]


def test_discriminator_of_the_lecture():
    first = oracle.convolution_shape((28, 28, 1), 64, (5, 5), (2, 2), "same")
    second = oracle.convolution_shape(first, 128, (5, 5), (2, 2), "same")
    assert (first, second) == ((14, 14, 64), (7, 7, 128))


@pytest.mark.parametrize("name", ["convolution_shape", "transposed_shape"])
@pytest.mark.parametrize(
    "layer",
    [
        ((9, 8, 3), 4, (0, 2), (2, 3), "same"),
        ((9, 8, 3), 4, (3, 2), (2, 0), "valid"),
        ((9, 8, 3), 0, (3, 2), (2, 3), "same"),
        ((0, 8, 3), 4, (3, 2), (2, 3), "same"),
        ((9, 8, 3), 4, (3, 2), (2, 3), "full"),
    ],
)
def test_shapes_refuse(name, layer):
    with pytest.raises(ValueError, match=r"below 1|padding is"):
        getattr(oracle, name)(*layer)


def test_a_kernel_must_fit():
    with pytest.raises(ValueError, match="a kernel of 9 doesn't fit into 8"):
        oracle.convolution_shape((9, 8, 3), 4, (3, 9), (1, 1), "valid")


# --- training -------------------------------------------------------------------------


def game(seed=0, steps=1):
    rng = np.random.default_rng(seed)
    shapes = (2, 3), (3,), (3, 4), (4,), (4, 1), (steps, 5, 3), (steps, 6, 2)
    W, b, U, c, v, real, noise = (rng.normal(size=shape) for shape in shapes)
    return (W, b), (U, c, v), real, noise


def test_one_step_is_two_steps_of_central_differences():
    G, D, real, noise = game()
    eta = 0.3

    def d_loss(U, c, v):
        fake = oracle.discriminate((U, c, v), oracle.generate(G, noise[0]))
        return oracle.discriminator_loss(oracle.discriminate((U, c, v), real[0]), fake)

    moved = [w - eta * s for w, s in zip(D, slopes(d_loss, *D), strict=True)]

    def g_loss(W, b):
        fake = oracle.generate((W, b), noise[0])
        return oracle.generator_loss(oracle.discriminate(moved, fake))

    learnt = [w - eta * s for w, s in zip(G, slopes(g_loss, *G), strict=True)]
    got = oracle.train_steps(G, D, real, noise, eta)
    for ours, theirs in zip(got, [*learnt, *moved], strict=True):
        allclose(ours, theirs, atol=1e-8)


def test_steps_with_gradients_that_add_up_are_the_same_when_these_are_cleared():
    G, D, real, noise = game(steps=3)
    ours = turns.train_steps(G, D, real, noise, 0.3)
    theirs = oracle.train_steps(G, D, real, noise, 0.3)
    for one, other in zip(ours, theirs, strict=True):
        allclose(one, other, rtol=1e-12)


def test_no_step_leaves_the_networks_as_they_are():
    G, D, real, noise = game()
    got = oracle.train_steps(G, D, real[:0], noise[:0], 0.3)
    for ours, theirs in zip(got, (*G, *D), strict=True):
        assert np.array_equal(ours, theirs)


def test_training_changes_no_input():
    G, D, real, noise = game(steps=3)
    before = [array.copy() for array in (*G, *D, real, noise)]
    oracle.train_steps(G, D, real, noise, 0.5)
    for was, now in zip(before, (*G, *D, real, noise), strict=True):
        assert np.array_equal(was, now)


def test_softsign_of_the_discriminator_by_hand():
    D = np.array([[1.0, -2.0]]), np.array([0.0, 1.0]), np.array([[3.0], [4.0]])
    # units 2/(1+2) and -3/(1+3): 3 * 2/3 - 4 * 3/4
    assert oracle.discriminate(D, np.array([[2.0]])).tolist() == [[-1.0]]


# --- what was learnt ------------------------------------------------------------------


def test_walk_by_hand():
    walk = oracle.interpolation(np.array([0.0, 4.0]), np.array([2.0, 2.0]), 3)
    assert walk.tolist() == [[0, 4], [1, 3], [2, 2]]


@pytest.mark.parametrize(("d", "n"), [(3, 1), (3, 0), (4, 5), (1, 5)])
def test_walk_refuses(d, n):
    with pytest.raises(ValueError, match=r"both ends|shapes"):
        oracle.interpolation(np.zeros(3), np.zeros(d), n)


def test_distance_by_hand():
    a, b = np.array([7.0, 0.0, 2.0]), np.array([1.0, 6.0, 5.0])
    allclose(oracle.distance(a, b), 5 / 3)


def test_distance_is_that_of_scipy():
    rng = np.random.default_rng(0)
    a, b = rng.normal(1, 2, size=40), rng.normal(-1, 3, size=40)
    allclose(oracle.distance(a, b), scipy.stats.wasserstein_distance(a, b), rtol=1e-12)


@pytest.mark.parametrize(("m", "n"), [(3, 4), (3, 1), (0, 0)])
def test_distance_refuses(m, n):
    with pytest.raises(ValueError, match=r"shapes|no samples"):
        oracle.distance(np.zeros(m), np.zeros(n))


def test_what_a_gan_should_reach_is_near_to_new_data():
    rng = np.random.default_rng(0)
    numbers = np.resize([-2.0, 3.0], (2, 800)) + 0.4 * rng.normal(size=(2, 800))
    made = oracle.toy_gan(numbers[0], rng.normal(size=(800, 2)))
    assert oracle.distance(made, numbers[1]) < 0.2 * numbers[0].std()
    normal = numbers[0].mean() + numbers[0].std() * rng.normal(size=800)
    assert oracle.distance(normal, numbers[1]) > 0.3 * numbers[0].std()
