"""The network in NumPy is the network in PyTorch, row by row."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.controllers.learned.policy import step_of
from tests.controllers.learned.making import SENSES, make_policy


def inputs(seed=0, rows=30):
    return np.random.default_rng(seed).standard_normal((rows, SENSES.size))


def test_it_is_what_torch_computes():
    torch = pytest.importorskip("torch")
    policy, shown = make_policy(1), inputs()
    layers = []
    for weights, biases in policy.layers:
        layer = torch.nn.Linear(*weights.shape, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(weights.T))
            layer.bias.copy_(torch.tensor(biases))
        layers += [layer, torch.nn.Tanh()]
    network = torch.nn.Sequential(*layers[:-1])
    with torch.no_grad():
        expected = network(torch.tensor((shown - policy.centre) * policy.scale)).numpy()
    np.testing.assert_allclose(policy.actions(shown), expected, rtol=0, atol=1e-6)


def test_a_row_does_not_depend_on_the_others():
    policy, shown = make_policy(), inputs()
    changed = shown.copy()
    changed[7] += 1.0
    one, other = policy.actions(shown), policy.actions(changed)
    assert set(np.flatnonzero((one != other).any(axis=1))) == {7}


def test_steps_shrink_with_the_spacing_and_never_exceed_what_robots_can():
    assert step_of(25, 0.02) == 0.02
    assert step_of(400, 0.02) == pytest.approx(0.01)
    assert step_of(100, np.inf) == pytest.approx(0.02)


def broken(policy, what):
    (weights, biases), *others = policy.layers
    bad = weights.copy()
    bad[0, 0] = np.nan
    large = biases.copy()
    large[-1] = -1e300
    return {
        "inputs": {"centre": policy.centre[1:]},
        "follow": {"layers": ((weights[1:], biases), *others)},
        "outputs": {"layers": policy.layers[:-1]},
        "finite": {"layers": ((bad, biases), *others)},
        "beyond 1e\\+09": {"layers": ((weights, large), *others)},
    }[what]


@pytest.mark.parametrize("what", ["inputs", "follow", "outputs", "finite", "beyond 1e\\+09"])
def test_arrays_that_do_not_go_together_are_refused(what):
    policy = make_policy()
    with pytest.raises(ValueError, match=what):
        replace(policy, **broken(policy, what))
