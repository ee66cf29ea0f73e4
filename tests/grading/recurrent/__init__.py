"""What a submission of the assignment `recurrent` must do, a file per exercise.

Inputs that hide mistakes are left to the public examples: hidden checks have states and
biases that are not zero, several samples and steps, and as many samples as steps or as
many inputs as hidden units only where a mistake shows in that very case.
"""
