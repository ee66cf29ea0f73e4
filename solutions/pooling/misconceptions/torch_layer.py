"""Wrong answers to maximum pooling in PyTorch: `max_pool2d_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, device or broken graph have none.
"""

from autograder.checks import Misconception, RightAnswer

from ..variants import self_contained, window_views

__all__ = ["MISCONCEPTIONS"]

by_unfold = RightAnswer(window_views.max_pool2d_torch)
by_windows = RightAnswer(self_contained.max_pool2d_torch)
in_numpy = RightAnswer(self_contained.max_pool2d, of="max_pool2d_torch")

MISCONCEPTIONS: tuple[Misconception, ...] = (
    by_unfold.but(
        "torch_pads_with_zero",
        {"torch.finfo(x.dtype).min": "0"},
        "The frame was made of zeros, which beat negative pixels. Both pad and unfold "
        "take zeros unless they are told otherwise.",
        result=in_numpy.edited({", constant_values=-np.inf": ""}),
    ),
    by_unfold.but(
        "torch_stride_one_by_default",
        {"stride or size": "stride or (1, 1)"},
        "Without a stride the window moved by one pixel at a time. What does None "
        "stand for in this notebook?",
        result=in_numpy.edited({"stride or size": "stride or (1, 1)"}),
    ),
    by_unfold.but(
        "torch_stride_of_height",
        {
            "stride=(sh, sw)": "stride=(sh, sh)",
            "// sw": "// sh",
        },
        "The vertical stride was used for both axes. Each axis has its own.",
        result=in_numpy.edited({"::sw": "::sh"}),
    ),
    by_windows.but(
        "torch_paddings_swapped",
        {"(pw, pw, ph, ph)": "(ph, ph, pw, pw)"},
        "The two paddings are exchanged. torch's pad counts the axes from the last "
        "one: which pair does it want first?",
        result=in_numpy.edited({"(ph, ph), (pw, pw)": "(pw, pw), (ph, ph)"}),
    ),
    by_unfold.but(
        "torch_channels_mixed",
        {
            "c, kh * kw, -1": "kh * kw, c, -1",
            "amax(2)": "amax(1)",
            "torch.finfo(x.dtype).min": "-torch.inf",
        },
        "Maxima were taken over pixels of different channels: the rows of unfold were "
        "split the wrong way round. What runs faster in them, the channel or the "
        "place in the window?",
        result=in_numpy.edited(
            {
                "return windows[:, :, ::sh, ::sw].max(axis=(4, 5))": """
                windows = windows[:, :, ::sh, ::sw]
                b, c, oh, ow = windows.shape[:4]
                columns = windows.transpose(0, 1, 4, 5, 2, 3)
                return columns.reshape(b, kh * kw, c, oh, ow).max(axis=1)
                """
            }
        ),
    ),
    by_unfold.but(
        "torch_loses_dtype",
        {"columns.amax": "columns.float().amax"},
        "float64 images gave a float32 result. Keep the dtype of x in all that you "
        "create or convert.",
        result=in_numpy.edited({"axis=(4, 5))": "axis=(4, 5)).astype(np.float32)"}),
    ),
    by_unfold.but(
        "torch_not_a_tensor",
        {"columns.amax": "columns.detach().cpu().numpy().max"},
        "What comes back is no PyTorch tensor, so no gradient can flow through it. "
        "Stay in the library from x to the result.",
        result=None,
        sign="framework",
    ),
    by_unfold.but(
        "torch_breaks_autograd",
        {"columns.amax": "columns.detach().amax"},
        "The values are right, but PyTorch has lost track of how they were made. Look "
        "for detach(), data, item() or a detour through numpy on the way from x to "
        "the result.",
        result=None,
        sign="broken_graph",
    ),
    by_unfold.but(
        "torch_result_on_cpu",
        {"columns.amax": "columns.cpu().amax"},
        "The result lies on the CPU, whatever the device of x. Create and keep "
        "everything where x is.",
        result=None,
        sign="device",
    ),
)
