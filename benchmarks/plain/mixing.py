"""Mixing of neighbours' rows in plain loops: new[i] += sum_j a_ij old[j], (N, columns)."""

from benchmarks.plain.compiled import loops
from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.kernels import Links


@loops
def one_by_one(first: int, last: int, links: Links, old: Floats, new: Floats) -> None:
    """Add a neighbour's row at a time."""
    for i in range(first, last):
        own = new[i]
        for k in range(links.indptr[i], links.indptr[i + 1]):
            weight, row = links.weights[k], old[links.indices[k]]
            for n in range(len(own)):
                own[n] += weight * row[n]


@loops
def eight_by_eight(first: int, last: int, links: Links, old: Floats, new: Floats) -> None:
    """Add the rows of eight neighbours at a time: one load and store of a sum for eight."""
    index, weight = links.indices, links.weights
    for i in range(first, last):
        own, k, end = new[i], links.indptr[i], links.indptr[i + 1]
        while k + 8 <= end:
            a, b, c, d = weight[k], weight[k + 1], weight[k + 2], weight[k + 3]
            e, f, g, h = weight[k + 4], weight[k + 5], weight[k + 6], weight[k + 7]
            p, q, r, s = old[index[k]], old[index[k + 1]], old[index[k + 2]], old[index[k + 3]]
            t, u = old[index[k + 4]], old[index[k + 5]]
            v, w = old[index[k + 6]], old[index[k + 7]]
            for n in range(len(own)):
                half = own[n] + a * p[n] + b * q[n] + c * r[n] + d * s[n]
                own[n] = half + e * t[n] + f * u[n] + g * v[n] + h * w[n]
            k += 8
        while k < end:
            factor, row = weight[k], old[index[k]]
            for n in range(len(own)):
                own[n] += factor * row[n]
            k += 1
