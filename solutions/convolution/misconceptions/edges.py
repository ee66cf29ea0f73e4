"""Wrong answers to the strength of edges: `sobel_edges`."""

import numpy as np

from autograder.checks import Misconception

from ..oracle import SOBEL_X, SOBEL_Y, conv2d

__all__ = ["MISCONCEPTIONS"]


def _edges_without_root(image: np.ndarray) -> np.ndarray:
    kernels = np.stack([SOBEL_X, SOBEL_Y])[:, None].astype(image.dtype)
    gx, gy = conv2d(image[None, None], kernels)[0]
    return np.asarray(gx**2 + gy**2)


def _edges_vertical_only(image: np.ndarray) -> np.ndarray:
    kernel = SOBEL_X[None, None].astype(image.dtype)
    return np.asarray(np.abs(conv2d(image[None, None], kernel)[0, 0]))


def _edges_horizontal_only(image: np.ndarray) -> np.ndarray:
    kernel = SOBEL_Y[None, None].astype(image.dtype)
    return np.asarray(np.abs(conv2d(image[None, None], kernel)[0, 0]))


def _edges_one_signed(image: np.ndarray) -> np.ndarray:
    kernel = SOBEL_X[None, None].astype(image.dtype)
    return np.asarray(conv2d(image[None, None], kernel)[0, 0])


def _edges_absolute_sum(image: np.ndarray) -> np.ndarray:
    kernels = np.stack([SOBEL_X, SOBEL_Y])[:, None].astype(image.dtype)
    gx, gy = conv2d(image[None, None], kernels)[0]
    return np.asarray(np.abs(gx) + np.abs(gy))


def _edges_signed_sum(image: np.ndarray) -> np.ndarray:
    kernels = np.stack([SOBEL_X, SOBEL_Y])[:, None].astype(image.dtype)
    gx, gy = conv2d(image[None, None], kernels)[0]
    return np.asarray(gx + gy)


def _edges_root_of_sum(image: np.ndarray) -> np.ndarray:
    kernels = np.stack([SOBEL_X, SOBEL_Y])[:, None].astype(image.dtype)
    gx, gy = conv2d(image[None, None], kernels)[0]
    return np.asarray(np.sqrt(np.abs(gx + gy)))


def _edges_one_after_the_other(image: np.ndarray) -> np.ndarray:
    gx = conv2d(image[None, None], SOBEL_X[None, None].astype(image.dtype))
    gy = conv2d(gx, SOBEL_Y[None, None].astype(image.dtype), padding=(1, 1))
    return np.asarray(np.sqrt(gx[0, 0] ** 2 + gy[0, 0] ** 2))


def _edges_padded(image: np.ndarray) -> np.ndarray:
    kernels = np.stack([SOBEL_X, SOBEL_Y])[:, None].astype(image.dtype)
    gx, gy = conv2d(image[None, None], kernels, padding=(1, 1))[0]
    return np.asarray(np.sqrt(gx**2 + gy**2))


def _edges_normalised(image: np.ndarray) -> np.ndarray:
    kernels = np.stack([SOBEL_X, SOBEL_Y])[:, None].astype(image.dtype)
    gx, gy = conv2d(image[None, None], kernels)[0]
    magnitude = np.sqrt(gx**2 + gy**2)
    return np.asarray(magnitude / magnitude.max())


def _edges_rounded(image: np.ndarray) -> np.ndarray:
    kernels = np.stack([SOBEL_X, SOBEL_Y])[:, None].astype(image.dtype)
    gx, gy = conv2d(image[None, None], kernels)[0]
    return np.asarray(np.round(np.sqrt(gx**2 + gy**2)))


def _edges_in_double(image: np.ndarray) -> np.ndarray:
    kernels = np.stack([SOBEL_X, SOBEL_Y])[:, None]
    gx, gy = conv2d(image[None, None].astype(float), kernels)[0]
    return np.asarray(np.sqrt(gx**2 + gy**2))


def _edges_with_batch_axes(image: np.ndarray) -> np.ndarray:
    kernels = np.stack([SOBEL_X, SOBEL_Y])[:, None].astype(image.dtype)
    both = conv2d(image[None, None], kernels)
    return np.asarray(np.sqrt((both**2).sum(axis=1, keepdims=True)))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="edges_without_root",
        of="sobel_edges",
        hint=(
            "These are the squared lengths of the gradient. Compare with the formula: "
            "what comes after the sum of the squares?"
        ),
        code=_edges_without_root,
    ),
    Misconception(
        name="edges_vertical_only",
        of="sobel_edges",
        hint=(
            "Only the change from left to right was measured, so horizontal edges are "
            "missing. The second kernel finds those."
        ),
        code=_edges_vertical_only,
    ),
    Misconception(
        name="edges_horizontal_only",
        of="sobel_edges",
        hint=(
            "Only the change from top to bottom was measured, so vertical edges are "
            "missing. The first kernel finds those."
        ),
        code=_edges_horizontal_only,
    ),
    Misconception(
        name="edges_one_signed",
        of="sobel_edges",
        hint=(
            "This is gx itself, with its sign. The strength of an edge is made of both "
            "directions and is never negative."
        ),
        code=_edges_one_signed,
    ),
    Misconception(
        name="edges_absolute_sum",
        of="sobel_edges",
        hint=(
            "The two directions were added as absolute values, a cheaper measure. The "
            "formula asks for the length of the vector (gx, gy)."
        ),
        code=_edges_absolute_sum,
    ),
    Misconception(
        name="edges_signed_sum",
        of="sobel_edges",
        hint=(
            "The two directions were added with their signs, so that they can cancel. "
            "The formula asks for the length of the vector (gx, gy)."
        ),
        code=_edges_signed_sum,
    ),
    Misconception(
        name="edges_root_of_sum",
        of="sobel_edges",
        hint=(
            "The root was taken of gx + gy. In the length of a vector something "
            "happens to each of its parts before they are added."
        ),
        code=_edges_root_of_sum,
    ),
    Misconception(
        name="edges_one_after_the_other",
        of="sobel_edges",
        hint=(
            "The second kernel was applied to the result of the first. Both of them "
            "look at the image."
        ),
        code=_edges_one_after_the_other,
    ),
    Misconception(
        name="edges_padded",
        of="sobel_edges",
        hint=(
            "The image was padded, which paints an edge along its border. The result "
            "is two rows and two columns smaller than the image."
        ),
        code=_edges_padded,
    ),
    Misconception(
        name="edges_normalised",
        of="sobel_edges",
        hint=(
            "The result was divided by its largest value. That is good for a picture, "
            "but the function returns the lengths themselves."
        ),
        code=_edges_normalised,
    ),
    Misconception(
        name="edges_rounded",
        of="sobel_edges",
        hint=(
            "The lengths were rounded to whole numbers. Round for a picture, not in "
            "the result."
        ),
        code=_edges_rounded,
    ),
    Misconception(
        name="edges_in_double",
        of="sobel_edges",
        hint=(
            "The numbers are right, but a float32 image gave a float64 result. Which "
            "dtype do the given kernels have?"
        ),
        code=_edges_in_double,
    ),
    Misconception(
        name="edges_with_batch_axes",
        of="sobel_edges",
        hint=(
            "The result still has the axes for batch and channels that conv2d needs. "
            "The edges of one grey image are one (h-2, w-2) array."
        ),
        code=_edges_with_batch_axes,
    ),
)
