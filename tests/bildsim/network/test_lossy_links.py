"""Which messages arrive: rates, bursts, delays, and links that come and go."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.network.directed_edges import directed_edges
from bildsim.network.graph import NetworkSpec, build_network, network_of_edges
from bildsim.network.link_settings import LinkSettings
from bildsim.network.lossy_links import Arrivals, LossyLinks, Sent
from bildsim.network.sending.held import Held

ROBOTS = 30


def draw(spec="er:0.5", robots=ROBOTS, seed=0):
    rng = np.random.default_rng(seed)
    return build_network(NetworkSpec.parse(spec), rng.uniform(-1, 1, (robots, 2)), rng)


def play(settings, network, rounds, seed=1):
    """Return heard (rounds, E) and the last state."""
    links = LossyLinks(settings)
    state, heard = links.init(len(network.degree), np.random.default_rng(seed)), []
    for _ in range(rounds):
        arrivals, state = links.next_round(state, network)
        heard.append(arrivals.heard)
    return np.array(heard), state


def spells(lost):
    """Return the lengths of all whole runs of True in each column."""
    found = []
    for column in lost.T:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], column, [0]])))
        runs = edges.reshape(-1, 2)
        found.extend((runs[:, 1] - runs[:, 0])[1:-1])
    return np.array(found)


def test_edges_are_the_networks():
    network = draw()
    edges, matrix = directed_edges(network), network.matrix().toarray()
    np.testing.assert_array_equal(matrix[edges.heads, edges.tails], edges.weights)
    assert len(edges.keys) == np.count_nonzero(matrix) - ROBOTS
    np.testing.assert_array_equal(edges.heads[edges.reverse], edges.tails)
    np.testing.assert_array_equal(edges.tails[edges.reverse], edges.heads)
    assert (np.diff(edges.keys) > 0).all()
    assert (edges.heads == np.repeat(np.arange(ROBOTS), np.diff(edges.indptr))).all()


def test_perfect_links_let_everything_through():
    network = draw()
    heard, _ = play(LinkSettings(), network, 3)
    assert heard.all()
    assert Arrivals.all_of(network).heard.tolist() == heard[0].tolist()


# Of n independent draws the share deviates by sqrt(p (1 - p) / n); five of those are allowed.
@pytest.mark.parametrize("loss", [0.05, 0.3, 0.9])
def test_independent_losses(loss):
    heard, _ = play(LinkSettings(loss=loss), draw(), 1000)
    slack = 5.0 * np.sqrt(loss * (1.0 - loss) / heard.size)
    assert np.mean(~heard) == pytest.approx(loss, abs=slack)
    assert spells(~heard).mean() == pytest.approx(1.0 / (1.0 - loss), rel=0.03)
    apart = np.corrcoef(heard[:, :40].T)[np.triu_indices(40, 1)]
    assert np.abs(apart).max() <= 5.0 / np.sqrt(1000)


@pytest.mark.parametrize(("loss", "burst"), [(0.1, 2.0), (0.3, 5.0), (0.5, 20.0)])
def test_gilbert_losses_have_their_rate_and_their_length(loss, burst):
    """A link's rate over T rounds has the variance p (1 - p) (2 burst) / T, at most."""
    heard, _ = play(LinkSettings(loss=loss, burst=burst), draw(), 4000)
    slack = 5.0 * np.sqrt(loss * (1.0 - loss) * 2.0 * burst / heard.size)
    assert np.mean(~heard) == pytest.approx(loss, abs=slack)
    assert np.mean(~heard[0]) == pytest.approx(loss, abs=0.1), "from the first round on"
    assert spells(~heard).mean() == pytest.approx(burst, rel=0.03)


def test_elliotts_states_lose_at_their_own_rates():
    settings = LinkSettings(loss=0.3, burst=50.0, loss_good=0.1, loss_bad=0.8)
    heard, _ = play(settings, draw(), 4000)
    assert np.mean(~heard) == pytest.approx(0.3, abs=0.01)
    # Means of ten rounds: near 0.1 in the good state, near 0.8 in the bad one.
    shares = np.mean(~heard.reshape(400, 10, -1), axis=1)
    assert np.mean(shares >= 0.5) == pytest.approx(settings.bad_share, abs=0.05)


