"""Wrong answers to `conv2d` in where windows lie: stride, padding, sizes."""

from autograder.checks import Misconception, RightAnswer

from ..variants import place_by_place

__all__ = ["MISCONCEPTIONS"]

layer = RightAnswer(place_by_place.conv2d)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    layer.but(
        "conv_stride_ignored",
        {"= stride, padding, w": "= (1, 1), padding, w"},
        "The stride plays no part in this result: the kernel moved by one pixel at a "
        "time.",
    ),
    layer.but(
        "conv_stride_not_in_window",
        {"i * sh : i * sh + kh, j * sw : j * sw + kw": "i : i + kh, j : j + kw"},
        "The result has the right size, but holds the top left corner of the one with "
        "stride 1. Where does the window of output (i, j) begin?",
    ),
    layer.but(
        "conv_stride_of_height",
        {"= stride, padding, w": "= (stride[0], stride[0]), padding, w"},
        "The vertical stride was used for both axes. Each axis has its own.",
    ),
    layer.but(
        "conv_strides_swapped",
        {"(sh, sw), (ph": "(sw, sh), (ph"},
        "The two strides are exchanged. The first one belongs to the height.",
    ),
    layer.but(
        "conv_stride_twice",
        {"range(oh)": "range(0, oh, sh)", "range(ow)": "range(0, ow, sw)"},
        "Most of the result was left at zero: the stride is in the range of the loops "
        "and in the window. Which outputs do your loops visit?",
    ),
    layer.but(
        "conv_image_strided_first",
        {
            "x = np.pad(": """
                x, sh, sw = x[:, :, ::sh, ::sw], 1, 1
                x = np.pad(
            """,
        },
        "Pixels were left out of the image before the kernel saw them. The stride "
        "moves the window; within it every pixel counts.",
    ),
    layer.but(
        "conv_padding_ignored",
        {"x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))": ""},
        "The padding plays no part in this result.",
    ),
    layer.but(
        "conv_padding_after_stride",
        {
            "x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))": "",
            "return out if": """
                out = np.pad(out, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
                return out if
            """,
        },
        "The zeros were put around the result. Padding enlarges the image, before the "
        "kernel slides over it.",
    ),
    layer.but(
        "conv_padding_of_height",
        {"(pw, pw)": "(ph, ph)"},
        "The vertical padding was used for both axes. Each axis has its own.",
    ),
    layer.but(
        "conv_paddings_swapped",
        {"(ph, ph), (pw, pw)": "(pw, pw), (ph, ph)"},
        "The two paddings are exchanged. The first one is for the rows above and "
        "below.",
    ),
    layer.but(
        "conv_padding_on_one_side",
        {"(ph, ph), (pw, pw)": "(0, 2 * ph), (0, 2 * pw)"},
        "All zeros were put below and on the right. Each side of the image gets its "
        "share.",
    ),
    layer.but(
        "conv_padding_with_edge",
        {"(pw, pw))": '(pw, pw)), mode="edge"'},
        "The border pixels were repeated outwards. The padding of this layer is zero.",
    ),
    layer.but(
        "conv_same_padding",
        {"= stride, padding, w": "= stride, (w.shape[2] // 2, w.shape[3] // 2), w"},
        "The image was padded by half a kernel, whatever the argument says. Use the "
        "padding that is given.",
    ),
    layer.but(
        "conv_size_without_one",
        {
            "out = np.zeros(": """
                oh, ow = oh - 1, ow - 1
                out = np.zeros(
            """,
        },
        "The last row and the last column of the result are missing. Compare with "
        "your output_shape.",
    ),
    layer.but(
        "conv_last_row_and_column_zero",
        {
            "out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))": """
                if i * sh + kh < x.shape[2] and j * sw + kw < x.shape[3]:
                    out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
            """,
        },
        "Windows that end exactly at the edge of the padded image were left out. Look "
        "at your comparison.",
    ),
    layer.but(
        "conv_height_and_width_swapped",
        {"len(w), oh, ow": "len(w), ow, oh", "out[:, :, i, j]": "out[:, :, j, i]"},
        "Height and width of the result are exchanged. Which of your indices walks "
        "down the image?",
    ),
)
