"""Algorithm 1 robot by robot, as the paper writes it: slow, plain, and for comparison only.

Every robot is an object that knows its own state and reads its inbox. Densities weigh full design
matrices of all (order + 1)^2 statistics, the constant one included, and the projection is an
eigendecomposition. Nothing here is shared with the compiled planner.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre

from bildsim.basics.arrays import Floats
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.network.graph import Network
from bildsim.programs.reproduce.open_loop import OpenLoop

Message = tuple[Floats, Floats, Floats]


class Model:
    """The exponential family by design matrices.

    Args:
        order: highest degree of the polynomials.
        nodes: (G,) grid nodes along an axis (m).
        target: (G, G) p* on the grid, element [i, j] at (x_j, y_i).
    """

    def __init__(self, order: int, nodes: Floats, target: Floats) -> None:
        self.order = order
        x, y = (axis.ravel() for axis in np.meshgrid(nodes, nodes))
        self.design = self.statistics(np.column_stack([x, y]))
        line = np.full(nodes.size, nodes[1] - nodes[0])
        line[[0, -1]] /= 2.0
        self.weights = np.outer(line, line).ravel()
        self.log_target = np.log(target).ravel()

    def statistics(self, points: Floats) -> Floats:
        """Return phi = vec[P(x) (x) P(y)] of points (n, 2), shape (n, (order + 1)^2)."""
        x, y = (legendre.legvander(points[:, axis], self.order) for axis in (0, 1))
        return (x[:, :, None] * y[:, None, :]).reshape(len(points), -1)

    def jacobian(self, point: Floats) -> Floats:
        """Return grad phi at one point, shape (2, (order + 1)^2)."""
        p = [legendre.legvander(point[axis], self.order)[0] for axis in (0, 1)]
        unit = np.eye(self.order + 1)
        d = [legendre.legval(point[axis], legendre.legder(unit, axis=0)) for axis in (0, 1)]
        return np.stack([np.outer(d[0], p[1]).ravel(), np.outer(p[0], d[1]).ravel()])

    def moments(self, y: Floats) -> tuple[Floats, Floats, Floats]:
        """Return E_y[phi], Cov_y[phi] and grad f(y)."""
        exponent = self.design @ y
        mass = self.weights * np.exp(exponent - exponent.max())
        probability = mass / mass.sum()
        mean = probability @ self.design
        centred = self.design - mean
        covariance = (centred * probability[:, None]).T @ centred
        cross = (probability * self.log_target) @ centred
        return mean, covariance, covariance @ y - cross


@dataclass
class Robot:
    """One robot: where it is, its estimates, and the messages that reached it.

    Attributes:
        model: the density family and the target.
        settings: step sizes (a ``MacroSettings``).
        x: (2,) position (m).
        y: natural parameters.
        weights: a_ij by the number of the robot that sent, its own included.
    """

    model: Model
    settings: MacroSettings
    x: Floats
    y: Floats
    weights: dict[int, float]

    def __post_init__(self) -> None:
        self.inbox: dict[int, Message] = {}
        self.mean, self.covariance, self.gradient = self.model.moments(self.y)
        self.r = self.learning_gradient()
        self.q = self.hessian()
        self.projected = False
        self.rounds = 0

    def learning_gradient(self) -> Floats:
        """Return grad_2 g_i(x_i, y_i)."""
        own = self.model.statistics(self.x[None])[0]
        return np.asarray(-own + self.mean + self.settings.regularisation * self.y)

    def hessian(self) -> Floats:
        """Return H(y_i) = Cov + w I."""
        return self.covariance + self.settings.regularisation * np.eye(self.y.size)

    def message(self) -> Message:
        """Return what the robot tells its neighbours."""
        return self.y, self.r, self.q

    def waypoint(self) -> Floats:
        """Return x_i^{k+1} by (6), z_i by Remark 3 with the projection P_{>= w}."""
        floor = self.settings.regularisation
        values, vectors = np.linalg.eigh(self.q)
        # The constant statistic adds an eigenvalue that is w but for rounding: not a projection.
        self.projected = bool(values[0] < floor * (1.0 - 1e-6))
        q = vectors @ np.diag(np.maximum(values, floor)) @ vectors.T
        z = np.linalg.solve(q, self.gradient)
        step = self.settings.gamma_x * self.model.jacobian(self.x) @ z
        aim = np.clip(self.x - step, -1.0, 1.0)
        return np.asarray(self.x + self.settings.delta * (aim - self.x))

    def step_size(self) -> float:
        """Return the robot's gamma_y in this round."""
        if self.rounds < self.settings.warmup_rounds:
            return 0.0
        # The constant statistic adds nothing to Cov but w to the diagonal, which others leave out.
        norm = float(np.linalg.norm(self.hessian()[1:, 1:]))
        return min(self.settings.gamma_y, self.settings.curvature_limit / norm)

    def mixed(self, part: int) -> Floats:
        """Return the weighted sum of one part of the messages, lazily if so set."""
        stay = self.settings.laziness
        heard = [a * self.inbox[j][part] for j, a in self.weights.items()]
        return np.asarray((1.0 - stay) * np.sum(heard, axis=0) + stay * self.message()[part])

    def update(self, position: Floats) -> None:
        """Do (7), (8), (9), having arrived at ``position``."""
        y = self.mixed(0) - self.step_size() * self.r
        r, q = self.mixed(1) - self.learning_gradient(), self.mixed(2) - self.hessian()
        self.x, self.y = position, y
        self.mean, self.covariance, self.gradient = self.model.moments(y)
        self.r, self.q = r + self.learning_gradient(), q + self.hessian()
        self.rounds += 1


