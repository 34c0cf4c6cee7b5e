"""summary.json and the table at the end."""

import io
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bildsim.controllers.bild_macro.settings import PAPER
from bildsim.network.radio import Talk, air_use, read_radio
from bildsim.programs.run.summary import (
    Localised,
    Outcome,
    Swarm,
    print_table,
    print_time_budget,
    summary,
)
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.measurements import COLUMNS
from bildsim.simulation.tracking_error import TRACKING_COLUMNS

FINAL = {name: 0.5 + index for index, name in enumerate(COLUMNS)} | {"contacts": 7}


def outcome(**changes):
    values = {
        "swarm": Swarm(9, 0.0079, 0.15, "er:0.2", False, 12.0, 0.02),
        "target_source": "",
        "status": "done",
        "reason": "",
        "kl_floor": 0.1,
        "final": FINAL,
        "simulated_s": 60.0,
        "settling_s": 12.5,
        "planner_ms": 0.25,
        "wall_s": 40.0,
        "time_budget_s": {"physics": 30.0, "planning": 2.0, "drawing": 8.0},
        "compile_s": 8.5,
    }
    return Outcome(**{**values, **changes})


def test_the_summary_says_what_came_of_the_run():
    said = summary(RunConfig(seed=4, swarm=SwarmSettings(robots=9)), outcome())
    assert (said["status"], said["reason"], said["seed"]) == ("done", "", 4)
    assert said["real_time_factor"] == 1.5
    assert said["compile_s"] == 8.5
    assert said["kl_excess"] == pytest.approx(FINAL["kl_fit"] - 0.1)
    assert said["final"] == FINAL
    assert said["swarm"] == {
        "robots": 9,
        "radius": 0.0079,
        "max_speed": 0.15,
        "network": "er:0.2",
        "network_by_number": False,
        "gain": 12.0,
        "delay_borne_s": 0.02,
        "arena_width": 2.0,
    }
    assert (said["kl_settling_s"], said["planner_ms_a_robot"]) == (12.5, 0.25)
    assert said["configuration"]["swarm"]["robots"] == 9
    assert {"python", "numpy", "gymnasium"} <= said["versions"].keys()


def test_how_well_robots_knew_where_they_were_is_said_where_they_did_not():
    assert "localisation" not in summary(RunConfig(), outcome())
    localised = Localised(0.0123, math.radians(2.5))
    said = summary(RunConfig(), outcome(localised=localised))["localisation"]
    assert said == {"position_rms_m": 0.0123, "heading_rms_rad": math.radians(2.5)}
    console = Console(file=io.StringIO(), width=100)
    print_table(outcome(localised=localised), [], console)
    text = " ".join(console.file.getvalue().split())
    assert "localisation 12.3 mm and 2.5 degrees; rms of what robots knew" in text


def strict(text):
    def refuse(word):
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_it_is_json_that_any_reader_takes():
    lone = outcome(final={**FINAL, "min_gap_m": math.inf, "w2": math.nan})
    said = strict(json.dumps(summary(RunConfig(macro=PAPER), lone), default=str))
    assert said["final"]["min_gap_m"] == "inf"
    assert said["final"]["w2"] == "nan"
    assert said["configuration"]["macro"]["curvature_limit"] == "inf"


def test_a_run_that_stopped_before_its_first_row_has_a_summary():
    said = summary(RunConfig(), outcome(status="failed", reason="no", final={}, simulated_s=0.0))
    assert (said["status"], said["reason"]) == ("failed", "no")
    assert said["kl_excess"] is None
    assert said["final"] == {}


def table(result, paths=()):
    console = Console(width=80, file=io.StringIO())
    print_table(result, list(paths), console)
    return console.file.getvalue()


