"""The compiled programme in two unknowns against general solvers."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from bildsim.controllers.safety.half_planes import least_slack, nearest

SEEDS = st.integers(0, 2**32 - 1)


def random_rows(seed, rows, lowest=-0.3):
    """Rows of a box, which are hard, and random ones; and a point in the box."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(-np.pi, np.pi, rows)
    box = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    normal = np.vstack([box, np.column_stack([np.cos(angle), np.sin(angle)])])
    bound = np.concatenate([np.ones(4), rng.uniform(lowest, 0.8, rows)])
    return rng.uniform(-1.0, 1.0, 2), normal, bound


def candidates(preferred, normal, bound):
    """All points at which the nearest one can be: itself, feet on the lines, corners."""
    yield preferred
    for i in range(len(bound)):
        yield preferred - (normal[i] @ preferred - bound[i]) * normal[i]
        for j in range(i):
            if abs(np.linalg.det(normal[[i, j]])) > 1e-9:
                yield np.linalg.solve(normal[[i, j]], bound[[i, j]])


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, rows=st.integers(0, 8))
def test_it_is_the_nearest_of_all_feet_and_corners_that_are_feasible(seed, rows):
    preferred, normal, bound = random_rows(seed, rows)
    found, x, y = nearest(preferred, normal, bound, len(bound), 0.0, 4)
    points = [
        point
        for point in candidates(preferred, normal, bound)
        if (normal @ point <= bound + 1e-9).all()
    ]
    assert found == bool(points)
    if found:
        assert (normal @ [x, y] <= bound + 1e-9).all()
        best = min(np.linalg.norm(point - preferred) for point in points)
        assert np.hypot(x - preferred[0], y - preferred[1]) == pytest.approx(best, abs=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_what_a_general_solver_finds(seed):
    preferred, normal, bound = random_rows(seed, 12, lowest=0.0)
    found, x, y = nearest(preferred, normal, bound, len(bound), 0.0, 4)
    general = minimize(
        lambda u: np.sum((u - preferred) ** 2),
        np.zeros(2),
        jac=lambda u: 2.0 * (u - preferred),
        constraints={"type": "ineq", "fun": lambda u: bound - normal @ u, "jac": lambda u: -normal},
        method="SLSQP",
        options={"ftol": 1e-12},
    )
    assert found
    assert [x, y] == pytest.approx(general.x, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, rows=st.integers(1, 12))
@example(seed=61791561, rows=1)
def test_the_least_slack_is_the_optimum_of_the_linear_programme(seed, rows):
    preferred, normal, bound = random_rows(seed, rows, lowest=-0.9)
    slack, x, y = least_slack(preferred, normal, bound, len(bound), 4)
    soft = np.concatenate([np.zeros(4), np.ones(rows)])
    general = linprog(
        [0.0, 0.0, 1.0],
        A_ub=np.column_stack([normal, -soft]),
        b_ub=bound,
        bounds=[(None, None), (None, None), (0.0, None)],
    )
    assert slack == pytest.approx(general.fun, abs=1e-7)
    # Every row to rounding, the hard ones too: a corner lies on two of them.
    assert (normal @ [x, y] <= bound + soft * slack + 1e-9).all()


def test_a_feasible_preference_comes_back_to_the_bit():
    preferred, normal, bound = random_rows(3, 6, lowest=0.3)
    preferred *= 0.2
    assert nearest(preferred, normal, bound, len(bound), 0.0, 4) == (True, *preferred)
