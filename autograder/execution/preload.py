"""What the fork server may import before its first fork, if it is installed.

This list doesn't ensure that triton comes before TensorFlow: `autograder.imports` does,
for all our processes. `autograder.execution.needs` decides which of the libraries an
assignment needs.
"""

__all__ = ["KERNEL", "LAST", "LIBRARIES", "OPTIMIZER", "PRELOADED"]

#: What every kernel imports at its start, 0.4 s each time: imported first, before a
#: notebook's needs are known.
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

#: What PyTorch's first optimizer would import, 1.5 s each time.
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

#: It records the loaded modules on import, so it comes last.
LAST = "autograder.execution.kernel"

#: Everything: for programs whose notebooks' needs are unknown.
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
