"""The exponential family that models densities on the square C = [-1, 1]^2.

``legendre_family`` is the door: statistics, log-partition function, moments, the exact
maximum-likelihood fit and divergences of p(c; y) = exp(y . phi(c)) / Z(y), over the quadrature
``grid`` and the polynomials of ``legendre``. ``information_matrix`` is the family's Wasserstein
metric, ``ridge`` the weight of the fit's ridge; ``kde`` is another description of a swarm. The
``*_kernels`` are what of this is compiled, with ``kernel_tables`` for their constants.
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.density.grid import Grid
    from bildsim.density.information_matrix import information, metric
    from bildsim.density.kde import (
        reflected_kde,
        reflected_kernel,
        scaled_bandwidth,
        standard_bandwidth,
    )
    from bildsim.density.kernels import Evaluation
    from bildsim.density.legendre_family import LegendreFamily
    from bildsim.density.ridge import REGULARISATION

__all__ = [
    "REGULARISATION",
    "Evaluation",
    "Grid",
    "LegendreFamily",
    "information",
    "metric",
    "reflected_kde",
    "reflected_kernel",
    "scaled_bandwidth",
    "standard_bandwidth",
]

_HOMES = {
    "Evaluation": "kernels",
    "Grid": "grid",
    "LegendreFamily": "legendre_family",
    "REGULARISATION": "ridge",
    "information": "information_matrix",
    "metric": "information_matrix",
    "reflected_kde": "kde",
    "reflected_kernel": "kde",
    "scaled_bandwidth": "kde",
    "standard_bandwidth": "kde",
}
__getattr__ = lazy_exports(__name__, _HOMES)
