"""What a submission of the assignment `gradient_descent` must do, a file per exercise.

Inputs that hide mistakes are left to the public examples: hidden checks have gradients
that depend on the point, learning rates that change from step to step, states that are
not zero, an eps that shows, data with neither as many samples as features nor a mean of
zero, and more than one step, unless that very case is the question.
"""
