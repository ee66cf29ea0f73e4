"""Wrong answers to `conv2d_backward` in the gradients of weights and bias."""

from autograder.checks import Misconception, RightAnswer

from ..variants import place_by_place

__all__ = ["MISCONCEPTIONS"]

backward = RightAnswer(place_by_place.conv2d_backward)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    backward.but(
        "backward_dw_flipped",
        {"dx, dw, db": "dx, dw[:, :, ::-1, ::-1], db"},
        "dw is turned around. dw[o, c, m, n] belongs to the weight at (m, n): which "
        "pixels did that one meet?",
    ),
    backward.but(
        "backward_dw_averaged",
        {"dx, dw, db": "dx, dw / len(x), db"},
        "dw was divided by the number of images. If the loss is a mean, dout holds "
        "that factor already.",
    ),
    backward.but(
        "backward_dw_mean_over_places",
        {"dx, dw, db": "dx, dw / dout[0, 0].size, db"},
        "dw was divided by the number of places of the kernel. A shared weight "
        "collects the gradient of all of them.",
    ),
    backward.but(
        "backward_dw_last_window_only",
        {"dw +=": "dw ="},
        "dw holds the share of the last window only. A shared weight collects the "
        "gradient of all of them.",
    ),
    backward.but(
        "backward_dw_first_image_only",
        {"share, xp[:,": "share[:1], xp[:1,"},
        "dw comes from the first image of the batch only. All images share the "
        "weights.",
    ),
    backward.but(
        "backward_dw_of_unpadded",
        {
            "for i in": """
                seen = np.pad(x, ((0, 0), (0, 0), (0, 2 * ph), (0, 2 * pw)))
                for i in
            """,
            "share, xp": "share, seen",
        },
        "dw was made from x without its padding. The kernels met the padded image.",
    ),
    backward.but(
        "backward_dw_stride_of_width_ignored",
        {"xp[:, :, rows, cols])": "xp[:, :, rows, j : j + kw])"},
        "dw ignores the horizontal stride. It needs the same windows as dx, on both "
        "axes.",
    ),
    backward.but(
        "backward_db_per_image",
        {"(0, 2, 3)": "(1, 2, 3)"},
        "db has one number for each image. It needs one for each output channel: "
        "which axes must be summed?",
    ),
    backward.but(
        "backward_db_not_summed_over_places",
        {"(0, 2, 3)": "0"},
        "db was summed over the batch only. The same bias is added at every place.",
    ),
    backward.but(
        "backward_db_not_summed_over_batch",
        {"(0, 2, 3)": "(2, 3)"},
        "db was summed over the places only. The same bias is added in every image.",
    ),
    backward.but(
        "backward_db_keeps_axes",
        {"(0, 2, 3)": "(0, 2, 3), keepdims=True"},
        "db has four axes. It must have the shape of b.",
    ),
    backward.but(
        "backward_db_averaged",
        {"dout.sum": "dout.mean"},
        "db is a mean. A shared bias collects the gradient of all places and images.",
    ),
    backward.but(
        "backward_db_over_batch_averaged",
        {"(axis=(0, 2, 3))": "(axis=(2, 3)).mean(axis=0)"},
        "db was divided by the number of images. If the loss is a mean, dout holds "
        "that factor already.",
    ),
    backward.but(
        "backward_db_twice",
        {"db = ": "db = 2 * "},
        "db is twice as large as it should be. Is it summed before the loop, and then "
        "in the loop again?",
    ),
    backward.but(
        "backward_db_one_number",
        {"axis=(0, 2, 3)": ""},
        "db is one number. Each output channel has a bias of its own.",
    ),
    backward.but(
        "backward_order_dw_first",
        {"dx, dw, db": "dw, dx, db"},
        "The gradients come in another order than the docstring names.",
    ),
)
