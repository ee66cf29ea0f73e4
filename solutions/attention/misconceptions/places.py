"""Wrong answers to `positional_encoding`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _encoding_in_halves(length: int, d_model: int) -> np.ndarray:
    if length < 1 or d_model < 2 or d_model % 2:
        raise ValueError("no such table")
    rates = 10000.0 ** (-np.arange(0, d_model, 2) / d_model)
    angles = np.arange(length)[:, None] * rates
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


def _encoding_rate_for_each_column(length: int, d_model: int) -> np.ndarray:
    if length < 1 or d_model < 2 or d_model % 2:
        raise ValueError("no such table")
    angles = np.arange(length)[:, None] * 10000.0 ** (-np.arange(d_model) / d_model)
    table = np.sin(angles)
    table[:, 1::2] = np.cos(angles[:, 1::2])
    return np.asarray(table)


def _encoding_twice_for_each_column(length: int, d_model: int) -> np.ndarray:
    if length < 1 or d_model < 2 or d_model % 2:
        raise ValueError("no such table")
    rates = 10000.0 ** (-2 * np.arange(d_model) / d_model)
    angles = np.arange(length)[:, None] * rates
    table = np.sin(angles)
    table[:, 1::2] = np.cos(angles[:, 1::2])
    return np.asarray(table)


def _encoding_half_the_exponent(length: int, d_model: int) -> np.ndarray:
    if length < 1 or d_model < 2 or d_model % 2:
        raise ValueError("no such table")
    rates = 10000.0 ** (-np.arange(d_model // 2) / d_model)
    angles = np.arange(length)[:, None] * rates
    table = np.zeros((length, d_model))
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table


def _encoding_twice_the_exponent(length: int, d_model: int) -> np.ndarray:
    if length < 1 or d_model < 2 or d_model % 2:
        raise ValueError("no such table")
    rates = 10000.0 ** (-2 * np.arange(0, d_model, 2) / d_model)
    angles = np.arange(length)[:, None] * rates
    table = np.zeros((length, d_model))
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table


def _encoding_cosine_first(length: int, d_model: int) -> np.ndarray:
    if length < 1 or d_model < 2 or d_model % 2:
        raise ValueError("no such table")
    rates = 10000.0 ** (-np.arange(0, d_model, 2) / d_model)
    angles = np.arange(length)[:, None] * rates
    table = np.zeros((length, d_model))
    table[:, 0::2], table[:, 1::2] = np.cos(angles), np.sin(angles)
    return table


def _encoding_from_one(length: int, d_model: int) -> np.ndarray:
    if length < 1 or d_model < 2 or d_model % 2:
        raise ValueError("no such table")
    rates = 10000.0 ** (-np.arange(0, d_model, 2) / d_model)
    angles = np.arange(1, length + 1)[:, None] * rates
    table = np.zeros((length, d_model))
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table


def _encoding_grows_faster(length: int, d_model: int) -> np.ndarray:
    if length < 1 or d_model < 2 or d_model % 2:
        raise ValueError("no such table")
    rates = 10000.0 ** (np.arange(0, d_model, 2) / d_model)
    angles = np.arange(length)[:, None] * rates
    table = np.zeros((length, d_model))
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="encoding_in_halves",
        of="positional_encoding",
        hint=(
            "All sines came first, then all cosines. Here they take turns: even "
            "columns hold sines, odd columns cosines."
        ),
        code=_encoding_in_halves,
    ),
    Misconception(
        name="encoding_rate_for_each_column",
        of="positional_encoding",
        hint=(
            "Every column turns at a rate of its own. A sine and the cosine beside it "
            "belong to the same hand: they share one rate. What is i in column 2i+1?"
        ),
        code=_encoding_rate_for_each_column,
    ),
    Misconception(
        name="encoding_twice_for_each_column",
        of="positional_encoding",
        hint=(
            "Every column turns at a rate of its own, and twice as slow as it may be: "
            "i counted columns. In the formula it counts pairs of them."
        ),
        code=_encoding_twice_for_each_column,
    ),
    Misconception(
        name="encoding_half_the_exponent",
        of="positional_encoding",
        hint=(
            "The hands slow down too little from pair to pair: the exponent is i/d "
            "where the formula says 2i/d."
        ),
        code=_encoding_half_the_exponent,
    ),
    Misconception(
        name="encoding_twice_the_exponent",
        of="positional_encoding",
        hint=(
            "The hands slow down too fast: the exponent is 4i/d where the formula "
            "says 2i/d. If your index runs over 0, 2, 4, ..., the 2 is in it already."
        ),
        code=_encoding_twice_the_exponent,
    ),
    Misconception(
        name="encoding_cosine_first",
        of="positional_encoding",
        hint=("Sines and cosines are exchanged: even columns are to hold the sines."),
        code=_encoding_cosine_first,
    ),
    Misconception(
        name="encoding_from_one",
        of="positional_encoding",
        hint=(
            "The first row is that of position 1. Positions count from 0, where every "
            "sine is 0 and every cosine 1."
        ),
        code=_encoding_from_one,
    ),
    Misconception(
        name="encoding_grows_faster",
        of="positional_encoding",
        hint=(
            "The hands turn faster from pair to pair, not slower: the position was "
            "multiplied by the power of 10000."
        ),
        code=_encoding_grows_faster,
    ),
)
