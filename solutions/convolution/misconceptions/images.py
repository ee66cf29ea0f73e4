"""Wrong answers to one kernel on one image: `corr2d` and `conv2d_flipped`."""

import numpy as np

from autograder.checks import Misconception

from ..oracle import corr2d

__all__ = ["MISCONCEPTIONS"]


# corr2d


def _corr2d_flipped_kernel(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    oh, ow = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[i : i + k.shape[0], j : j + k.shape[1]]
            y[i, j] = np.sum(window * k[::-1, ::-1])
    return y


def _corr2d_transposed(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    oh, ow = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((ow, oh), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            y[j, i] = np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * k)
    return y


def _corr2d_kernel_transposed(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    oh, ow = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            y[i, j] = np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * k.T)
    return y


def _corr2d_square_kernel(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    size = k.shape[0]
    oh, ow = x.shape[0] - size + 1, x.shape[1] - size + 1
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            for m in range(size):
                for n in range(size):
                    y[i, j] += x[i + m, j + n] * k[m, n]
    return y


def _corr2d_width_two(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    oh, ow = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            y[i, j] = np.sum(x[i : i + k.shape[0], j : j + 2] * k)
    return y


def _corr2d_size_of_image(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    oh, ow = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros(x.shape, dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            y[i, j] = np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * k)
    return y


def _corr2d_clipped_windows(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    y = np.zeros(x.shape, dtype=x.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            window = x[i : i + k.shape[0], j : j + k.shape[1]]
            y[i, j] = np.sum(window * k[: window.shape[0], : window.shape[1]])
    return y


def _corr2d_same_size(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    kh, kw = k.shape
    top, left = (kh - 1) // 2, (kw - 1) // 2
    padded = np.pad(x, ((top, kh - 1 - top), (left, kw - 1 - left)))
    y = np.zeros(x.shape, dtype=x.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i, j] = np.sum(padded[i : i + kh, j : j + kw] * k)
    return y


def _corr2d_one_short(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    oh, ow = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((oh - 1, ow - 1), dtype=x.dtype)
    for i in range(oh - 1):
        for j in range(ow - 1):
            y[i, j] = np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * k)
    return y


def _corr2d_last_row_and_column_zero(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    oh, ow = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            if i + k.shape[0] < x.shape[0] and j + k.shape[1] < x.shape[1]:
                y[i, j] = np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * k)
    return y


def _corr2d_half_kernel(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    kh, kw = k.shape
    oh, ow = x.shape[0] - 2 * (kh // 2), x.shape[1] - 2 * (kw // 2)
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            y[i, j] = np.sum(x[i : i + kh, j : j + kw] * k)
    return y


def _corr2d_mean(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    oh, ow = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            y[i, j] = np.mean(x[i : i + k.shape[0], j : j + k.shape[1]] * k)
    return y


def _corr2d_total_kept(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    oh, ow = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((oh, ow), dtype=x.dtype)
    total = np.zeros((), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            total = total + np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * k)
            y[i, j] = total
    return y


def _corr2d_blocks(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    kh, kw = k.shape
    oh, ow = x.shape[0] // kh, x.shape[1] // kw
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            y[i, j] = np.sum(x[i * kh : (i + 1) * kh, j * kw : (j + 1) * kw] * k)
    return y


def _corr2d_matrix_product(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    oh, ow = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            y[i, j] = np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] @ k)
    return y


def _corr2d_in_double(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    oh, ow = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            y[i, j] = np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * k)
    return y


# conv2d_flipped


def _convolution_not_flipped(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    return corr2d(x, k)


def _convolution_flipped_left_right(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    return corr2d(x, np.fliplr(k))


def _convolution_flipped_up_down(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    return corr2d(x, np.flipud(k))


def _convolution_kernel_transposed(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    return corr2d(x, k.T)


def _convolution_quarter_turn(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    return corr2d(x, np.rot90(k))


def _convolution_flipped_and_transposed(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    return corr2d(x, k[::-1, ::-1].T)


def _convolution_image_flipped(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    return corr2d(x[::-1, ::-1], k)


def _convolution_full_size(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    h, kh = x.shape[0], k.shape[0]
    w, kw = x.shape[1], k.shape[1]
    y = np.zeros((h + kh - 1, w + kw - 1), dtype=x.dtype)
    for m in range(kh):
        for n in range(kw):
            y[m : m + h, n : n + w] += k[m, n] * x
    return y


def _convolution_same_size(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    h, kh = x.shape[0], k.shape[0]
    w, kw = x.shape[1], k.shape[1]
    y = np.zeros((h + kh - 1, w + kw - 1), dtype=x.dtype)
    for m in range(kh):
        for n in range(kw):
            y[m : m + h, n : n + w] += k[m, n] * x
    top, left = (kh - 1) // 2, (kw - 1) // 2
    return y[top : top + h, left : left + w]


def _convolution_flips_in_place(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    k[:] = k[::-1, ::-1].copy()
    return corr2d(x, k)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="corr2d_flipped_kernel",
        of="corr2d",
        hint=(
            "The kernel was turned around: this is a convolution in the mathematical "
            "sense. Cross-correlation lays the kernel on the image as it is."
        ),
        code=_corr2d_flipped_kernel,
    ),
    Misconception(
        name="corr2d_transposed",
        of="corr2d",
        hint=(
            "Rows and columns of the result are exchanged. Which of your two indices "
            "walks down the image, and which axis of the result is it?"
        ),
        code=_corr2d_transposed,
    ),
    Misconception(
        name="corr2d_kernel_transposed",
        of="corr2d",
        hint=(
            "Rows and columns of the kernel are exchanged. Compare the two indices of "
            "k with those of x in the formula."
        ),
        code=_corr2d_kernel_transposed,
    ),
    Misconception(
        name="corr2d_square_kernel",
        of="corr2d",
        hint=(
            "The kernel was taken to be square, with its height for both sides. It has "
            "two sizes, and each belongs to one axis."
        ),
        code=_corr2d_square_kernel,
    ),
    Misconception(
        name="corr2d_width_two",
        of="corr2d",
        hint=(
            "The window is always two columns wide. That fits the example of the "
            "lecture; what must the width be in general?"
        ),
        code=_corr2d_width_two,
    ),
    Misconception(
        name="corr2d_size_of_image",
        of="corr2d",
        hint=(
            "The result is as large as the image and ends in zeros. The kernel fits "
            "into the image at fewer places than there are pixels: how many?"
        ),
        code=_corr2d_size_of_image,
    ),
    Misconception(
        name="corr2d_clipped_windows",
        of="corr2d",
        hint=(
            "The kernel was also placed where it sticks out at the bottom or right "
            "edge. Only places where all of it lies on the image count."
        ),
        code=_corr2d_clipped_windows,
    ),
    Misconception(
        name="corr2d_same_size",
        of="corr2d",
        hint=(
            "The image was padded with zeros so that the result is as large as the "
            "image. This exercise asks for no padding."
        ),
        code=_corr2d_same_size,
    ),
    Misconception(
        name="corr2d_one_short",
        of="corr2d",
        hint=(
            "The last row and the last column of the result are missing. Count the "
            "places of a kernel of width 2 in a row of 3 pixels."
        ),
        code=_corr2d_one_short,
    ),
    Misconception(
        name="corr2d_last_row_and_column_zero",
        of="corr2d",
        hint=(
            "The last row and the last column of the result were left at zero. May a "
            "window end exactly at the image's edge? Look at your comparison."
        ),
        code=_corr2d_last_row_and_column_zero,
    ),
    Misconception(
        name="corr2d_half_kernel",
        of="corr2d",
        hint=(
            "Half a kernel was taken off each side of the image, which is right for "
            "odd kernels only. Count the places of an even one."
        ),
        code=_corr2d_half_kernel,
    ),
    Misconception(
        name="corr2d_mean",
        of="corr2d",
        hint=(
            "These are averages: every sum was divided by the number of elements of "
            "the kernel. The formula has no such factor."
        ),
        code=_corr2d_mean,
    ),
    Misconception(
        name="corr2d_total_kept",
        of="corr2d",
        hint=(
            "Each element also holds all the sums before it. Where does your running "
            "total start again from zero?"
        ),
        code=_corr2d_total_kept,
    ),
    Misconception(
        name="corr2d_blocks",
        of="corr2d",
        hint=(
            "The image was cut into blocks that do not overlap. The kernel moves by "
            "one pixel at a time."
        ),
        code=_corr2d_blocks,
    ),
    Misconception(
        name="corr2d_matrix_product",
        of="corr2d",
        hint=(
            "Window and kernel were multiplied as matrices. The formula multiplies "
            "each pixel with the kernel's element that lies on it."
        ),
        code=_corr2d_matrix_product,
    ),
    Misconception(
        name="corr2d_in_double",
        of="corr2d",
        hint=(
            "The numbers are right, but a float32 image gave a float64 result. Look at "
            "the dtype of the array that you fill."
        ),
        code=_corr2d_in_double,
    ),
    Misconception(
        name="convolution_not_flipped",
        of="conv2d_flipped",
        hint=(
            "This is the cross-correlation: the kernel was not turned around. In the "
            "formula the indices of image and kernel run against each other."
        ),
        code=_convolution_not_flipped,
    ),
    Misconception(
        name="convolution_flipped_left_right",
        of="conv2d_flipped",
        hint=(
            "The kernel was mirrored left to right only. The formula has a minus sign "
            "in both indices."
        ),
        code=_convolution_flipped_left_right,
    ),
    Misconception(
        name="convolution_flipped_up_down",
        of="conv2d_flipped",
        hint=(
            "The kernel was mirrored upside down only. The formula has a minus sign in "
            "both indices."
        ),
        code=_convolution_flipped_up_down,
    ),
    Misconception(
        name="convolution_kernel_transposed",
        of="conv2d_flipped",
        hint=(
            "The kernel was transposed, which mirrors it at its diagonal. A "
            "convolution reverses each of its axes instead."
        ),
        code=_convolution_kernel_transposed,
    ),
    Misconception(
        name="convolution_quarter_turn",
        of="conv2d_flipped",
        hint=(
            "The kernel was rotated by a quarter of a turn. Draw a 2 x 2 kernel with "
            "both axes reversed: how far is it turned?"
        ),
        code=_convolution_quarter_turn,
    ),
    Misconception(
        name="convolution_flipped_and_transposed",
        of="conv2d_flipped",
        hint=(
            "Both axes of the kernel were reversed, and then exchanged as well. Rows "
            "of the kernel stay rows."
        ),
        code=_convolution_flipped_and_transposed,
    ),
    Misconception(
        name="convolution_image_flipped",
        of="conv2d_flipped",
        hint=(
            "The image was turned around instead of the kernel, so the result stands "
            "upside down. Which of the two may move to give element (0, 0)?"
        ),
        code=_convolution_image_flipped,
    ),
    Misconception(
        name="convolution_full_size",
        of="conv2d_flipped",
        hint=(
            "This is the full convolution, with the places where the kernel hangs over "
            "the edge. Only those where all of it lies on the image are asked for."
        ),
        code=_convolution_full_size,
    ),
    Misconception(
        name="convolution_same_size",
        of="conv2d_flipped",
        hint=(
            "The result is as large as the image: its border comes from kernels that "
            "hang over the edge. Only full overlaps are asked for."
        ),
        code=_convolution_same_size,
    ),
    Misconception(
        name="convolution_flips_in_place",
        of="conv2d_flipped",
        hint=(
            "The caller's kernel was turned around too: you wrote into the array that "
            "was handed in. Flip a view or a copy of it."
        ),
        code=_convolution_flips_in_place,
        sign="changes_input",
    ),
)