def test_directions_draw_losses_of_their_own():
    network = draw()
    heard, _ = play(LinkSettings(loss=0.5, loss_spread=0.4), network, 2000)
    rates, edges = np.mean(~heard, axis=0), directed_edges(network)
    assert 0.1 - 0.05 <= rates.min() <= 0.15
    assert 0.85 <= rates.max() <= 0.9 + 0.05
    assert np.abs(np.corrcoef(rates, rates[edges.reverse])[0, 1]) <= 0.25
    assert rates.mean() == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("delay", [1, 4])
def test_nothing_arrives_before_it_can(delay):
    heard, state = play(LinkSettings(link_delay=delay), draw(), delay + 3)
    assert not heard[:delay].any()
    assert heard[delay:].all()
    links, fuller = LossyLinks(LinkSettings(link_delay=delay)), draw("complete")
    fresh = ~np.isin(directed_edges(fuller).keys, state.keys)
    for count in range(delay + 2):
        arrivals, state = links.next_round(state, fuller)
        assert arrivals.delay == delay
        assert arrivals.heard[~fresh].all()
        assert (arrivals.heard[fresh] == (count >= delay)).all()


def test_a_link_keeps_its_state_while_others_come_and_go():
    settings = LinkSettings(loss=0.4, loss_spread=0.3)
    ring, complete = draw("ring"), draw("complete")
    _, before = play(settings, ring, 5)
    _, after = LossyLinks(settings).next_round(before, complete)
    kept = np.isin(after.keys, before.keys)
    np.testing.assert_array_equal(after.loss[kept], before.loss)
    np.testing.assert_array_equal(after.age[kept], before.age + 1)
    assert (after.age[~kept] == 1).all()


def test_seeds_decide_everything_and_states_can_be_kept():
    settings, network = LinkSettings(loss=0.3, burst=3.0), draw()
    first, middle = play(settings, network, 20)
    again, _ = play(settings, network, 20)
    other, _ = play(settings, network, 20, seed=2)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    links = LossyLinks(settings)
    stored = pickle.loads(pickle.dumps(middle))
    one, other_state = (links.next_round(state, network)[0] for state in (middle, stored))
    np.testing.assert_array_equal(one.heard, other_state.heard)


def test_robots_that_leave_take_their_links_along():
    pairs = np.array([[0, 1], [1, 2], [2, 3], [0, 3]])
    settings = LinkSettings(loss=0.4, loss_spread=0.3)
    _, state = play(settings, network_of_edges(pairs, 4), 3)
    rates = {divmod(int(key), 4): rate for key, rate in zip(state.keys, state.loss, strict=True)}
    # Robot 1 leaves, 3 becomes 0, and a new one is 2.
    origin = np.array([3, 0, -1, 2])
    after = LossyLinks(settings).change_members(state, origin)
    found = {divmod(int(key), 4): rate for key, rate in zip(after.keys, after.loss, strict=True)}
    assert found == {
        (0, 1): rates[3, 0],
        (1, 0): rates[0, 3],
        (0, 3): rates[3, 2],
        (3, 0): rates[2, 3],
    }


@given(delay=st.integers(0, 6), rounds=st.integers(1, 15))
def test_what_arrives_was_said_so_many_rounds_ago(delay, rounds):
    sent = Sent()
    for now in range(rounds):
        arriving, sent = sent.and_now(np.full((2, 1), float(now)), delay)
        # In the first rounds it is the oldest there is, which nobody hears.
        assert arriving.tolist() == [[max(0.0, now - delay)]] * 2
        assert len(sent.history) == min(delay, now + 1)


def test_nothing_is_kept_where_messages_take_no_time():
    message = np.ones((3, 2))
    arriving, sent = Sent().and_now(message, 0)
    assert arriving is message
    assert sent.history == ()


def over_distances(settings, lengths, rounds, seed=1):
    """Return which messages arrive, (rounds, E), over links of these lengths (m)."""
    pairs = np.column_stack([2 * np.arange(len(lengths)), 2 * np.arange(len(lengths)) + 1])
    network = network_of_edges(pairs, 2 * len(lengths))
    network = replace(network, lengths=np.repeat(lengths, 2).astype(float))
    return play(settings, network, rounds, seed)[0]


