"""How many packets meet others on the air, by the share of it that is in use.

Robots that wait for free air meet in two ways: two count down to the same slot although neither
found the air busy, which happens as often as one sends in any given slot; and those that became
ready while the air was busy start to count at the same moment. How many these are was fitted to
a robot-by-robot simulation (`tests/bildsim/network/radio/literal_air.py`), for windows of 8 to 32
slots, packets of a window to 145 slots and loads up to 0.9. Nobody is hidden, nobody sends again.
"""

from __future__ import annotations

from math import exp

_LEAST = 1.0


def collision_loss(
    load: float, robots: float, window: int, packet_slots: float, *, together: bool = False
) -> float:
    """Return the share of packets that are lost because others are on the air.

    Args:
        load: share of the air that packets take.
        robots: how many share the air.
        window: back-off slots that a robot chooses from; 0 where none listens before it sends.
        packet_slots: length of a packet in such slots.
        together: whether all want to send at the same instant, not at random times.
    """
    if robots <= _LEAST or load <= 0.0:
        return 0.0
    if together:
        return _all_at_once(robots, window)
    if window == 0:
        return _aloha(load, robots)
    return _same_slot(window, _met(load, robots, window, packet_slots))


def _all_at_once(robots: float, window: int) -> float:
    """Return the loss where everybody starts to count at once: no other may have one's slot."""
    if window == 0:
        return 1.0
    return _same_slot(window, robots - 1.0)


def _same_slot(window: int, others: float) -> float:
    """Return how likely it is that one of so many others has drawn the same slot."""
    return float(1.0 - (1.0 - 1.0 / window) ** others)


def _aloha(load: float, robots: float) -> float:
    """Return the loss where nobody listens: others must begin neither before one's end nor in it.

    N. Abramson, The ALOHA system, AFIPS Fall Joint Computer Conference, 1970; of the other robots.
    """
    return 1.0 - exp(-2.0 * load * (1.0 - 1.0 / robots))


def _met(load: float, robots: float, window: int, packet_slots: float) -> float:
    """Return how many others count down beside a packet, on average."""
    others = 1.0 - 1.0 / robots
    in_free_air = others * window * load / packet_slots
    behind_a_packet = load**2 * (0.93 + 2.3 * load**2) * (1.0 + 0.66 * window / packet_slots)
    return in_free_air + others**3 * behind_a_packet
