"""Records by their fields: the same instance, and nothing but what its class declares."""

import numpy as np
import pytest

from bildsim.basics.timing import TICK_S
from bildsim.controllers.bild_macro.kernels import Fields
from bildsim.controllers.planner import Report
from bildsim.network.graph import Network, network_of_edges
from bildsim.network.traffic import Traffic
from bildsim.programs.checkpoint.decoder import decode
from bildsim.programs.checkpoint.document import StateError
from bildsim.programs.checkpoint.encoder import encode
from bildsim.programs.checkpoint.records import class_at, is_record, record
from bildsim.simulation.tick import Tick

TRAFFIC = "bildsim.network.traffic:Traffic"
COUNTS = np.zeros(2, dtype=np.int64)


def test_dataclasses_and_named_tuples_come_back():
    fields = Fields(*(np.full((2, 1), float(k)) for k in range(6)))
    traffic, again = decode(encode((Traffic(COUNTS + 1, COUNTS, 5), fields)))
    assert isinstance(traffic, Traffic)
    assert (traffic.messages.tolist(), traffic.rounds) == ([1, 1], 5)
    assert isinstance(again, Fields)
    np.testing.assert_array_equal(again.norm, fields.norm)


@pytest.mark.parametrize("kind", [Traffic, Network, Fields, Tick])
def test_what_is_a_record(kind):
    assert is_record(kind)
    assert class_at(f"{kind.__module__}:{kind.__name__}") is kind


@pytest.mark.parametrize("kind", [int, tuple, np.ndarray, type(TICK_S)])
def test_what_is_none(kind):
    assert not is_record(kind)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"messages": COUNTS, "bytes": COUNTS},
        {"messages": COUNTS, "bytes": COUNTS, "rounds": 0, "more": 1},
        {"messages": COUNTS, "bytes": COUNTS, "rounds": "0"},
        {"messages": COUNTS * 1.0, "bytes": COUNTS, "rounds": 0},
        {"messages": None, "bytes": COUNTS, "rounds": 0},
    ],
)
def test_fields_are_as_the_class_declares_them(values):
    with pytest.raises(ValueError, match=r"other fields|cannot hold"):
        record(TRAFFIC, values)


def test_graphs_that_lead_out_of_their_memory_are_refused():
    network = network_of_edges(np.array([[0, 1], [1, 2]]), 3)
    whole = {name: getattr(network, name) for name in Network.__dataclass_fields__}
    assert record("bildsim.network.graph:Network", whole).connected
    for name, at, value in (
        ("indices", 1, 3),
        ("indices", 0, -1),
        ("indptr", 1, 99),
        ("indptr", 0, 1),
        ("indptr", -1, 2**40),
    ):
        array = whole[name].copy()
        array[at] = value
        with pytest.raises(ValueError, match="not there"):
            record("bildsim.network.graph:Network", {**whole, name: array})
    for name in ("indptr", "indices", "weights", "degree"):
        with pytest.raises(ValueError, match="not there"):
            record("bildsim.network.graph:Network", {**whole, name: whole[name][:-1]})


def test_a_state_cannot_be_made_of_another_class():
    report = Report(Traffic.none(1), Traffic.none(1))
    with pytest.raises(StateError, match="cannot hold this Traffic as its parameters"):
        decode(encode(report))
