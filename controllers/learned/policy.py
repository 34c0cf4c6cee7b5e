"""The trained network, run in plain NumPy: what a robot senses to where it would like to go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.learned.senses import Senses, spacing

ACTIONS = 2
STEP_SPACINGS = 0.1
"""How far one action of length 1 leads (spacings), where robots can go so far in a tick."""
# Far beyond what training finds, and products of three stay far from where numbers end.
_LARGEST = 1e9
Layer = tuple[Floats, Floats]


@dataclass(frozen=True, eq=False)
class Policy:
    """One network for all robots: tanh layers, and a linear one for the two actions.

    Attributes:
        senses: how its F inputs are made.
        centre: (F,) subtracted from the inputs.
        scale: (F,) what they are multiplied with then.
        layers: of each layer the weights, (inputs, outputs), and the biases, (outputs,).
        facts: how it was trained, by name.

    Raises:
        ValueError: the arrays do not go together, or hold what is not finite or beyond 1e9.
    """

    senses: Senses
    centre: Floats
    scale: Floats
    layers: tuple[Layer, ...]
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sizes = [self.senses.size, *(bias.size for _, bias in self.layers)]
        if self.centre.shape != (sizes[0],) or self.scale.shape != (sizes[0],):
            raise ValueError(f"the normalisation is not of {sizes[0]} inputs")
        if not self.layers or sizes[-1] != ACTIONS:
            raise ValueError(f"the last layer has not {ACTIONS} outputs")
        for (weights, bias), shape in zip(self.layers, pairwise(sizes), strict=True):
            if weights.shape != shape or bias.shape != shape[1:]:
                raise ValueError(f"a layer of shape {weights.shape} does not follow {shape[0]}")
        arrays = (self.centre, self.scale, *(part for layer in self.layers for part in layer))
        if not all(np.isfinite(array).all() for array in arrays):
            raise ValueError("a weight is not finite")
        if any(np.abs(array).max(initial=0.0) > _LARGEST for array in arrays):
            raise ValueError(f"a weight is beyond {_LARGEST:g}, and sums of such have no digits")

    def actions(self, inputs: Floats) -> Floats:
        """Return where robots would like to go, (..., 2), in steps along the world's axes.

        Args:
            inputs: (..., F), of `Senses.inputs`.
        """
        values = (inputs - self.centre) * self.scale
        *hidden, last = self.layers
        for weights, bias in hidden:
            values = np.tanh(_rows_times(values, weights) + bias)
        return _rows_times(values, last[0]) + last[1]


def step_of(robots: int, max_step: float) -> float:
    """Return how far an action of length 1 leads each of so many robots (m).

    Args:
        robots: number N of robots.
        max_step: how far a robot can come in a tick (m); may be infinite.
    """
    return min(max_step, STEP_SPACINGS * spacing(robots))


def _rows_times(values: Floats, weights: Floats) -> Floats:
    """Return values @ weights, each row by itself: what other rows hold or how many, no matter."""
    return np.asarray(np.einsum("...i,ij->...j", values, weights))
