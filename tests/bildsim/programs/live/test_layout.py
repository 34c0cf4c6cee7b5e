"""The layout of a live view: every entity is somewhere, and curves have their names."""

import subprocess
import sys

import pytest

from bildsim.programs.live import layout
from bildsim.simulation.measurements import COLUMNS


def test_curves_have_the_names_of_metrics():
    for curve in layout.CURVES:
        assert curve.name in COLUMNS
        assert curve.entity.endswith(f"/{curve.name}")
    assert len({curve.colour for curve in layout.CURVES}) == len(layout.CURVES)


def test_every_entity_is_in_a_view():
    pytest.importorskip("rerun", reason="the extra `live` is not installed")
    script = """
import rerun
from bildsim.programs.live import layout
found = layout.blueprint(rerun, 1.1)
def views(part):
    for child in getattr(part, "contents", ()) or ():
        if hasattr(child, "origin"):
            yield child
        elif not isinstance(child, str):
            yield from views(child)
for view in views(found.root_container):
    print(view.origin if view.contents == "$origin/**" else view.contents, view.name, sep="|")
"""
    ended = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    shown = [line.split("|")[0] for line in ended.stdout.decode().splitlines()]
    roots = [place.removesuffix("/**") for place in shown]
    named = [getattr(layout, name) for name in ("FLOOR", "ROBOTS", "NETWORK", "TARGET", "FITTED")]
    for entity in [*named, *(curve.entity for curve in layout.CURVES)]:
        assert sum(f"/{entity}".startswith(root) for root in roots) == 1, entity
