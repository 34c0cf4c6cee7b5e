"""What the command line of a run asks for, beside what options of any program do."""

import tomllib

import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.programs.config.command_line import as_option
from bildsim.programs.config.toml_file import to_toml
from bildsim.programs.output.recorder import Recorder
from bildsim.programs.run.command_line import parse_run
from bildsim.programs.run.resume import open_checkpoint
from bildsim.simulation.config import RunConfig, SwarmSettings
from tests.bildsim.programs.run.killing import SHOTS, SMALL, before, killed


def test_what_follows_from_the_number_of_robots_is_not_given():
    swarm = parse_run(["--robots", "1000"]).swarm
    assert (swarm.radius, swarm.max_speed) == (None, None)
    stored = tomllib.loads(to_toml(parse_run(["--robots", "1000"])))
    assert "network" not in stored
    assert {"radius", "max_speed"}.isdisjoint(stored["swarm"])


def test_what_is_given_is_stored():
    line = "--robots 1000 --radius 0.006 --max-speed 0.1 --network knn:8"
    config = parse_run(line.split())
    assert config.network == "knn:8"
    assert config.swarm == SwarmSettings(robots=1000, radius=0.006, max_speed=0.1)
    stored = tomllib.loads(to_toml(config))
    assert (stored["network"], stored["swarm"]["radius"]) == ("knn:8", 0.006)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--target ring --target-file p.png", "--target ring and --target-file p.png exclude"),
        ("--config a.toml --resume out", "--config a.toml and --resume out exclude"),
    ],
)
def test_two_sources_of_one_thing_exclude_each_other(line, words):
    with pytest.raises(UsageError) as refused:
        parse_run(line.split())
    assert words in refused.value.said(as_option)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_where_the_planners_options_start_from(preset):
    assert parse_run(["--preset", preset]).macro == PRESETS[preset]
    changed = parse_run(["--preset", preset, "--delta", "0.25"]).macro
    assert changed.delta == 0.25
    assert changed.metric == PRESETS[preset].metric


def test_a_resumed_run_has_the_configuration_of_its_checkpoint(tmp_path):
    out = tmp_path / "out"
    killed(before(Recorder, "tick", 9), *SMALL, "--dynamics", "ideal", "--out", out, *SHOTS)
    stored = open_checkpoint(out).config
    asked = parse_run(["--resume", str(out)])
    assert asked.output.resume == out
    assert asked.swarm == stored.swarm == SwarmSettings(robots=12, start="centre", dynamics="ideal")
    assert asked.output.checkpoint == stored.output.checkpoint == 0.5
    assert (asked.seed, asked.network) == (3, "knn:6")
    assert asked != RunConfig()


def test_a_target_by_name_takes_the_place_of_a_file_and_of_how_it_was_read(tmp_path):
    stored = parse_run(["--target-file", "p.npy", "--target-layout", "picture", "--target-dark"])
    (tmp_path / "c.toml").write_text(to_toml(stored))
    line = ["--config", str(tmp_path / "c.toml")]
    assert parse_run(line) == stored
    assert (stored.reading.target_layout, stored.reading.target_dark) == ("picture", True)
    assert parse_run([*line, "--target", "ring"]) == RunConfig(target="ring")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--view camera", "--view camera means nothing without --video"),
        ("--video-speed 2", "--video-speed 2 means nothing without --video"),
        ("--trust-checkpoint", "--trust-checkpoint means nothing without --resume"),
    ],
)
def test_what_is_said_of_a_film_that_there_is_not_is_refused(line, sentence):
    with pytest.raises(UsageError) as refused:
        parse_run(line.split())
    assert refused.value.said(as_option) == sentence
    assert parse_run(["--video", "film.mp4", "--video-speed", "2"]).output.video_speed == 2.0