def robots_on(
    network: Network, model: Model, settings: MacroSettings, positions: Floats, y: Floats
) -> list[Robot]:
    """Return a robot at every position; y is (N, (order + 1)^2)."""
    result = []
    for i, (x, own) in enumerate(zip(positions, y, strict=True)):
        row = slice(network.indptr[i], network.indptr[i + 1])
        weights = dict(zip(network.indices[row].tolist(), network.weights[row], strict=True))
        result.append(Robot(model, settings, x, own, weights))
    return result


def exchange(robots: list[Robot]) -> None:
    """Deliver every robot's message to those that listen to it."""
    messages = [robot.message() for robot in robots]
    for robot in robots:
        robot.inbox = {j: messages[j] for j in robot.weights}


def play_round(robots: list[Robot]) -> None:
    """Let all robots do one round in open loop: x_i^{k+1} is where (6) sends them."""
    exchange(robots)
    for robot in robots:
        robot.update(robot.waypoint())


def deviations(loop: OpenLoop, rounds: int) -> Iterator[tuple[float, float, int]]:
    """Run both, and yield after each round how far the planner's arrays are from these robots.

    Args:
        loop: what to run; its robots wait while they only mix.
        rounds: how many rounds.

    Yields:
        The largest deviation of a position (m) and of an entry of y, and how many robots' q_i were
        projected in the round.
    """
    algorithm, settings = loop.algorithm, loop.algorithm.settings
    model = Model(algorithm.family.order, algorithm.family.grid.nodes, np.exp(algorithm.log_target))
    full = np.column_stack([np.zeros(len(loop.y)), loop.y])
    robots = robots_on(loop.network, model, settings, loop.positions, full)
    state = loop.start()
    for done in range(rounds):
        hypergradient = algorithm.hypergradient(state)
        state = loop.advance(state, hypergradient)
        exchange(robots)
        for robot in robots:
            robot.update(robot.x if done < settings.warmup_rounds else robot.waypoint())
        x = np.abs(np.array([robot.x for robot in robots]) - state.positions).max()
        y = np.abs(np.array([robot.y[1:] for robot in robots]) - state.fields.y).max()
        yield float(x), float(y), int(hypergradient.projected.sum())
