"""Reference solutions: trusted code that students and their kernels never see."""
