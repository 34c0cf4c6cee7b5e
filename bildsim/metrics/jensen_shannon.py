"""The Jensen-Shannon divergence between the swarm's kernel density estimate and the target."""

from scipy.special import rel_entr

from bildsim.basics.arrays import Floats
from bildsim.density.kde import reflected_kde, reflected_kernel, standard_bandwidth
from bildsim.targets.point_masses import PointMasses


def js_kde(positions: Floats, cells: PointMasses, bandwidth: float | None = None) -> float:
    """Return the Jensen-Shannon divergence, in nats, between the swarm's KDE and the blurred p*.

    JS = KL(p || m) / 2 + KL(q || m) / 2 with m = (p + q) / 2 (Lin 1991): between 0 and ln 2. Both
    sides go through the same reflected kernel, so that a swarm which matches p* as closely as the
    kernel can see scores 0; robots drawn from p* do not, they clump.

    Args:
        positions: where the robots are, (N, 2) in metres.
        cells: the target.
        bandwidth: h in metres; ``standard_bandwidth(N)`` if not given.
    """
    h = standard_bandwidth(len(positions)) if bandwidth is None else bandwidth
    kernel = reflected_kernel(cells.centres, cells.centres, h)
    swarm = reflected_kde(cells.centres, positions, h)
    return jensen_shannon(swarm, kernel @ cells.masses @ kernel.T)


def jensen_shannon(p: Floats, q: Floats) -> float:
    """Return the Jensen-Shannon divergence in nats; p and q, of one shape, are normalised first."""
    p, q = p / p.sum(), q / q.sum()
    middle = 0.5 * (p + q)
    return 0.5 * float(rel_entr(p, middle).sum() + rel_entr(q, middle).sum())
