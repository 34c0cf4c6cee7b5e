"""Each kernel that uses vector registers by hand, and the same in plain loops, ready to run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.plain import changes, cholesky, density, exponential, mixing, points_in_lanes
from benchmarks.plain.compiled import as_written
from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro import kernels as macro_kernels
from bildsim.controllers.bild_macro.algorithm import lazy_links
from bildsim.controllers.bild_macro.solvers import direct
from bildsim.density import kernels, legendre, point_kernels
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.numerics import cholesky as lane_cholesky
from bildsim.numerics.aligned import aligned_empty
from bildsim.numerics.exp import fast_exp
from bildsim.numerics.lanes import WIDTH, load, store

Case = Callable[[], object]
_FLOOR = 1e-4


@dataclass
class Rivals:
    """One kernel in several versions.

    Attributes:
        name: what it does.
        group: of `benchmarks.compile_cost` that its version with registers is, or none.
        cases: by name, the version with registers first, each ready to run.
        results: the arrays that each case fills, which must agree.
        prepare: to be called before each case; its time does not count.
    """

    name: str
    group: str
    cases: dict[str, Case]
    results: Sequence[tuple[Any, ...]]
    prepare: Callable[[], None] = lambda: None


@as_written
def exponentials(numbers: Floats, into: Floats) -> None:
    """Write exp of the numbers, eight at a time in registers."""
    for n in range(0, len(numbers), WIDTH):
        store(into, n, fast_exp(load(numbers, n)))


@as_written
def solved_in_lanes(matrices: Floats, rights: Floats) -> None:
    """Factorise (n, rows, 8) matrices by `bildsim.numerics.cholesky` and solve."""
    size = rights.shape[1] * WIDTH
    for n in range(len(matrices)):
        if lane_cholesky.factorise(matrices[n], size):
            lane_cholesky.solve(matrices[n], size, rights[n])


@as_written
def solved_in_tiles(matrices: Floats, rights: Floats) -> None:
    """Factorise (n, m, m) matrices in tiles and solve."""
    for n in range(len(matrices)):
        if cholesky.in_tiles(matrices[n]):
            cholesky.solve(matrices[n], rights[n])


@as_written
def solved_by_rows(matrices: Floats, rights: Floats) -> None:
    """Factorise (n, m, m) matrices row by row and solve."""
    for n in range(len(matrices)):
        if cholesky.row_by_row(matrices[n]):
            cholesky.solve(matrices[n], rights[n])


def mixing_rivals(q: Floats, network: str, rng: np.random.Generator) -> Rivals:
    """Mix the neighbours' packed q, (N, 1176)."""
    robots = len(q)
    graph = build_network(NetworkSpec.parse(network), rng.uniform(-1.0, 1.0, (robots, 2)), rng)
    links, into = lazy_links(graph, 0.0), [aligned_empty(*q.shape) for _ in range(3)]

    def case(mix: Callable[..., None], new: Floats) -> Case:
        def run() -> None:
            new[:] = 0.0
            mix(0, robots, links, q, new)

        return run

    passes = (macro_kernels._mix, mixing.one_by_one, mixing.eight_by_eight)
    names = ("registers", "a neighbour at a time", "eight neighbours at a time")
    cases = {n: case(p, new) for n, p, new in zip(names, passes, into, strict=True)}
    return Rivals("mixing q", "mixing", cases, [(new,) for new in into])


def exponential_rivals(count: int) -> Rivals:
    """Take the exponential of as many numbers as one robot's grid has, often."""
    numbers = np.linspace(-20.0, 0.0, count)
    into = [aligned_empty(count) for _ in range(3)]
    cases: dict[str, Case] = {
        "registers": lambda: exponentials(numbers, into[0]),
        "the same in a loop": lambda: exponential.exponentials(numbers, into[1]),
        "the C library's": lambda: exponential.library_exponentials(numbers, into[2]),
    }
    return Rivals("exp on the grid", "", cases, [(one,) for one in into])


def density_rivals(family: LegendreFamily, y: Floats, log_target: Floats) -> Rivals:
    """Find moments of twice the order and grad f."""
    robots = len(y)
    full = family.evaluate(y, log_target, second=False, moments=True)

    def empty() -> kernels.Evaluation:
        arrays = [np.full_like(array, np.nan) for array in full]
        return kernels.Evaluation(*arrays)._replace(covariance=np.empty((0, 0)))

    found = [empty() for _ in range(3)]

    def plain(result: kernels.Evaluation, beside: int) -> None:
        density.evaluate(0, robots, y, log_target, result, family.tables, beside)

    cases: dict[str, Case] = {
        "registers": lambda: kernels.evaluate(0, robots, y, log_target, found[0], family.tables),
        "a robot's rows": lambda: plain(found[1], 1),
        "eight robots' rows end to end": lambda: plain(found[2], 8),
    }
    results = [(one.log_z, one.mean, one.moments, one.gradient) for one in found]
    return Rivals("moments and grad f", "densities", cases, results)


