"""What a submission of the assignment `gan` must do, a file per exercise.

Inputs that hide mistakes are left to the public examples: hidden checks have logits of
both signs and every size, targets between 0 and 1, more fakes than real samples,
distributions that differ and have zeros, kernels and strides with unequal axes, more
than one training step, and batches of unequal sizes, unless that very case is the
question.
"""
