"""BILD-MACRO's state when robots leave the swarm or come to it.

Rows of robots that left drop out. A newcomer starts as Theorem 1 asks of everybody, from the mean
y of its neighbours: r_i = grad_2 g_i(x_i, y_i), q_i = H(y_i).

Averaging with Metropolis weights keeps sum_i r_i = sum_i grad_2 g_i(x_i, y_i). Newcomers keep the
law; a death breaks it: robot d takes r_d along, and sum_i (r_i - grad_2 g_i) over those that are
left stays grad_2 g_d - r_d off for ever. Near rest r_d is 0, so the swarm goes on as if the dead
stood where they died, with y of that moment: the density of survivors and ghosts is what converges
to p*. The same holds for q. Tracking that forgets is needed to mend it.
"""

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.controllers.bild_macro.algorithm import BildMacro, MacroState
from bildsim.controllers.bild_macro.kernels import Fields
from bildsim.network.graph import Network
from bildsim.numerics.aligned import aligned_empty


def change_members(
    algorithm: BildMacro, state: MacroState, before: Ints, positions: Floats, network: Network
) -> MacroState:
    """Return the state for other members.

    Args:
        algorithm: Algorithm 1 with its settings.
        state: the state until now.
        before: (M,) each member's row in it; -1 for newcomers.
        positions: (M, 2) where the members are (m); of those that stay, `BildMacro.advance` takes
            note.
        network: who hears whom among the members.
    """
    y = _with_newcomers(state.fields.y, before, network)
    fresh = algorithm.init(positions, y)
    return MacroState(
        _rows(state.positions, fresh.positions, before),
        _rows(state.statistics, fresh.statistics, before),
        Fields(*(_rows(*pair, before) for pair in zip(state.fields, fresh.fields, strict=True))),
        _rows(state.gradient, fresh.gradient, before),
        state.log_target,
        state.rounds,
        _rows(state.z, fresh.z, before),
    )


def _with_newcomers(y: Floats, before: Ints, network: Network) -> Floats:
    """Return y of the members, that of newcomers the mean over their old neighbours, or 0."""
    stays = before >= 0
    known = np.where(stays[:, None], y[before], 0.0)
    # Weights without their sizes: who is heard. Newcomers know nothing, and count as nothing.
    heard = network.matrix()
    heard.data = np.ones_like(heard.data)
    count = np.asarray(heard @ stays.astype(np.float64))
    mean = np.asarray(heard @ known) / np.maximum(count, 1.0)[:, None]
    return np.where(stays[:, None], known, mean)


def _rows(old: Floats, fresh: Floats, before: Ints) -> Floats:
    """Return the old rows of those that stay, and fresh ones of newcomers."""
    rows = aligned_empty(*fresh.shape)
    rows[:] = fresh
    stays = before >= 0
    rows[stays] = old[before[stays]]
    return rows
