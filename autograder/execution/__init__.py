"""Run student code: kernels, the channel to them, and papermill's engine."""
