"""Which diagonal scaling of q_i lets truncated solves converge best?

    python -m benchmarks.solver_scaling

Runs the default settings in open loop on gmm3 with exact solves. In the last rounds textbook
iterations solve the systems of some robots, too, each from its own last z_i, scaled by nothing, by
1 / diag(q_i), or by (2a + 1)(2b + 1), the inverse variances of P_a(x) P_b(y) under the uniform
density. Printed are medians over the robots in the last round: the condition number; the row sums'
bound on the largest eigenvalue over that eigenvalue; and after so many conjugate gradients (cg) or
terms of the Neumann series (nm) the relative errors of z_i and, behind a comma, of the direction
grad phi(x_i) z_i in which the robot moves.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import argparse
from itertools import product

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.targets.target import named_target

KINDS = tuple(product(("cg", "nm"), (5, 10, 20)))
TRACKED = MacroSettings(curvature="tracked")
SCALINGS = ("plain", "diag(q)", "Legendre")


def scalings(family: LegendreFamily, q: Floats) -> dict[str, Floats]:
    """Return the diagonals that residuals are multiplied by."""
    a, b = family.degrees.T
    norms = ((2 * a + 1) * (2 * b + 1)).astype(np.float64)
    return {"plain": np.ones(family.size), "diag(q)": 1.0 / np.diag(q), "Legendre": norms}


def conjugate_gradients(
    q: Floats, gradient: Floats, scale: Floats, count: int, start: Floats
) -> Floats:
    """Return z after so many conjugate gradients."""
    z, residual = start, gradient - q @ start
    direction = scale * residual
    for _ in range(count):
        along, energy = q @ direction, residual @ (scale * residual)
        if energy <= 1e-28 * (gradient @ (scale * gradient)):
            break
        step = energy / (direction @ along)
        z, residual = z + step * direction, residual - step * along
        direction = scale * residual + residual @ (scale * residual) / energy * direction
    return z


def neumann(q: Floats, gradient: Floats, scale: Floats, count: int, start: Floats) -> Floats:
    """Return z after so many terms, with the step that the row sums allow."""
    root = np.sqrt(scale)
    bound = np.max(root * (np.abs(q) @ root))
    z = start
    for _ in range(count):
        z = z + scale * (gradient - q @ z) / bound
    return z


def spectrum(q: Floats, scale: Floats) -> tuple[float, float]:
    """Return the condition number of the scaled q, and the slack of its row sums."""
    root = np.sqrt(scale)
    scaled = root[:, None] * q * root
    values = np.linalg.eigvalsh(scaled)
    bound = np.abs(scaled).sum(axis=1).max()
    return values[-1] / values[0], bound / values[-1]


def study(order: int, options: argparse.Namespace) -> None:
    """Print the rows of an order."""
    family, rng = LegendreFamily(order), np.random.default_rng(options.seed)
    network = NetworkSpec.parse("er:0.5")
    loop = OpenLoop.draw(named_target("gmm3"), TRACKED, 100, network, rng, family)
    some = slice(0, options.sample)
    z = {key: np.zeros((options.sample, family.size)) for key in product(SCALINGS, KINDS)}
    state = loop.start()
    for number in range(options.rounds):
        found = loop.algorithm.hypergradient(state)
        if number >= options.rounds - options.follow:
            q = family.unpack(state.fields.q[some])
            for (scaling, (kind, count)), last in z.items():
                solve = conjugate_gradients if kind == "cg" else neumann
                for i in range(options.sample):
                    scale = scalings(family, q[i])[scaling]
                    last[i] = solve(q[i], found.gradient[i], scale, count, last[i])
        positions = state.positions[some]
        state = loop.advance(state, found)
    jacobian = family.gradient(positions)
    for scaling in SCALINGS:
        pairs = [spectrum(own, scalings(family, own)[scaling]) for own in q]
        condition, slack = np.median(pairs, axis=0)
        said = [errors(z[scaling, kind], found.z[some], jacobian) for kind in KINDS]
        print(f"| {order} | {scaling} | {condition:.0f} | {slack:.2f} | {' | '.join(said)} |")


def errors(z: Floats, exact: Floats, jacobian: Floats) -> str:
    """Return the median relative errors of z and of the move, in words."""
    off = np.linalg.norm(z - exact, axis=1) / np.linalg.norm(exact, axis=1)
    move = np.einsum("nxm,nm->nx", jacobian, exact)
    strayed = np.einsum("nxm,nm->nx", jacobian, z - exact)
    astray = np.linalg.norm(strayed, axis=1) / np.linalg.norm(move, axis=1)
    return f"{np.median(off):.0e}, {np.median(astray):.0e}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--orders", type=int, nargs="+", default=[2, 4, 6, 8, 10, 12])
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--follow", type=int, default=60, help="rounds that are solved again")
    parser.add_argument("--sample", type=int, default=12, help="robots that are looked at")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    titles = [f"{kind} {count}" for kind, count in KINDS]
    print(f"| order | scaling | condition | bound | {' | '.join(titles)} |")
    print("|---" * (4 + len(titles)) + "|", flush=True)
    for order in options.orders:
        study(order, options)


if __name__ == "__main__":
    main()
