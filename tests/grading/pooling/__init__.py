"""What a submission of the assignment `pooling` must do, one file per exercise.

Inputs that hide mistakes are left to the public examples: hidden checks have no square
image or window, no equal strides, no batch of one, no positive images and no windows
that tile the image unless that very case is the question.
"""
