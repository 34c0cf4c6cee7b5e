"""The constants of Algorithm 1, and named sets of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from types import MappingProxyType
from typing import Literal, get_args

from bildsim.basics.errors import UsageError, not_allowed, unknown_name
from bildsim.density.ridge import LEAST_REGULARISATION, REGULARISATION

Metric = Literal["hessian", "wasserstein"]
Curvature = Literal["own", "tracked"]
Solver = Literal["exact", "cg", "neumann"]
StepRule = Literal["fixed", "implicit"]
Learning = Literal["gradient", "newton"]
ConsensusName = Literal["metropolis", "admm", "push-sum"]
MOST_WARMUP_ROUNDS = 100_000
MOST_SOLVER_ITERATIONS = 1000
"""Conjugate gradients end after as many steps as there are statistics, 168 at the highest order,
but for rounding; a series that needs more terms than this converges too slowly to be of use."""


@dataclass(frozen=True)
class MacroSettings:
    """The constants of Algorithm 1.

    A fixed gamma_y loses stability in two ways. At the start a robot near a corner has a
    large r_i, which throws its own y_i to where H(y_i) is large, and it never comes back; rounds
    that only mix (``warmup_rounds``) cure that. Later H grows as the swarm concentrates. One mode
    of (7) and (8), with h an eigenvalue of H and a one of A, is stable for gamma_y h < (1 + a)^2/2.
    Mixing lazily keeps a >= 0, and each robot bounds its own step by 1 / (2 |H(y_i)|_F), so the
    bound holds without anything global being known.

    Attributes:
        gamma_x: step size of the hypergradient, equation (6a); > 0. With ``step_rule`` fixed it is
            the step, else what steps settle to as a robot comes to rest.
        step_rule: ``fixed``, the paper's; or ``implicit``: while a robot's way is long and its
            estimate is to be trusted, a backward Euler step of size ``long_step``, in which no
            moment of the density moves by more than its error; see docs/step_size.md.
        long_step: step size of the implicit step, in units of gamma_x; > 0.
        learning: how y_i is corrected: ``gradient``, equation (7) in every round; or ``newton``:
            in the middle round of a tick a damped Newton step takes the place of gamma_y r_i, as
            far as r_i has settled.
        gamma_y: largest step size of the learning update, equation (7); > 0.
        metric: what turns grad f(y_i) into z_i: ``hessian``, the paper's P_{>= w}[q_i]; or
            ``wasserstein``, E[grad phi^T grad phi] under the robot's own y_i, which makes all
            moments converge at one rate.
        curvature: where q_i comes from. H is the same function of y for every robot, so what (9)
            tracks by talking, the mean of H(y_j), each can compute once the y_j agree: ``own``
            takes q_i = H(y_i), and a message is y_i and r_i alone, 13 times shorter; ``tracked``
            is (9), as the paper has it.
        metric_ridge: multiple of the mean eigenvalue added to the Wasserstein metric; >= 0.
        solver: how P_{>= w}[q_i] z_i = grad f(y_i) is solved: ``exact``, by a factorisation; or
            from the robot's last z_i on in O(m^2) instead of O(m^3), with an error, by truncated
            conjugate gradients, ``cg``, or by a truncated Neumann series, ``neumann``.
        solver_iterations: steps of ``cg``, or terms of ``neumann``, a solve; >= 1. ``exact`` needs
            none; benchmarks/solvers.py says from which order on the others pay.
        delta: weight of the convex combination, equation (6b); in (0, 1].
        regularisation: w of equation (5), and the floor of the projection P_{>= w}; > 0.
        y_spread: standard deviation of the normal draw of y^0; 0 starts from the uniform density.
        curvature_limit: bound on a robot's step times the Frobenius norm of H(y_i); inf for none.
        laziness: share s of the weights A_s = (1 - s) A + s I that stays at home; in [0, 1).
        warmup_rounds: rounds at the start with gamma_y = 0.
        consensus: how robots follow the mean of grad_2 g_i: ``metropolis``, equations (8) and (9),
            which lost messages put off for ever; ``admm``, which forgets what was lost, who died
            and splits; or ``push-sum`` with running sums, which forgets losses. The last two go
            with ``curvature`` own.
    """

    gamma_x: float = 3e-3
    step_rule: StepRule = "implicit"
    long_step: float = 0.2
    learning: Learning = "newton"
    gamma_y: float = 2.0
    delta: float = 0.02
    metric: Metric = "hessian"
    curvature: Curvature = "own"
    metric_ridge: float = 1e-2
    solver: Solver = "exact"
    solver_iterations: int = 20
    regularisation: float = REGULARISATION
    y_spread: float = 0.0
    curvature_limit: float = 0.5
    laziness: float = 0.5
    warmup_rounds: int = 20
    consensus: ConsensusName = "metropolis"

    def __post_init__(self) -> None:
        _require(self.gamma_x > 0.0, "gamma_x", self.gamma_x, "a number above 0")
        _require(self.long_step > 0.0, "long_step", self.long_step, "a number above 0")
        _require(self.gamma_y > 0.0, "gamma_y", self.gamma_y, "a number above 0")
        _require(0.0 < self.delta <= 1.0, "delta", self.delta, "above 0, at most 1")
        _require(
            self.regularisation >= LEAST_REGULARISATION,
            "regularisation",
            self.regularisation,
            f"at least {LEAST_REGULARISATION:g}, below which fits do not converge",
        )
        _require(self.y_spread >= 0.0, "y_spread", self.y_spread, "0 or a number above 0")
        if not self.curvature_limit > 0.0:
            raise UsageError(
                "{curvature_limit} must be above 0 or inf", curvature_limit=self.curvature_limit
            )
        _require(0.0 <= self.laziness < 1.0, "laziness", self.laziness, "at least 0, below 1")
        for name, names in _NAMES.items():
            if getattr(self, name) not in get_args(names):
                raise unknown_name(name, getattr(self, name), get_args(names))
        _require(self.metric_ridge >= 0.0, "metric_ridge", self.metric_ridge, "0 or above")
        self._require_solver()
        self._require_consensus()
        whole = 0 <= self.warmup_rounds <= MOST_WARMUP_ROUNDS and self.warmup_rounds % 1 == 0
        allowed = f"a whole number from 0 to {MOST_WARMUP_ROUNDS}, which take minutes"
        _require(whole, "warmup_rounds", self.warmup_rounds, allowed)

    def _require_consensus(self) -> None:
        if self.curvature == "tracked" and self.consensus != "metropolis":
            raise UsageError(
                "{curvature} is not possible with {consensus}: allowed is {curvature:own}, or "
                "{consensus:metropolis}",
                curvature=self.curvature,
                consensus=self.consensus,
            )

    def _require_solver(self) -> None:
        if self.solver != "exact" and self.metric != "hessian":
            raise UsageError(
                "{solver} is not possible with {metric}: allowed is {solver:exact}, or "
                "{metric:hessian}",
                solver=self.solver,
                metric=self.metric,
            )
        count = self.solver_iterations
        whole = 1 <= count <= MOST_SOLVER_ITERATIONS and count % 1 == 0
        allowed = f"a whole number from 1 to {MOST_SOLVER_ITERATIONS}"
        _require(whole, "solver_iterations", self.solver_iterations, allowed)

    @property
    def idle(self) -> Mapping[str, tuple[str, str]]:
        """What has no effect with these settings: the setting and the value that it is for."""
        found = {}
        if self.step_rule != "implicit":
            found["long_step"] = ("step_rule", "implicit")
        if self.metric != "wasserstein":
            found["metric_ridge"] = ("metric", "wasserstein")
        elif self.curvature == "tracked":
            found["curvature"] = ("metric", "hessian")
        if self.solver == "exact":
            found["solver_iterations"] = ("solver", "cg")
        return MappingProxyType(found)

    @property
    def tracks_hessian(self) -> bool:
        """Whether robots exchange q_i: not if they take H(y_i), nor with the Wasserstein metric."""
        return self.metric == "hessian" and self.curvature == "tracked"

    @property
    def surely_stable(self) -> bool:
        """Whether every robot's gradient step stays within the stable range on any network.

        Of Metropolis tracking over perfect links, that is; with ADMM and push-sum linear robots
        bear longer steps still and lost messages, but long delays are not covered
        (`tests/controllers/consensus/test_loop_stability.py`), nor Newton steps, which robots leave
        off where they do not settle.

        Its step times the largest eigenvalue of its H(y_i) is at most ``curvature_limit``, and the
        least eigenvalue of the lazy weights is above 2 s - 1, so (1 + a)^2 / 2 is above 2 s^2.
        """
        return self.curvature_limit <= 2.0 * self.laziness**2


_NAMES: Mapping[str, object] = {
    "metric": Metric,
    "curvature": Curvature,
    "solver": Solver,
    "step_rule": StepRule,
    "learning": Learning,
    "consensus": ConsensusName,
}


def _require(holds: bool, name: str, value: float, allowed: str) -> None:
    if not (holds and isfinite(value)):
        raise not_allowed(name, value, allowed)


PAPER = MacroSettings(
    gamma_x=1e-3,
    step_rule="fixed",
    learning="gradient",
    gamma_y=0.9,
    delta=0.02,
    curvature="tracked",
    regularisation=1e-4,
    y_spread=1.0,
    curvature_limit=inf,
    laziness=0.0,
    warmup_rounds=0,
)
"""The numbers of the paper's section V."""

FIXED = MacroSettings(gamma_x=1e-2, step_rule="fixed", learning="gradient", curvature="tracked")
"""Algorithm 1 as it stands, with constants that bear a corner and a minute."""

WASSERSTEIN = MacroSettings(gamma_x=0.5, long_step=4.0, metric="wasserstein")
"""The Wasserstein metric, with the steps that suit it: half of the moments' error a unit of k, and
four fifths of it by long steps."""

PRESETS: Mapping[str, MacroSettings] = MappingProxyType(
    {"default": MacroSettings(), "paper": PAPER, "fixed": FIXED, "wasserstein": WASSERSTEIN}
)
"""Settings by name."""
