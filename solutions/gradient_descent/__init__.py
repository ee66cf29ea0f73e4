"""Reference answers, twins and known mistakes of the assignment `gradient_descent`."""
