"""Reference solutions: trusted code that students and their kernels never see."""

from autograder.imports import keep_order

keep_order()  # of its twins one is in PyTorch and one in TensorFlow
