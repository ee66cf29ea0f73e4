"""What a submission of the assignment `backpropagation` must do, a file per exercise.

Inputs that hide mistakes are left to the public examples: hidden checks have batches
of more than one sample, layers of unlike sizes and layers of equal ones, biases that
are not zero, several outputs, sums on both sides of an activation's bend, and losses
with ties, unless that very case is the question.
"""
