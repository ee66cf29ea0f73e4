"""Wrong answers to the strength of edges: `sobel_edges`."""

from autograder.checks import Misconception, RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

edges = RightAnswer(oracle.sobel_edges)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    edges.but(
        "edges_without_root",
        {"np.sqrt(gx**2 + gy**2)": "gx**2 + gy**2"},
        "These are the squared lengths of the gradient. Compare with the formula: "
        "what comes after the sum of the squares?",
    ),
    edges.but(
        "edges_vertical_only",
        {"np.sqrt(gx**2 + gy**2)": "np.abs(gx)"},
        "Only the change from left to right was measured, so horizontal edges are "
        "missing. The second kernel finds those.",
    ),
    edges.but(
        "edges_horizontal_only",
        {"np.sqrt(gx**2 + gy**2)": "np.abs(gy)"},
        "Only the change from top to bottom was measured, so vertical edges are "
        "missing. The first kernel finds those.",
    ),
    edges.but(
        "edges_one_signed",
        {"np.sqrt(gx**2 + gy**2)": "gx"},
        "This is gx itself, with its sign. The strength of an edge is made of both "
        "directions and is never negative.",
    ),
    edges.but(
        "edges_absolute_sum",
        {"np.sqrt(gx**2 + gy**2)": "np.abs(gx) + np.abs(gy)"},
        "The two directions were added as absolute values, a cheaper measure. The "
        "formula asks for the length of the vector (gx, gy).",
    ),
    edges.but(
        "edges_signed_sum",
        {"np.sqrt(gx**2 + gy**2)": "gx + gy"},
        "The two directions were added with their signs, so that they can cancel. The "
        "formula asks for the length of the vector (gx, gy).",
    ),
    edges.but(
        "edges_root_of_sum",
        {"gx**2 + gy**2": "np.abs(gx + gy)"},
        "The root was taken of gx + gy. In the length of a vector something happens "
        "to each of its parts before they are added.",
    ),
    edges.but(
        "edges_one_after_the_other",
        {
            "gx, gy = conv2d(image[None, None], kernels)[0]": """
                gx = conv2d(image[None, None], kernels[:1])
                gy = conv2d(gx, kernels[1:], padding=(1, 1))[0, 0]
                gx = gx[0, 0]
            """,
        },
        "The second kernel was applied to the result of the first. Both of them look "
        "at the image.",
    ),
    edges.but(
        "edges_padded",
        {", kernels)": ", kernels, padding=(1, 1))"},
        "The image was padded, which paints an edge along its border. The result is "
        "two rows and two columns smaller than the image.",
    ),
    edges.but(
        "edges_normalised",
        {
            "return np.asarray(np.sqrt(gx**2 + gy**2))": """
                length = np.sqrt(gx**2 + gy**2)
                return np.asarray(length / length.max())
            """,
        },
        "The result was divided by its largest value. That is good for a picture, but "
        "the function returns the lengths themselves.",
    ),
    edges.but(
        "edges_rounded",
        {"np.asarray(np.sqrt": "np.round(np.sqrt"},
        "The lengths were rounded to whole numbers. Round for a picture, not in the "
        "result.",
    ),
    edges.but(
        "edges_in_double",
        {
            ".astype(image.dtype)": "",
            "image[None, None]": "image[None, None].astype(float)",
        },
        "The numbers are right, but a float32 image gave a float64 result. Which "
        "dtype do the given kernels have?",
    ),
    edges.but(
        "edges_with_batch_axes",
        {
            "gx, gy =": "both =",
            "kernels)[0]": "kernels)",
            "gx**2 + gy**2": "(both**2).sum(axis=1, keepdims=True)",
        },
        "The result still has the axes for batch and channels that conv2d needs. The "
        "edges of one grey image are one (h-2, w-2) array.",
    ),
)