# Of n independent draws the share deviates by sqrt(p (1 - p) / n); five of those are allowed.
@pytest.mark.parametrize(
    "settings",
    [
        LinkSettings(half_range=0.5),
        LinkSettings(half_range=0.8, path_loss_exponent=4.0, loss=0.2),
        LinkSettings(half_range=0.5, loss=0.4, burst=3.0, loss_bad=0.9),
    ],
    ids=["alone", "with a base", "with bursts"],
)
def test_losses_grow_with_distance_as_the_formula_says(settings):
    lengths = np.array([0.0, 0.1, 0.3, 0.5, 0.8, 1.5])
    heard, rounds = over_distances(settings, lengths, 3000), 3000
    share = heard.mean(axis=0).reshape(-1, 2).mean(axis=1)
    exponent, half = settings.path_loss_exponent, settings.half_range
    expected = (1.0 - settings.loss) * 2.0 ** -((lengths / half) ** exponent)
    spell = 2.0 * max(1.0, settings.burst)
    slack = 5.0 * np.sqrt(expected * (1.0 - expected) * spell / (2 * rounds)) + 1e-9
    assert (np.abs(share - expected) <= slack).all()
    assert settings.within_earshot(np.array([half])) == pytest.approx(0.5)


def test_losses_by_distance_follow_from_the_seed_and_from_states_that_were_kept():
    settings, lengths = LinkSettings(half_range=0.5), np.linspace(0.1, 1.0, 20)
    first, again = (over_distances(settings, lengths, 10) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert (first != over_distances(settings, lengths, 10, seed=2)).any()
    network = draw()
    network = replace(network, lengths=np.full(len(directed_edges(network).keys), 0.4))
    _, middle = play(settings, network, 5)
    kept, links = pickle.loads(pickle.dumps(middle)), LossyLinks(settings)
    one, other = (links.next_round(state, network)[0] for state in (middle, kept))
    np.testing.assert_array_equal(one.heard, other.heard)


def test_distance_takes_only_from_what_would_have_arrived():
    """The draws are the same with it and without."""
    network = draw()
    far = replace(network, lengths=np.full(len(directed_edges(network).keys), 0.7))
    heard, _ = play(LinkSettings(loss=0.2), network, 20)
    fewer, _ = play(LinkSettings(loss=0.2, half_range=0.7), far, 20)
    assert not (fewer & ~heard).any()
    assert fewer.mean() == pytest.approx(0.4, abs=0.03)


def test_losses_by_distance_need_lengths():
    links = LossyLinks(LinkSettings(half_range=0.5))
    with pytest.raises(ValueError, match="lengths of its links"):
        links.next_round(links.init(ROBOTS, np.random.default_rng(0)), draw())


def test_messages_are_read_as_they_were_written():
    values, network = np.array([[1.0 / 3.0, 2.0]]), draw()
    assert Arrivals.all_of(network).written(values) is values
    half = Arrivals(np.ones(0, dtype=bool), float_bits=16)
    np.testing.assert_array_equal(half.written(values), values.astype("f2"))
    steps = Arrivals(np.ones(0, dtype=bool), bits=3)
    np.testing.assert_allclose(steps.written(values), [[0.0, 2.0]])
    assert not steps.as_said
    assert half.as_said


def test_who_goes_by_older_messages_is_told_which():
    network = draw()
    edges = directed_edges(network)
    perfect = Arrivals.all_of(network)
    assert perfect.of_block(0, 1) is perfect
    assert perfect.sources(edges) is edges.tails
    settings = LinkSettings(send_threshold=0.1)
    message = np.random.default_rng(0).normal(size=(ROBOTS, 4))
    arrivals, held = perfect.with_held(Held.none(ROBOTS), message, (3, 1), network, settings)
    assert arrivals.heard.all()
    np.testing.assert_array_equal(held.told, message)
    block = arrivals.of_block(3, 4)
    received, sent = block.taken(Sent(), np.zeros((ROBOTS, 1)))
    np.testing.assert_array_equal(received, message[:, 3:])
    assert sent.history == ()
    np.testing.assert_array_equal(block.sources(edges), edges.tails)
