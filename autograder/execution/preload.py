"""What the fork server may import before its first fork; what is missing is left out.

That triton comes before TensorFlow is not for this list to say: `autograder.imports`
does, for every process of ours. Which of the libraries an assignment needs is for
`autograder.execution.needs` to say.
"""

__all__ = ["KERNEL", "LAST", "LIBRARIES", "OPTIMIZER", "PRELOADED"]

#: What a kernel would import at its start, 0.4 s each time: imported first, before it
#: is known what a notebook needs.
KERNEL = (
    "numpy",
    "IPython",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "autograder.execution.agent",
)

#: What the first optimizer of PyTorch's would import: 1.5 s each time.
OPTIMIZER = "torch._dynamo"

#: Libraries whose import starts no thread and computes nothing, by their first names.
LIBRARIES = {
    "numpy": ("numpy",),
    "scipy": ("scipy.signal",),
    "matplotlib": ("matplotlib.pyplot", "matplotlib_inline.backend_inline"),
    "sklearn": ("sklearn.datasets",),
    "torch": ("torch",),
    "tensorflow": ("tensorflow", "keras"),
    "keras": ("tensorflow", "keras"),
}

#: It lists what is imported when it is imported itself.
LAST = "autograder.execution.kernel"

#: Everything: for programs of which nobody knows what their notebooks need.
PRELOADED = (
    "numpy",
    "scipy.signal",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "sklearn.datasets",
    "torch",
    OPTIMIZER,
    "tensorflow",
    "keras",
    LAST,
)
