"""Wrong answers to sizes and frames: `output_shape` and `pad2d`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import fourier, place_by_place

__all__ = ["MISCONCEPTIONS"]

places = RightAnswer(place_by_place.output_shape)
framed = RightAnswer(fourier.pad2d)
filled = RightAnswer(place_by_place.pad2d)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    places.but(
        "shape_rounded_up",
        {
            "(h + 2 * ph - kh) // sh": "-((kh - h - 2 * ph) // sh)",
            "(w + 2 * pw - kw) // sw": "-((kw - w - 2 * pw) // sw)",
        },
        "The division was rounded up. Where the stride does not divide evenly, the "
        "last place would stick out of the image.",
    ),
    places.but(
        "shape_rounded_to_nearest",
        {
            "(h + 2 * ph - kh) // sh": "round((h + 2 * ph - kh) / sh)",
            "(w + 2 * pw - kw) // sw": "round((w + 2 * pw - kw) / sw)",
        },
        "The division was rounded to the nearest whole number. A step that does not "
        "fit any more does not count, however little is missing.",
    ),
    places.but(
        "shape_half_kernel",
        {"- kh)": "- 2 * (kh // 2) - 1)", "- kw)": "- 2 * (kw // 2) - 1)"},
        "Half a kernel was taken off each side, which is right for odd kernels only. "
        "Try a kernel of width 2 on two pixels.",
    ),
    places.but(
        "shape_without_one",
        {"// sh + 1": "// sh", "// sw + 1": "// sw"},
        "These are the steps that the kernel makes, which is one less than the places "
        "where it stands. Try a kernel as large as the image.",
    ),
    places.but(
        "shape_one_before_division",
        {"- kh) // sh + 1": "- kh + 1) // sh", "- kw) // sw + 1": "- kw + 1) // sw"},
        "The 1 was added before the division by the stride, which is right for stride "
        "1 only. Is the first place of the kernel a step?",
    ),
    places.but(
        "shape_padding_once",
        {"(h + 2 * ph": "(h + ph", "(w + 2 * pw": "(w + pw"},
        "The padding was counted once. It is added on both sides of each axis.",
    ),
    places.but(
        "shape_axes_swapped",
        {"return oh, ow": "return ow, oh"},
        "Height and width of the result are exchanged. Height comes first, everywhere "
        "in this notebook.",
    ),
    places.but(
        "shape_stride_of_height",
        {"// sw": "// sh"},
        "The vertical stride was used for both axes. Each axis has its own.",
    ),
    places.but(
        "shape_strides_swapped",
        {"// sh": "// sw", "// sw": "// sh"},
        "The two strides are exchanged. The first one belongs to the height.",
    ),
    places.but(
        "shape_stride_ignored",
        {" // sh": "", " // sw": ""},
        "The stride plays no part in this result. With larger steps the kernel stands "
        "at fewer places.",
    ),
    places.but(
        "shape_padding_of_height",
        {"(w + 2 * pw": "(w + 2 * ph"},
        "The vertical padding was used for both axes. Each axis has its own.",
    ),
    places.but(
        "shape_paddings_swapped",
        {"(h + 2 * ph": "(h + 2 * pw", "(w + 2 * pw": "(w + 2 * ph"},
        "The two paddings are exchanged. The first one is for the rows above and "
        "below.",
    ),
    places.but(
        "shape_square_kernel",
        {"- kw)": "- kh)"},
        "The kernel's height was used for both axes. It has a width as well.",
    ),
    places.but(
        "shape_same_padding",
        {"return oh, ow": "return -(-h // sh), -(-w // sw)"},
        "This is the size with the padding that the libraries call 'same'. Here the "
        "padding is given, and may be any.",
    ),
    places.but(
        "shape_not_whole",
        {"// sh": "/ sh", "// sw": "/ sw"},
        "These are not whole numbers: / divides exactly and always gives a float. How "
        "many places of the kernel are complete?",
    ),
    framed.but(
        "pad_at_the_end_only",
        {"(ph, ph), (pw, pw)": "(0, ph), (0, pw)"},
        "Zeros were added below and on the right only. A frame has four sides.",
    ),
    framed.but(
        "pad_at_the_start_only",
        {"(ph, ph), (pw, pw)": "(ph, 0), (pw, 0)"},
        "Zeros were added above and on the left only. A frame has four sides.",
    ),
    framed.but(
        "pad_split_over_sides",
        {"(ph, ph)": "(ph // 2, ph - ph // 2)", "(pw, pw)": "(pw // 2, pw - pw // 2)"},
        "The padding was shared out between the two sides of an axis. Each side gets "
        "all of it.",
    ),
    framed.but(
        "pad_before_and_after",
        {"[(0, 0)] * (x.ndim - 2) + [(ph, ph), (pw, pw)]": "(ph, pw)"},
        "np.pad read the pair as (before, after) for every axis. Which pairs does it "
        "want, one for each axis?",
    ),
    framed.but(
        "pad_every_axis",
        {"(0, 0)": "(ph, ph)"},
        "Axes before the last two were padded as well: the batch has grown by images "
        "of zeros. Only height and width get a frame.",
    ),
    framed.but(
        "pad_first_axes",
        {
            "[(0, 0)] * (x.ndim - 2) + ": "",
            "(pw, pw)]": "(pw, pw)] + [(0, 0)] * (x.ndim - 2)",
        },
        "The first two axes were padded. Height and width are the last two here.",
    ),
    framed.but(
        "pad_axes_swapped",
        {"(ph, ph), (pw, pw)": "(pw, pw), (ph, ph)"},
        "The two paddings are exchanged. The first one is the number of rows above "
        "and below.",
    ),
    framed.but(
        "pad_height_for_both",
        {"(pw, pw)": "(ph, ph)"},
        "The padding of the height was used for the width too. Each axis has its own.",
    ),
    framed.but(
        "pad_with_edge",
        {"constant": "edge"},
        "The border pixels were repeated outwards. This frame is made of zeros.",
    ),
    framed.but(
        "pad_with_reflection",
        {"constant": "reflect"},
        "The image was mirrored at its border. This frame is made of zeros.",
    ),
    filled.but(
        "pad_over_the_border",
        {
            "h + 2 * ph, w + 2 * pw": "h, w",
            "out[..., ph : ph + h, pw : pw + w] = x": """
                inside = np.s_[..., ph : h - ph, pw : w - pw]
                out[inside] = x[inside]
            """,
        },
        "The frame was painted over the image, whose border pixels are lost. It goes "
        "around the image, which makes the array larger.",
    ),
    filled.but(
        "pad_in_double",
        {", dtype=x.dtype": ""},
        "The numbers are right, but a float32 image gave a float64 result. Look at "
        "the dtype of the array that you fill.",
    ),
    filled.but(
        "pad_cropped_by_slice",
        {
            "out[..., ph : ph + h, pw : pw + w] = x": """
                if ph > 0 and pw > 0:
                    out[..., ph:-ph, pw:-pw] = x
            """,
        },
        "Without padding on one of the axes the image is lost. What does the slice "
        "p:-p select when p is 0?",
    ),
)
