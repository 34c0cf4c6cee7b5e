"""Networks of too many links are refused before they are built."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.network import most_links
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.most_links import MOST_PAIRS, require_few_links


def places(robots):
    return np.random.default_rng(0).uniform(-1.0, 1.0, (robots, 2))


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("complete", "199990000"),
        ("er:0.5", "99995000"),
        ("regular:1000", "10000000"),
        ("knn:19999", "199990000"),
        ("disk:3", "199990000"),
    ],
)
def test_of_a_large_swarm_not_all_can_hear_all(text, pairs):
    with pytest.raises(UsageError, match=rf"network='{text}' .* {pairs} pairs of 20000 robots"):
        build_network(NetworkSpec.parse(text), places(20_000), np.random.default_rng(0))


@pytest.mark.parametrize("text", ["complete", "er:1", "disk:3", "knn:2999", "regular:2999"])
def test_of_3000_robots_all_can(text):
    require_few_links(NetworkSpec.parse(text), places(3000))


@pytest.mark.parametrize("text", ["er:0.01", "regular:200", "knn:100", "ring", "disk:0.1"])
def test_of_a_large_swarm_each_can_hear_some(text):
    require_few_links(NetworkSpec.parse(text), places(20_000))


@given(reach=st.floats(0.01, 3.0), robots=st.integers(2, 30))
def test_a_disk_is_refused_when_it_joins_too_many(reach, robots):
    spec, positions = NetworkSpec.parse(f"disk:{reach}"), places(robots)
    joined = len(build_network(spec, positions, np.random.default_rng(0)).indices) - robots
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(most_links, "MOST_PAIRS", joined // 2)
        require_few_links(spec, positions)
        patched.setattr(most_links, "MOST_PAIRS", joined // 2 - 1)
        with pytest.raises(UsageError, match=f"joins {joined // 2} pairs"):
            require_few_links(spec, positions)


def test_the_bound_is_that_of_its_description():
    assert MOST_PAIRS >= 3000 * 2999 // 2
    assert MOST_PAIRS == 500 * 20_000 // 2
