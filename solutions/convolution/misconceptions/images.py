"""Wrong answers to one kernel on one image: `corr2d` and `conv2d_flipped`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import matrix_products, place_by_place, plain_loops, shifted_copies

__all__ = ["MISCONCEPTIONS"]

by_places = RightAnswer(place_by_place.corr2d)
by_numbers = RightAnswer(plain_loops.corr2d)
turned = RightAnswer(matrix_products.conv2d_flipped)
in_full = RightAnswer(shifted_copies.conv2d_flipped)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    by_places.but(
        "corr2d_flipped_kernel",
        {"window * k": "window * k[::-1, ::-1]"},
        "The kernel was turned around: this is a convolution in the mathematical "
        "sense. Cross-correlation lays the kernel on the image as it is.",
    ),
    by_places.but(
        "corr2d_transposed",
        {"(oh, ow)": "(ow, oh)", "y[i, j]": "y[j, i]"},
        "Rows and columns of the result are exchanged. Which of your two indices "
        "walks down the image, and which axis of the result is it?",
    ),
    by_places.but(
        "corr2d_kernel_transposed",
        {"window * k": "window * k.T"},
        "Rows and columns of the kernel are exchanged. Compare the two indices of k "
        "with those of x in the formula.",
    ),
    by_numbers.but(
        "corr2d_square_kernel",
        {
            "y = np.zeros(": """
                kw, ow = kh, x.shape[1] - kh + 1
                y = np.zeros(
            """,
        },
        "The kernel was taken to be square, with its height for both sides. It has "
        "two sizes, and each belongs to one axis.",
    ),
    by_places.but(
        "corr2d_width_two",
        {"j : j + kw": "j : j + 2"},
        "The window is always two columns wide. That fits the example of the lecture; "
        "what must the width be in general?",
    ),
    by_places.but(
        "corr2d_size_of_image",
        {"(oh, ow)": "(h, w)"},
        "The result is as large as the image and ends in zeros. The kernel fits into "
        "the image at fewer places than there are pixels: how many?",
    ),
    by_places.but(
        "corr2d_clipped_windows",
        {
            "h - kh + 1, w - kw + 1": "h, w",
            "window * k": "window * k[: window.shape[0], : window.shape[1]]",
        },
        "The kernel was also placed where it sticks out at the bottom or right edge. "
        "Only places where all of it lies on the image count.",
    ),
    by_places.but(
        "corr2d_same_size",
        {
            "oh, ow = h - kh + 1, w - kw + 1": """
                oh, ow = h, w
                top, left = (kh - 1) // 2, (kw - 1) // 2
                x = np.pad(x, ((top, kh - 1 - top), (left, kw - 1 - left)))
            """,
        },
        "The image was padded with zeros so that the result is as large as the image. "
        "This exercise asks for no padding.",
    ),
    by_places.but(
        "corr2d_one_short",
        {"h - kh + 1, w - kw + 1": "h - kh, w - kw"},
        "The last row and the last column of the result are missing. Count the places "
        "of a kernel of width 2 in a row of 3 pixels.",
    ),
    by_places.but(
        "corr2d_last_row_and_column_zero",
        {
            "y[i, j] = np.sum(window * k)": """
                if i + kh < h and j + kw < w:
                    y[i, j] = np.sum(window * k)
            """,
        },
        "The last row and the last column of the result were left at zero. May a "
        "window end exactly at the image's edge? Look at your comparison.",
    ),
    by_places.but(
        "corr2d_half_kernel",
        {"h - kh + 1, w - kw + 1": "h - 2 * (kh // 2), w - 2 * (kw // 2)"},
        "Half a kernel was taken off each side of the image, which is right for odd "
        "kernels only. Count the places of an even one.",
    ),
    by_places.but(
        "corr2d_mean",
        {"np.sum": "np.mean"},
        "These are averages: every sum was divided by the number of elements of the "
        "kernel. The formula has no such factor.",
    ),
    by_places.but(
        "corr2d_total_kept",
        {
            "for i in": """
                total = np.zeros((), dtype=x.dtype)
                for i in
            """,
            "y[i, j] = np.sum(window * k)": """
                total = total + np.sum(window * k)
                y[i, j] = total
            """,
        },
        "Each element also holds all the sums before it. Where does your running "
        "total start again from zero?",
    ),
    by_places.but(
        "corr2d_blocks",
        {
            "h - kh + 1, w - kw + 1": "h // kh, w // kw",
            "i : i + kh, j : j + kw": "i * kh : (i + 1) * kh, j * kw : (j + 1) * kw",
        },
        "The image was cut into blocks that do not overlap. The kernel moves by one "
        "pixel at a time.",
    ),
    by_places.but(
        "corr2d_matrix_product",
        {"window * k": "window @ k"},
        "Window and kernel were multiplied as matrices. The formula multiplies each "
        "pixel with the kernel's element that lies on it.",
    ),
    by_places.but(
        "corr2d_in_double",
        {", dtype=x.dtype": ""},
        "The numbers are right, but a float32 image gave a float64 result. Look at "
        "the dtype of the array that you fill.",
    ),
    turned.but(
        "convolution_not_flipped",
        {"np.rot90(k, 2)": "k"},
        "This is the cross-correlation: the kernel was not turned around. In the "
        "formula the indices of image and kernel run against each other.",
    ),
    turned.but(
        "convolution_flipped_left_right",
        {"np.rot90(k, 2)": "np.fliplr(k)"},
        "The kernel was mirrored left to right only. The formula has a minus sign in "
        "both indices.",
    ),
    turned.but(
        "convolution_flipped_up_down",
        {"np.rot90(k, 2)": "np.flipud(k)"},
        "The kernel was mirrored upside down only. The formula has a minus sign in "
        "both indices.",
    ),
    turned.but(
        "convolution_kernel_transposed",
        {"np.rot90(k, 2)": "k.T"},
        "The kernel was transposed, which mirrors it at its diagonal. A convolution "
        "reverses each of its axes instead.",
    ),
    turned.but(
        "convolution_quarter_turn",
        {"(k, 2)": "(k)"},
        "The kernel was rotated by a quarter of a turn. Draw a 2 x 2 kernel with both "
        "axes reversed: how far is it turned?",
    ),
    turned.but(
        "convolution_flipped_and_transposed",
        {"np.rot90(k, 2)": "np.rot90(k, 2).T"},
        "Both axes of the kernel were reversed, and then exchanged as well. Rows of "
        "the kernel stay rows.",
    ),
    turned.but(
        "convolution_image_flipped",
        {"x, np.rot90(k, 2)": "np.rot90(x, 2), k"},
        "The image was turned around instead of the kernel, so the result stands "
        "upside down. Which of the two may move to give element (0, 0)?",
    ),
    in_full.but(
        "convolution_full_size",
        {"[k.shape[0] - 1 :, k.shape[1] - 1 :][: rows + 1, : columns + 1]": ""},
        "This is the full convolution, with the places where the kernel hangs over "
        "the edge. Only those where all of it lies on the image are asked for.",
    ),
    in_full.but(
        "convolution_same_size",
        {
            "[k.shape[0] - 1 :, k.shape[1] - 1 :]": """
                [(k.shape[0] - 1) // 2 :, (k.shape[1] - 1) // 2 :]
            """,
            "[: rows + 1, : columns + 1]": "[: x.shape[0], : x.shape[1]]",
        },
        "The result is as large as the image: its border comes from kernels that hang "
        "over the edge. Only full overlaps are asked for.",
    ),
    turned.but(
        "convolution_flips_in_place",
        {
            "return corr2d(x, np.rot90(k, 2))": """
                k[:] = np.rot90(k, 2).copy()
                return corr2d(x, k)
            """,
        },
        "The caller's kernel was turned around too: you wrote into the array that was "
        "handed in. Flip a view or a copy of it.",
        sign="changes_input",
    ),
)
