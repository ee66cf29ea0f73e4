"""What a submission of the assignment `attention` must do, one file per exercise.

Inputs that hide mistakes are left to the public examples: hidden checks have no batch
of one, no width of one, no length equal to another and no identity among the weights
unless that very case is the question.
"""
