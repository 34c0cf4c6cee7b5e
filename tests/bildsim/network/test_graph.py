import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.spatial.distance import squareform

from bildsim.basics.errors import UsageError
from bildsim.network.graph import NetworkSpec, build_network, network_of_edges, require_connected
from bildsim.network.traffic import Traffic

specs = st.one_of(
    st.floats(1e-3, 1.0).map(lambda p: f"er:{p}"),
    st.floats(1e-3, 3.0).map(lambda r: f"disk:{r}"),
    st.integers(1, 12).map(lambda k: f"knn:{k}"),
    st.integers(1, 12).map(lambda d: f"regular:{d}"),
    st.sampled_from(["ring", "complete"]),
)


def scattered(robots, seed=0):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (robots, 2))


def build(text, positions, seed=0):
    return build_network(NetworkSpec.parse(text), positions, np.random.default_rng(seed))


def neighbours(network):
    """Return the set of neighbours of each robot, without itself."""
    rows = np.split(network.indices, network.indptr[1:-1])
    return [set(row.tolist()) - {robot} for robot, row in enumerate(rows)]


def distances(positions):
    return np.sqrt(((positions[:, None] - positions) ** 2).sum(axis=-1))


def fits(text, robots):
    kind, _, parameter = text.partition(":")
    if kind == "regular" and robots * int(parameter) % 2:
        return False
    return kind not in ("knn", "regular") or int(parameter) < robots


@given(text=specs, robots=st.integers(1, 40), seed=st.integers(0, 99))
def test_weights_are_metropolis_symmetric_and_doubly_stochastic(text, robots, seed):
    assume(fits(text, robots))
    network = build(text, scattered(robots, seed), seed)
    matrix = network.matrix().toarray()
    assert np.array_equal(matrix, matrix.T)
    assert all(abs(math.fsum(row) - 1.0) <= 1e-15 for row in matrix)
    for i, around in enumerate(neighbours(network)):
        assert network.degree[i] == len(around)
        assert matrix[i, i] > 0.0
        for j in around:
            assert matrix[i, j] == 1.0 / (1 + max(network.degree[i], network.degree[j]))


@given(text=specs, robots=st.integers(1, 40), seed=st.integers(0, 99))
def test_rows_are_sorted_and_hold_the_robot_itself(text, robots, seed):
    assume(fits(text, robots))
    network = build(text, scattered(robots, seed), seed)
    rows = np.split(network.indices, network.indptr[1:-1])
    assert len(rows) == robots
    for robot, row in enumerate(rows):
        assert robot in row
        assert (np.diff(row) > 0).all()


@given(text=specs, robots=st.integers(1, 40), seed=st.integers(0, 99))
def test_components_agree_with_an_independent_count(text, robots, seed):
    assume(fits(text, robots))
    network = build(text, scattered(robots, seed), seed)
    graph = nx.from_scipy_sparse_array(network.matrix())
    assert network.components == nx.number_connected_components(graph)
    assert network.connected == (network.components == 1)


def test_disk_joins_exactly_those_in_range():
    positions = scattered(60)
    apart = distances(positions)
    expected = [set(np.flatnonzero((row <= 0.4) & (row > 0.0))) for row in apart]
    assert neighbours(build("disk:0.4", positions)) == expected


def test_nearest_joins_each_to_its_nearest_and_they_to_it():
    positions = scattered(60)
    nearest = np.argsort(distances(positions), axis=1)[:, 1:6]
    seen_by = [set(np.flatnonzero((nearest == robot).any(axis=1))) for robot in range(60)]
    expected = [set(row) | others for row, others in zip(nearest, seen_by, strict=True)]
    assert neighbours(build("knn:5", positions)) == expected


def test_nearest_of_robots_at_one_place_has_enough_neighbours_and_no_self_loops():
    network = build("knn:3", np.zeros((9, 2)))
    around = neighbours(network)
    assert all(len(others) >= 3 for others in around)
    assert [len(others) for others in around] == network.degree.tolist()


@given(robots=st.integers(3, 30))
def test_ring_and_complete(robots):
    positions = scattered(robots)
    around = neighbours(build("ring", positions))
    assert around == [{(i - 1) % robots, (i + 1) % robots} for i in range(robots)]
    assert (build("complete", positions).degree == robots - 1).all()


def test_regular_has_equal_degrees():
    assert (build("regular:6", scattered(50)).degree == 6).all()


