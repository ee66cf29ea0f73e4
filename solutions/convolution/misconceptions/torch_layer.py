"""Wrong answers to the layer in PyTorch: `conv2d_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, device or broken graph have none.
"""

from autograder.checks import Misconception, RightAnswer

from .. import oracle
from ..variants import matrix_products, window_views

__all__ = ["MISCONCEPTIONS"]

by_windows = RightAnswer(window_views.conv2d_torch)
by_columns = RightAnswer(matrix_products.conv2d_torch)
in_numpy = RightAnswer(oracle.conv2d, of="conv2d_torch")

MISCONCEPTIONS: tuple[Misconception, ...] = (
    by_windows.but(
        "torch_bias_missing",
        {"out if b is None else out + b.view(1, -1, 1, 1)": "out"},
        "The bias was never added. Everything else is right.",
        result=in_numpy.edited(
            {"out if b is None else out + np.asarray(b)[:, None, None]": "out"}
        ),
    ),
    by_windows.but(
        "torch_bias_along_width",
        {".view(1, -1, 1, 1)": ""},
        "The bias was spread along the width: torch lines up the last axes. Which "
        "axis of the result do the output channels lie on?",
        result=in_numpy.edited({"[:, None, None]": ""}),
    ),
    by_windows.but(
        "torch_flipped_kernel",
        {"(windows, w,": "(windows, w.flip(2, 3),"},
        "The kernels were turned around. This layer lays them on the image as they "
        "are.",
        result=in_numpy.edited({"(windows, w,": "(windows, w[..., ::-1, ::-1],"}),
    ),
    by_windows.but(
        "torch_padding_ignored",
        {"x = torch.nn.functional.pad(x, (pw, pw, ph, ph))": ""},
        "The padding plays no part in this result.",
        result=in_numpy.edited({"stride, padding)": "stride, (0, 0))"}),
    ),
    by_windows.but(
        "torch_same_padding",
        {"= padding": "= w.size(2) // 2, w.size(3) // 2"},
        "The image was padded by half a kernel, whatever the argument says. Use the "
        "padding that is given.",
        result=in_numpy.edited(
            {"stride, padding)": "stride, (w.shape[2] // 2, w.shape[3] // 2))"}
        ),
    ),
    by_windows.but(
        "torch_paddings_swapped",
        {"(pw, pw, ph, ph)": "(ph, ph, pw, pw)"},
        "The two paddings are exchanged. torch's pad counts the axes from the last "
        "one: which pair does it want first?",
        result=in_numpy.edited({"stride, padding)": "stride, padding[::-1])"}),
    ),
    by_windows.but(
        "torch_stride_of_height",
        {"stride[1]": "stride[0]"},
        "The vertical stride was used for both axes. Each axis has its own.",
        result=in_numpy.edited(
            {"stride, padding)": "(stride[0], stride[0]), padding)"}
        ),
    ),
    by_windows.but(
        "torch_stride_ignored",
        {"stride[0]": "1", "stride[1]": "1"},
        "The stride plays no part in this result: the kernel moved by one pixel at a "
        "time.",
        result=in_numpy.edited({"stride, padding)": "(1, 1), padding)"}),
    ),
    by_windows.but(
        "torch_channels_last",
        {".movedim(-1, 1)": "", ".view(1, -1, 1, 1)": ""},
        "The channels come last in this result, as in TensorFlow. In PyTorch they "
        "follow the batch.",
        result=in_numpy.edited(
            {"np.moveaxis(out, -1, 1)": "out", "[:, None, None]": ""}
        ),
    ),
    by_windows.but(
        "torch_height_and_width_swapped",
        {"movedim(-1, 1)": "permute(0, 3, 2, 1)"},
        "Height and width of the result are exchanged. Height comes first.",
        result=in_numpy.edited(
            {"np.moveaxis(out, -1, 1)": "out.transpose(0, 3, 2, 1)"}
        ),
    ),
    by_windows.but(
        "torch_places_reshaped",
        {
            ".movedim(-1, 1)": "",
            "return out if": """
                out = out.reshape(len(x), len(w), *out.shape[1:3])
                return out if
            """,
        },
        "The shape is right, but the numbers are in the wrong places: a reshape does "
        "not move axes, it reads the numbers in their old order.",
        result=in_numpy.edited(
            {"np.moveaxis(out, -1, 1)": "out.reshape(len(x), len(w), *out.shape[1:3])"}
        ),
    ),
    by_windows.but(
        "torch_kernels_reshaped",
        {"(windows, w,": "(windows, w.reshape(-1, len(w)).T.reshape(w.shape),"},
        "The weights of the filters are mixed up: w was reshaped so that one row "
        "holds pieces of several filters. On which axis of w do the filters lie?",
        result=in_numpy.edited(
            {"(windows, w,": "(windows, w.reshape(-1, len(w)).T.reshape(w.shape),"}
        ),
    ),
    by_windows.but(
        "torch_loses_dtype",
        {"(windows, w,": "(windows.float(), w.float(),", "b.view": "b.float().view"},
        "float64 images gave a float32 result. Keep the dtype of x in all that you "
        "create or convert.",
        result=in_numpy.edited(
            {
                "(out, -1, 1))": "(out, -1, 1), np.float32)",
                "np.asarray(b)": "np.asarray(b, np.float32)",
            }
        ),
    ),
    by_columns.but(
        "torch_not_a_tensor",
        {"(rows, -1))": "(rows, -1)).detach().cpu().numpy()"},
        "What comes back is no PyTorch tensor, so no gradient can flow through it. "
        "Stay in the library from x to the result: no numpy() on the way, and no path "
        "without a return.",
        result=None,
        sign="framework",
    ),
    by_columns.but(
        "torch_breaks_autograd",
        {"(rows, -1))": "(rows, -1)).detach()"},
        "The values are right, but the result has forgotten how it was made. Look for "
        "detach, numpy, item, .data or torch.tensor(...) on the way from x to the "
        "result.",
        result=None,
        sign="broken_graph",
    ),
    by_columns.but(
        "torch_result_on_cpu",
        {"(rows, -1))": "(rows, -1)).cpu()"},
        "The result lies on the CPU, whatever the device of x. Create and keep "
        "everything where x is.",
        result=None,
        sign="device",
    ),
)
