"""What a positioning system tells of poses: noise, bias, distortion, outliers, and gaps."""

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.resumable import KeptAttributes
from bildsim.envs.localisation.errors import LocalisationErrors
from bildsim.envs.localisation.odometry import wrapped
from bildsim.envs.localisation.place_field import PlaceField


class Fixes(KeptAttributes):
    """Draws fixes of N robots.

    However large an error is, as many numbers are drawn, so that runs with the same seed differ in
    its size alone.

    Args:
        errors: those of localisation.
        robots: number N of robots.
        rng: draws noise, bias and gaps of positions; the rest comes from a child of it.
        unit_m: metres in a unit of places; errors are in metres.
    """

    _kept = ("_bias", "_askew", "_field", "_rng", "_other")

    def __init__(
        self,
        errors: LocalisationErrors,
        robots: int,
        rng: np.random.Generator,
        unit_m: float = 1.0,
    ) -> None:
        self._errors, self._rng = errors, rng
        self._noise, self._far = errors.position_noise / unit_m, errors.outlier_size / unit_m
        (self._other,) = rng.spawn(1)
        self._bias = errors.position_bias / unit_m * rng.standard_normal((robots, 2))
        self._askew = errors.heading_bias * self._other.standard_normal(robots)
        self._field = PlaceField(errors.place_bias / unit_m, self._other)

    def dropped(self, robots: int) -> Bools:
        """Draw whose fix is dropped, (N,)."""
        return np.asarray(self._rng.random(robots) < self._errors.position_dropout)

    def of(self, poses: Floats) -> Floats:
        """Draw the fixes of true poses, (N, 3), m and rad."""
        errors, robots = self._errors, len(poses)
        places = poses[:, :2] + self._bias
        places = places + self._noise * self._rng.standard_normal((robots, 2))
        far = self._other.random(robots) < errors.outliers
        off = self._far * self._other.standard_normal((robots, 2))
        skew = self._askew + errors.heading_noise * self._other.standard_normal(robots)
        if errors.place_bias:
            places = places + self._field.at(poses[:, :2])
        if errors.outliers:
            places = places + np.where(far[:, None], off, 0.0)
        if not (errors.heading_noise or errors.heading_bias):
            return np.column_stack([places, poses[:, 2]])
        return np.column_stack([places, wrapped(poses[:, 2] + skew)])