@pytest.mark.parametrize("degree", [26, 44, 48, 49])
def test_regular_graphs_of_hardly_any_missing_edges_are_soon_drawn(degree):
    """Stub by stub, as sparse ones are, the second takes minutes for 400 robots."""
    networks = [build(f"regular:{degree}", scattered(50), seed) for seed in (0, 1)]
    assert all((network.degree == degree).all() for network in networks)
    assert (degree == 49) == np.array_equal(networks[0].indices, networks[1].indices)


def test_random_graph_has_the_asked_density_of_edges():
    network = build("er:0.3", scattered(200))
    pairs = 200 * 199 / 2
    # Five standard deviations of a binomial count.
    allowed = 5.0 * math.sqrt(pairs * 0.3 * 0.7)
    assert network.degree.sum() / 2 == pytest.approx(0.3 * pairs, abs=allowed)


@pytest.mark.parametrize("text", ["er:0.3", "regular:4"])
def test_random_graphs_follow_the_generator(text):
    positions = scattered(30)
    first, again, other = (build(text, positions, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.indices, again.indices)
    assert not np.array_equal(first.indices, other.indices)


@pytest.mark.parametrize("text", ["er:0.5", "disk:0.4", "ring", "complete"])
def test_one_robot_has_only_itself(text):
    network = build(text, np.zeros((1, 2)))
    assert network.connected
    assert network.matrix().toarray() == [[1.0]]


@pytest.mark.parametrize("text", ["er:1", "disk:3", "ring", "complete", "knn:1", "regular:1"])
def test_two_robots_share_one_edge(text):
    network = build(text, scattered(2))
    assert np.array_equal(network.matrix().toarray(), [[0.5, 0.5], [0.5, 0.5]])


@given(robots=st.integers(2, 12), data=st.data())
def test_any_edges_keep_the_mean_and_shrink_the_spread(robots, data):
    count = math.comb(robots, 2)
    chosen = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    pairs = np.argwhere(np.triu(squareform(np.array(chosen))))
    network = network_of_edges(pairs, robots)
    values = np.arange(robots, dtype=float)
    mixed = network.matrix() @ values
    assert mixed.mean() == pytest.approx(values.mean())
    assert mixed.std() <= values.std() + 1e-12


@pytest.mark.parametrize(
    ("text", "robots", "problem"),
    [
        ("knn:8", 8, "'knn:8' .* more than 8 robots, there are 8"),
        ("regular:6", 6, "'regular:6' .* more than 6 robots, there are 6"),
        ("regular:3", 7, "'regular:3' .* odd number of robots, 7"),
    ],
)
def test_too_few_robots(text, robots, problem):
    with pytest.raises(UsageError, match=f"network={problem}"):
        build(text, scattered(robots))


def suggestion(text, positions):
    """Return the network that the error about a disconnected one suggests."""
    with pytest.raises(UsageError, match=f"network='{text}' leaves the 100 robots in") as caught:
        require_connected(build(text, positions), NetworkSpec.parse(text), positions)
    return str(caught.value).partition("each other: ")[2].split()[0]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("text", ["er:0.001", "disk:0.05"])
def test_what_a_disconnected_network_suggests_would_do(text, seed):
    positions = scattered(100, seed)
    assert build(suggestion(text, positions), positions).connected


def test_range_suggested_is_the_least_but_for_rounding():
    positions = scattered(100)
    reach = float(suggestion("disk:0.05", positions).partition(":")[2])
    assert not build(f"disk:{reach - 0.011}", positions).connected


def test_range_suggested_without_positions_joins_opposite_corners():
    corners = np.array([[-1.0, -1.0], [1.0, 1.0]])
    spec = NetworkSpec.parse("disk:0.1")
    with pytest.raises(UsageError, match=r"2 groups .*disk:2\.83 would do"):
        require_connected(build("disk:0.1", corners), spec)
    assert build("disk:2.83", corners).connected


def test_connected_network_passes():
    network = build("ring", scattered(5))
    assert network.connected
    require_connected(network, NetworkSpec.parse("ring"))


def test_traffic_adds_up_what_each_robot_sent():
    star = network_of_edges(np.array([[0, 1], [0, 2], [0, 3]]), 4)
    pair = network_of_edges(np.array([[2, 3]]), 4)
    traffic = Traffic.none(4).add(star, rounds=10, numbers_per_message=48)
    traffic = traffic.add(pair, rounds=1, numbers_per_message=2, bytes_per_number=4)
    assert traffic.messages.tolist() == [30, 10, 11, 11]
    assert traffic.bytes.tolist() == [30 * 384, 10 * 384, 10 * 384 + 8, 10 * 384 + 8]
    assert traffic.messages.dtype == traffic.bytes.dtype == np.int64
