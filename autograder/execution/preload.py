"""What the fork server imports before its first fork; what is missing is left out.

That triton comes before TensorFlow is not for this list to say: `autograder.imports`
does, for every process of ours.
"""

__all__ = ["PRELOADED"]

PRELOADED = (
    "numpy",
    "scipy.signal",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "sklearn.datasets",
    "torch",
    "torch._dynamo",  # what the first optimizer would import: 1.5 s each time
    "tensorflow",
    "keras",
    "IPython",
    # What a kernel would import at its start, 20 ms each time.
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "autograder.execution.kernel",
)
