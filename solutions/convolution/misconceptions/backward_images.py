"""Wrong answers to `conv2d_backward` in the gradient of the images, or in all."""

from autograder.checks import Misconception, RightAnswer

from ..variants import place_by_place

__all__ = ["MISCONCEPTIONS"]

backward = RightAnswer(place_by_place.conv2d_backward)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    backward.but(
        "backward_dx_not_cropped",
        {"dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]": "dxp"},
        "dx still has the frame of zeros around it. It must have the shape of x.",
    ),
    backward.but(
        "backward_dx_cropped_to_nothing",
        {"ph : ph + x.shape[2], pw : pw + x.shape[3]": "ph:-ph, pw:-pw"},
        "dx is empty where there is no padding. What does the slice p:-p select when "
        "p is 0?",
    ),
    backward.but(
        "backward_dx_cropped_at_the_end",
        {"ph : ph + x.shape[2], pw : pw + x.shape[3]": ": x.shape[2], : x.shape[3]"},
        "dx was cut out of the padded gradient at the wrong place. Where in the "
        "padded image does x begin?",
    ),
    backward.but(
        "backward_dx_lost_in_copy",
        {"dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]": "np.zeros_like(x)"},
        "dx is zero: the gradient was collected in a padded copy and not carried "
        "back. np.pad never gives a view of its input.",
    ),
    backward.but(
        "backward_dx_overwritten",
        {"dxp[:, :, rows, cols] +=": "dxp[:, :, rows, cols] ="},
        "Where windows overlap, dx holds the share of the last one only. A pixel's "
        "gradient comes from every window that saw it.",
    ),
    backward.but(
        "backward_dx_flipped",
        {"share, w)": "share, w[:, :, ::-1, ::-1])"},
        "dx was made with kernels turned around. Each output hands its gradient to a "
        "pixel through the very weight by which it saw that pixel.",
    ),
    backward.but(
        "backward_stride_ignored",
        {"i * sh, i * sh + kh": "i, i + kh", "j * sw, j * sw + kw": "j, j + kw"},
        "The stride plays no part in dx and dw. Where does the window of output (i, "
        "j) begin?",
    ),
    backward.but(
        "backward_dx_stride_of_height_ignored",
        {"dxp[:, :, rows, cols]": "dxp[:, :, i : i + kh, cols]"},
        "dx ignores the vertical stride. It needs the same windows as dw, on both "
        "axes.",
    ),
    backward.but(
        "backward_strides_swapped",
        {"(sh, sw), (ph": "(sw, sh), (ph"},
        "The two strides are exchanged. The first one belongs to the height.",
    ),
    backward.but(
        "backward_dout_ignored",
        {
            "for i in": """
                dout = np.ones_like(dout)
                for i in
            """,
        },
        "dout plays no part in the result: its values might as well be ones. The "
        "chain rule multiplies by it.",
    ),
    backward.but(
        "backward_in_double",
        {
            "np.zeros_like(xp)": "np.zeros(xp.shape)",
            "np.zeros_like(w)": "np.zeros(w.shape)",
        },
        "The numbers are right, but float32 inputs gave float64 gradients. Look at "
        "the dtype of the arrays that you fill.",
    ),
)
