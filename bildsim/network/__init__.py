"""Communication among robots: who hears whom, by which weights, and what becomes of a message.

``spec`` reads ``er:0.5`` and its like, ``generators`` draws the edges, ``graph`` makes a `Network`
of them with Metropolis weights, ``default_network`` chooses where nobody did. ``time_varying``
follows robots that move, die and come; ``radio_range``, ``link_settings`` and ``lossy_links`` say
which links and messages there are, ``message_quantisation`` and ``traffic`` what a message weighs,
``sending`` who has something new to say and what is held of those who have not.
``directed_edges`` is the form in which consensus keeps something for every edge.
"""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.network.directed_edges import DirectedEdges
    from bildsim.network.graph import (
        Network,
        build_network,
        network_among,
        network_of_edges,
        networks_apart,
        require_connected,
    )
    from bildsim.network.link_settings import LinkSettings
    from bildsim.network.lossy_links import Arrivals, LossyLinks
    from bildsim.network.message_quantisation import message_bytes, rounded
    from bildsim.network.spec import NetworkSpec
    from bildsim.network.time_varying import LiveNetwork
    from bildsim.network.traffic import Traffic

__all__ = [
    "Arrivals",
    "DirectedEdges",
    "LinkSettings",
    "LiveNetwork",
    "LossyLinks",
    "Network",
    "NetworkSpec",
    "Traffic",
    "build_network",
    "message_bytes",
    "network_among",
    "network_of_edges",
    "networks_apart",
    "require_connected",
    "rounded",
]

_HOMES = {
    "Arrivals": "lossy_links",
    "DirectedEdges": "directed_edges",
    "LinkSettings": "link_settings",
    "LiveNetwork": "time_varying",
    "LossyLinks": "lossy_links",
    "Network": "graph",
    "NetworkSpec": "spec",
    "Traffic": "traffic",
    "build_network": "graph",
    "message_bytes": "message_quantisation",
    "network_among": "graph",
    "network_of_edges": "graph",
    "networks_apart": "graph",
    "require_connected": "graph",
    "rounded": "message_quantisation",
}
__getattr__ = lazy_exports(__name__, _HOMES)