def change_rivals(family: LegendreFamily, y: Floats, rng: np.random.Generator) -> Rivals:
    """Find second moments and covariances twice, and the changes of H and grad_2 g."""
    robots, statistics = len(y), rng.normal(size=y.shape)
    start, end = y, y + rng.normal(0.0, 0.01, y.shape)

    def fields(parameters: Floats) -> macro_kernels.Fields:
        moments = family.evaluate(parameters, second=False, moments=True).moments
        q, others = aligned_empty(robots, family.packed_size), np.zeros((2, *y.shape))
        return macro_kernels.Fields(parameters, others[0], q, others[1], moments, np.empty(robots))

    old, new = fields(start), [fields(end) for _ in range(3)]
    rest = (family.evaluate(end).mean, statistics, _FLOOR, family.tables)
    cases: dict[str, Case] = {
        "registers": lambda: macro_kernels.change_pass(0, robots, old, new[0], *rest),
        "a robot at a time": lambda: changes.one_by_one(0, robots, old, new[1], *rest),
        "16 robots side by side": lambda: changes.side_by_side(0, robots, old, new[2], *rest, 16),
    }
    results = [(one.q, one.r, one.norm) for one in new]
    return Rivals("changes of H and grad_2 g", "changes", cases, results)


def direction_rivals(q: Floats, gradient: Floats) -> Rivals:
    """Factorise q_i - w I and q_i, and solve."""
    robots = len(q)
    z = [np.empty_like(gradient) for _ in range(3)]
    good = [np.zeros(robots, dtype=np.bool_) for _ in range(3)]
    rest = [(q, gradient, _FLOOR, one, solved) for one, solved in zip(z, good, strict=True)]
    cases: dict[str, Case] = {
        "registers": lambda: direct.direction_pass(0, robots, *rest[0]),
        "a robot at a time, in tiles": lambda: cholesky.directions(0, robots, *rest[1]),
        "16 robots side by side": lambda: cholesky.directions_beside(0, robots, *rest[2], 16),
    }
    results = list(zip(z, good, strict=True))
    return Rivals("two factors and solve", "solves", cases, results)


def cholesky_rivals(matrices: Floats, right: Floats) -> Rivals:
    """Factorise one matrix after another and solve, as a fit does."""
    spaces = [aligned_empty(*matrices.shape) for _ in range(3)]
    rights = [aligned_empty(*right.shape) for _ in range(3)]
    eights = spaces[0].reshape(len(right), -1, WIDTH), rights[0].reshape(len(right), -1, WIDTH)
    cases: dict[str, Case] = {
        "registers": lambda: solved_in_lanes(*eights),
        "row by row": lambda: solved_by_rows(spaces[1], rights[1]),
        "in tiles of 2 x 4": lambda: solved_in_tiles(spaces[2], rights[2]),
    }

    def prepare() -> None:
        for space, x in zip(spaces, rights, strict=True):
            space[:], x[:] = matrices, right

    return Rivals("one factor and solve", "", cases, [(x,) for x in rights], prepare)


def point_rivals(points: Floats, z: Floats) -> list[Rivals]:
    """Find phi and grad phi z, in NumPy, too."""
    robots, order = len(points), round((z.shape[1] + 1) ** 0.5) - 1
    phi, ascent = [np.empty_like(z) for _ in range(3)], [np.empty_like(points) for _ in range(3)]
    in_lanes, plain, family = points_in_lanes, point_kernels, LegendreFamily(order)

    def products() -> None:
        values = legendre.values(points, order)
        outer = values[:, 0, :, None] * values[:, 1, None, :]
        phi[2][:] = outer.reshape(robots, -1)[:, 1:]

    def gradients() -> None:
        ascent[2][:] = np.einsum("ndm,nm->nd", family.gradient(points), z)

    statistics: dict[str, Case] = {
        "registers": lambda: in_lanes.statistics_pass(0, robots, points, phi[0]),
        "a point at a time": lambda: plain.statistics_pass(0, robots, points, phi[1]),
        "NumPy": products,
    }
    ascents: dict[str, Case] = {
        "registers": lambda: in_lanes.ascent_pass(0, robots, points, z, ascent[0]),
        "a point at a time": lambda: plain.ascent_pass(0, robots, points, z, ascent[1]),
        "NumPy": gradients,
    }
    return [
        Rivals("phi", "", statistics, [(one,) for one in phi]),
        Rivals("grad phi z", "", ascents, [(one,) for one in ascent]),
    ]
