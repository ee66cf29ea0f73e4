"""What the fork server imports before its first fork; what is missing is left out."""

__all__ = ["PRELOADED"]

PRELOADED = (
    "numpy",
    "scipy.signal",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "sklearn.datasets",
    "torch",
    "tensorflow",
    "keras",
    "IPython",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "autograder.execution.kernel",
)