def test_the_table_tells_the_figures_and_the_places():
    text = table(outcome(), [Path("results"), Path("a-rather-long-name/" * 6 + "film.mp4")])
    assert f"{FINAL['kl_fit']:.4f}" in text
    assert f"{FINAL['kl_estimate']:.4f}" in text
    assert f"{FINAL['w2']:.4f}" in text
    assert "at least 0.1000" in text
    assert "1.50" in text
    assert "written results" in text
    assert "a-rather-long-name/" * 6 + "film.mp4" in text


def test_the_table_tells_the_robots_and_whether_their_number_chose_the_network():
    text = table(outcome())
    for words in ("er:0.2", "radius 7.9 mm, top speed 0.15 m/s"):
        assert words in text
    assert "usual for this number of robots" not in text
    swarm = Swarm(3, 0.025, math.inf, "complete", True, 12.0, 0.02)
    text = table(outcome(swarm=swarm))
    assert re.search("network +complete +usual for this number of robots", text)
    assert "top speed inf m/s" in text


def test_what_was_read_of_a_target_file_is_told():
    source = "logo[red].png: picture, 640 x 480 pixels, top row at y = +1, dark is dense" * 2
    assert source in table(outcome(target_source=source))
    assert summary(RunConfig(), outcome(target_source=source))["target_source"] == source
    assert "target" not in table(outcome()).replace("to the target", "")


def test_the_time_budget_begins_with_what_took_most():
    console = Console(width=80, file=io.StringIO())
    print_time_budget(outcome().time_budget_s, console)
    lines = [line.split() for line in console.file.getvalue().splitlines()]
    assert lines == [
        ["physics", "30.00", "s", "75", "%"],
        ["drawing", "8.00", "s", "20", "%"],
        ["planning", "2.00", "s", "5", "%"],
    ]


def test_a_gap_of_nothing_has_no_sign():
    assert "least gap 0.0 mm" in table(outcome(final={**FINAL, "min_gap_m": -1e-6}))
    assert "least gap -0.2 mm" in table(outcome(final={**FINAL, "min_gap_m": -2e-4}))


def test_planners_without_estimates_have_no_such_line():
    final = {name: value for name, value in FINAL.items() if name != "kl_estimate"}
    assert "estimates" not in table(outcome(final=final))
    assert "estimates" in table(outcome())


def test_only_targets_that_move_have_a_tracking_error():
    final = {k: v for k, v in outcome().final.items() if k not in TRACKING_COLUMNS}
    assert "tracking error" not in table(outcome(final=final))
    assert "tracking error, W2" in table(outcome())


def test_the_table_fits_a_terminal_of_80_columns():
    lines = table(outcome(), []).splitlines()
    assert len(lines) == 11, "no figure takes two lines"


def test_a_run_with_a_radio_says_what_it_made_of_the_rounds():
    use = air_use(read_radio("esp-now"), Talk(1000, 10, 1.0, 40.0), 600)
    final = FINAL | {"time_s": 60.0, "rounds": 20 + 600 // use.every}
    said = summary(RunConfig(), outcome(final=final, air=use))["radio"]
    assert (said["packets_a_message"], said["rounds_a_second_asked"]) == (4, 100.0)
    assert said["rounds_a_second"] == pytest.approx(10.0 / use.every)
    assert (said["warm_up_rounds"], said["warm_up_s"]) == (20, pytest.approx(2.0 * use.every))
    lines = table(outcome(final=final, air=use)).splitlines()
    assert len(lines) == 16, "no figure takes two lines"
    text = "\n".join(lines)
    assert "bytes, 4 packets of esp-now" in text
    assert "a second; 100 asked for" in text
    assert "% of packets collide" in text
    assert "s for 20 rounds before the start" in text


def test_a_run_without_one_says_nothing_of_radios():
    assert "radio" not in summary(RunConfig(), outcome())
    assert "packet" not in table(outcome())


def test_the_table_tells_an_arena_that_is_not_the_usual_one():
    swarm = outcome().swarm
    assert "arena" not in table(outcome())
    text = table(outcome(swarm=replace(swarm, arena_width=8.0)))
    assert re.search("arena +8 +m wide; places are in units of 4 m", text)
