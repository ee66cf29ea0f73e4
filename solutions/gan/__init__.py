"""Reference answers, twins and known mistakes of the assignment `gan`."""
