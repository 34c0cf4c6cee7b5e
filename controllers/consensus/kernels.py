"""Compiled passes of consensus over links; each writes only the rows of its own robots."""

import numba

from bildsim.basics.arrays import Bools, Floats, Ints


@numba.njit(cache=True, nogil=True, error_model="numpy")
def mix(
    first: int,
    last: int,
    indptr: Ints,
    tails: Ints,
    weights: Floats,
    heard: Bools,
    own: Floats,
    sent: Floats,
    result: Floats,
) -> None:
    """Write own_i + sum over heard j of a_ij (sent_j - own_i): who is not heard counts as oneself.

    Args:
        first: first robot.
        last: one past the last robot.
        indptr: where each robot's directed edges start.
        tails: who is heard over each.
        weights: a_ij of each.
        heard: whether the message over it arrives.
        own: (N, k) what each robot has now.
        sent: (N, k) what the messages that arrive now said.
        result: (N, k).
    """
    for i in range(first, last):
        share = 1.0
        for e in range(indptr[i], indptr[i + 1]):
            if heard[e]:
                share -= weights[e]
        for k in range(own.shape[1]):
            result[i, k] = share * own[i, k]
        for e in range(indptr[i], indptr[i + 1]):
            if heard[e]:
                j, weight = tails[e], weights[e]
                for k in range(own.shape[1]):
                    result[i, k] += weight * sent[j, k]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def admm_send(
    first: int,
    last: int,
    indptr: Ints,
    penalty: Floats,
    estimates: Floats,
    auxiliary: Floats,
    messages: Floats,
) -> None:
    """Write m_ij = 2 rho_ij s_i - z_ij at edge (i, j), for the robots first..last-1."""
    for i in range(first, last):
        for e in range(indptr[i], indptr[i + 1]):
            double = 2.0 * penalty[e]
            for k in range(estimates.shape[1]):
                messages[e, k] = double * estimates[i, k] - auxiliary[e, k]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def admm_receive(
    first: int,
    last: int,
    indptr: Ints,
    reverse: Ints,
    heard: Bools,
    relaxation: float,
    messages: Floats,
    auxiliary: Floats,
    result: Floats,
    sums: Floats,
) -> None:
    """Write z_ij <- (1 - a) z_ij + a m_ji where heard, else z_ij, and each robot's sum of them.

    Args:
        first: first robot.
        last: one past the last robot.
        indptr: where each robot's directed edges start.
        reverse: the opposite direction of each edge.
        heard: whether the message over it arrives.
        relaxation: a.
        messages: (E, k) m_ij at edge (i, j), so m_ji is at its opposite.
        auxiliary: (E, k) z_ij.
        result: (E, k) the new z_ij.
        sums: (N, k) sum over j of the new z_ij.
    """
    for i in range(first, last):
        for k in range(sums.shape[1]):
            sums[i, k] = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            n = reverse[e]
            gain = relaxation if heard[e] else 0.0
            for k in range(sums.shape[1]):
                value = auxiliary[e, k]
                if heard[e]:
                    value += gain * (messages[n, k] - value)
                result[e, k] = value
                sums[i, k] += value


@numba.njit(cache=True, nogil=True, error_model="numpy")
def push(
    first: int,
    last: int,
    indptr: Ints,
    weights: Floats,
    mass: Floats,
    sent: Floats,
    total: Floats,
    rest: Floats,
) -> None:
    """Add a_ij times the mass of i to what it has sent over edge (i, j) so far; keep the rest.

    Args:
        first: first robot.
        last: one past the last robot.
        indptr: where each robot's directed edges start.
        weights: a_ij of each.
        mass: (N, k) what each robot has.
        sent: (E, k) running sums at the sender, at edge (i, j) what i sent to j.
        total: (E, k) the new running sums.
        rest: (N, k) what stays with the robots.
    """
    for i in range(first, last):
        share = 1.0
        for e in range(indptr[i], indptr[i + 1]):
            share -= weights[e]
            for k in range(mass.shape[1]):
                total[e, k] = sent[e, k] + weights[e] * mass[i, k]
        for k in range(mass.shape[1]):
            rest[i, k] = share * mass[i, k]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def collect(
    first: int,
    last: int,
    indptr: Ints,
    reverse: Ints,
    heard: Bools,
    told: Floats,
    received: Floats,
    result: Floats,
    mass: Floats,
) -> None:
    """Add to the mass of i what the running sums that it hears have grown by since it last heard.

    Args:
        first: first robot.
        last: one past the last robot.
        indptr: where each robot's directed edges start.
        reverse: the opposite direction of each edge.
        heard: whether the message over it arrives.
        told: (E, k) the running sums in the messages, at edge (j, i) what j sent to i.
        received: (E, k) at edge (i, j) the running sum that i last heard from j.
        result: (E, k) the same after this round.
        mass: (N, k) is added to.
    """
    for i in range(first, last):
        for e in range(indptr[i], indptr[i + 1]):
            n = reverse[e]
            for k in range(mass.shape[1]):
                value = received[e, k]
                if heard[e]:
                    mass[i, k] += told[n, k] - value
                    value = told[n, k]
                result[e, k] = value
