"""Wrong answers that students really give, each with a hint that names it.

Every entry is a right answer, the oracle's or a variant's, with one slip in it; most
are slips in `variants/place_by_place`. The checks run it on a check's inputs: a
student's result that equals it gets its hint. The tests of the tests paste its source
into a notebook after the right answer and demand that a check refuses it. What refuses
bad arguments is left as it is, so that each is wrong in one way.
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
