"""A radio: what it takes to send a message, and what is lost on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, inf

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.network.link_settings import LinkSettings
from bildsim.network.radio.collisions import collision_loss

MEDIA = ("shared", "range", "star", "slots")
SENDING = ("random", "slots", "together")
_BITS = 8


@dataclass(frozen=True)
class Radio:
    """A radio as a table ``[radio]`` describes it; what follows from it is in its methods.

    Attributes:
        name: of the preset or file.
        payload: bytes of a message that fit into a packet.
        bit_rate: on the air (bit/s).
        header: bytes of a packet that are sent at the bit rate besides its payload.
        overhead: time that a packet takes besides its bytes: gap, preamble, mean back-off (s).
        medium: who shares the air: ``shared`` all robots, ``range`` those within ``range``,
            ``star`` all, and every message goes up to a gateway and down again, ``slots`` all, each
            in time slots of its own.
        sending: when robots send: at ``random`` within a round, in ``slots`` of their own, or all
            ``together`` at its start.
        carrier_sense: whether who wants to send waits until the air is free.
        range: with the medium ``range``, how far robots hear each other (m).
        window: back-off slots that who waits chooses from.
        slot: length of a back-off slot (s).
        loss: share of packets that do not arrive where nobody else sends, from nearby.
        half_range: distance at which half of the packets are lost that arrive from nearby (m); inf
            for losses that do not grow with distance. See
            `bildsim.network.link_settings.LinkSettings.within_earshot`.
        path_loss_exponent: by which the signal falls with distance.
        latency: time from sending to hearing besides the time on the air (s).
        jitter: by how much longer it may take (s); robots wait for it.
        retries: how often a packet to one neighbour is sent again that was not acknowledged;
            broadcasts never are.
        share: of the air that rounds may take.
        rate: packets a second that a robot sends at most; inf for no limit.
    """

    name: str
    payload: int
    bit_rate: float
    header: int = 0
    overhead: float = 0.0
    medium: str = "shared"
    sending: str = "random"
    carrier_sense: bool = True
    range: float = inf
    window: int = 16
    slot: float = 9e-6
    loss: float = 0.0
    half_range: float = inf
    path_loss_exponent: float = 2.0
    latency: float = 0.0
    jitter: float = 0.0
    retries: int = 0
    share: float = 0.5
    rate: float = inf

    def __post_init__(self) -> None:
        _require_word(self, "medium", MEDIA)
        _require_word(self, "sending", SENDING)
        for key, (whole, least, most) in _ALLOWED.items():
            _require_number(self, key, whole, least, most)
        if type(self.carrier_sense) is not bool:
            raise _refused(self, "carrier_sense", "true or false")
        if self.medium == "range" and self.range == inf:
            raise _refused(self, "range", "a number of metres, with the medium range")
        if self.medium == "slots" and self.sending == "together":
            raise _refused(self, "sending", "random or slots, with the medium slots")

        if self.half_range < inf and self.medium == "star":
            raise _refused(self, "half_range", "inf, with the medium star: gateways stand anywhere")
        if self.half_range < inf and self.retries:
            raise _refused(self, "half_range", "inf, with retries: how many is not known there")

    @property
    def scheduled(self) -> bool:
        """Whether no two packets can meet."""
        return self.medium == "slots" or self.sending == "slots"

    @property
    def hops(self) -> int:
        """How often a message is on the air."""
        return 2 if self.medium == "star" else 1

    @property
    def packet_s(self) -> float:
        """How long a full packet takes (s)."""
        return self.air_time_s(self.payload)

    def packets(self, message_bytes: int) -> int:
        """Return how many packets a message takes."""
        return max(1, ceil(message_bytes / self.payload))

    def air_time_s(self, message_bytes: int) -> float:
        """Return how long a message is on the air once, gaps and back-off included (s)."""
        packets = self.packets(message_bytes)
        bits = _BITS * (message_bytes + packets * self.header)
        return packets * self.overhead + bits / self.bit_rate

    def load(self, message_bytes: int, robots: float, messages_a_second: float) -> float:
        """Return the share of the air that messages take.

        Args:
            message_bytes: bytes of payload of one.
            robots: how many share the air.
            messages_a_second: that each of them sends.
        """
        return self.hops * robots * messages_a_second * self.air_time_s(message_bytes)

    def collision_loss(self, load: float, robots: float) -> float:
        """Return the share of packets that meet others; see `bildsim.network.radio.collisions`.

        Args:
            load: share of the air in use.
            robots: how many share it.
        """
        if self.scheduled:
            return 0.0
        window = self.window if self.carrier_sense else 0
        together = self.sending == "together"
        return collision_loss(load, robots, window, self.packet_s / self.slot, together=together)

    def delivered(self, packets: int, packet_loss: float) -> float:
        """Return the share of messages of which all packets arrive, over all hops."""
        return float((1.0 - packet_loss) ** (packets * self.hops))

    def fading(self, links: LinkSettings, packets: int) -> LinkSettings:
        """Return the links with the radio's losses by distance, if it has any.

        Of a message all packets must arrive: 2^-(d / h)^n for each makes 2^-k (d / h)^n for k, as
        if half of them were lost at h / k^(1 / n).

        Args:
            links: the links.
            packets: in a message.
        """
        if self.half_range == inf:
            return links
        exponent = self.path_loss_exponent
        half = float(self.half_range * packets ** (-1.0 / exponent))
        return replace(links, half_range=half, path_loss_exponent=float(exponent))

    def reaching(self, links: LinkSettings) -> LinkSettings:
        """Return the links with none that is longer than the radio reaches.

        Raises:
            UsageError: losses by distance are those of the radio and of the links at once.
        """
        if self.half_range < inf and links.half_range < inf:
            raise UsageError(
                "{half_range} and {radio} exclude each other: this radio has a half_range of its "
                "own, of {0:g} m",
                self.half_range,
                half_range=links.half_range,
                radio=self.name,
            )
        if self.medium != "range":
            return links
        return replace(links, radio_range=min(links.radio_range, self.range))


KEYS = tuple(name for name in Radio.__dataclass_fields__ if name != "name")
"""What a table ``[radio]`` may hold."""
_ALLOWED: dict[str, tuple[bool, float, float]] = {
    "payload": (True, 1, 1_000_000),
    "bit_rate": (False, 1.0, 1e12),
    "header": (True, 0, 100_000),
    "overhead": (False, 0.0, 10.0),
    "range": (False, 1e-3, inf),
    "window": (True, 2, 65_536),
    "slot": (False, 1e-9, 1.0),
    "loss": (False, 0.0, 0.99),
    "half_range": (False, 1e-3, inf),
    "path_loss_exponent": (False, 1.0, 8.0),
    "latency": (False, 0.0, 10.0),
    "jitter": (False, 0.0, 10.0),
    "retries": (True, 0, 100),
    "share": (False, 1e-3, 1.0),
    "rate": (False, 1e-6, inf),
}
"""Of each number, whether it must be whole, its least and its largest value."""


def _require_word(radio: Radio, key: str, allowed: tuple[str, ...]) -> None:
    word = getattr(radio, key)
    if word not in allowed:
        said = unknown_name(f"{key} ", str(word), allowed).sentence.replace("  ", " ")
        raise UsageError("{radio}: {0}", said, radio=radio.name)


def _require_number(radio: Radio, key: str, whole: bool, least: float, most: float) -> None:
    value = getattr(radio, key)
    number = type(value) in (int, float) and least <= value <= most
    if not number or (whole and value != int(value)):
        kind = "a whole number" if whole else "a number"
        raise _refused(radio, key, f"{kind} from {least:g} to {most:g}")


def _refused(radio: Radio, key: str, allowed: str) -> UsageError:
    value = getattr(radio, key)
    return UsageError(
        "{radio}: {0} = {1} is not allowed: it must be {2}",
        key,
        f"{value:g}" if isinstance(value, float) else repr(value),
        allowed,
        radio=radio.name,
    )
