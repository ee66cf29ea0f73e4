"""What a submission of the assignment `convolution` must do, one file per exercise.

Inputs that hide mistakes are left to the public examples: hidden checks have no square
image or kernel, no equal strides, no batch of one, no equal channel counts, no zero
bias and no symmetric kernel unless that very case is the question.
"""
