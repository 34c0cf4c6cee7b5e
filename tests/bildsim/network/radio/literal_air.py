"""Carrier sense, robot by robot and slot by slot: what the formulas of collisions stand for."""

import numpy as np


def lost_share(robots, load, window, packet_slots, periods, seed):
    """Return the share of packets lost to collisions, and the mean wait of one in slots.

    Every robot sends one packet a period, at a random time in it; ``load`` is the packets' share of
    the period. Who has a packet draws a whole number of slots below ``window`` and counts it down
    while the air is free; who counts to the end in one slot with another loses its packet.
    """
    rng = np.random.default_rng(seed)
    period = robots * packet_slots / load
    ready = np.sort(
        (np.arange(periods)[:, None] * period + rng.random((periods, robots)) * period), axis=None
    )
    count = rng.integers(window, size=len(ready))
    waiting, following, now, lost, wait = [], 0, 0, 0, 0.0
    while following < len(ready) or waiting:
        if not waiting:
            now = max(now, int(np.ceil(ready[following])))
        while following < len(ready) and ready[following] <= now:
            waiting.append([count[following], ready[following]])
            following += 1
        out = [packet for packet in waiting if packet[0] == 0]
        if out:
            waiting = [packet for packet in waiting if packet[0] > 0]
            wait += sum(now - packet[1] for packet in out)
            lost += len(out) if len(out) > 1 else 0
            now += packet_slots
        else:
            now += 1
            for packet in waiting:
                packet[0] -= 1
    return lost / len(ready), wait / len(ready)
