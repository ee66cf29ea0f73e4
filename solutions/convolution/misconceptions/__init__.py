"""Wrong answers that students really give, each with a hint that names it.

Every entry is code with the signature of the function that it stands for. The checks
run it on a check's inputs: a student's result that equals it gets its hint. The tests
of the tests paste its source into a notebook after the right answer and demand that a
check refuses it. So `code` uses nothing but `np`, given names, functions of earlier
exercises, and what it imports itself; it must not call the function it stands for. It
refuses bad arguments as the right answer does, so that it is wrong in one way.
"""

from . import (
    backward_images,
    backward_weights,
    counting,
    edges,
    images,
    integral,
    layer_geometry,
    layer_values,
    polynomials,
    shapes,
    tensorflow_layer,
    torch_layer,
)

__all__ = ["MISCONCEPTIONS"]

MISCONCEPTIONS = (
    *polynomials.MISCONCEPTIONS,
    *integral.MISCONCEPTIONS,
    *images.MISCONCEPTIONS,
    *shapes.MISCONCEPTIONS,
    *layer_values.MISCONCEPTIONS,
    *layer_geometry.MISCONCEPTIONS,
    *backward_images.MISCONCEPTIONS,
    *backward_weights.MISCONCEPTIONS,
    *counting.MISCONCEPTIONS,
    *edges.MISCONCEPTIONS,
    *torch_layer.MISCONCEPTIONS,
    *tensorflow_layer.MISCONCEPTIONS,
)
