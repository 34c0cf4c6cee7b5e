"""What planners cost and must know."""

from dataclasses import replace

from bildsim.programs.bench.costs import cost_table, knowledge_table
from tests.bildsim.programs.made_trials import BENCH, results


def test_costs_have_units_and_no_best():
    table = cost_table(results(), BENCH, "corner")
    heads = [head.heading for head in table.columns]
    assert heads == ["must know", "way (m) ↓", "contacts (pairs) ↓", "sent (MB) ↓", "time (ms) ↓"]
    assert not any(cell.rank for row in table.shown for cell in row)
    cells = dict(zip(heads, table.shown[1], strict=True))
    assert (cells["sent (MB) ↓"].text, cells["time (ms) ↓"].text) == ("1", "0.250")
    assert "corner" in table.caption


def test_who_sends_nothing_is_seen_to_know_more():
    bench = replace(BENCH, planners="ot_lloyd,bild-macro,static")
    table = cost_table(results(bench), bench, "corner")
    assert [row[0].text for row in table.shown] == [
        *("p*, N, all positions", "p*, own position, messages", "own position")
    ]


def test_what_is_known_by_planner():
    bench = replace(BENCH, planners="ot_lloyd,bild-macro,cvt,static")
    table = knowledge_table(bench)
    shown = {
        row.name: [cell.text for cell in cells]
        for row, cells in zip(table.rows, table.shown, strict=True)
    }
    assert shown["ot_lloyd"] == ["✓", "✓", "all", "", "needs all positions"]
    assert shown["bild-macro"] == ["✓", "", "own", "✓", "neighbours' messages"]
    assert shown["cvt"] == ["✓", "", "Voronoi neighbours", "", "senses others"]
    assert shown["static"] == ["", "", "own", "", "own position only"]
