"""Configurations in files: they come back as they were, and mistakes are named."""

import math
import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import PAPER, MacroSettings
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.network.link_settings import LinkSettings
from bildsim.programs.config.command_line import as_option
from bildsim.programs.config.toml_file import merged_toml, to_toml
from bildsim.simulation.config import ModelSettings, OutputSettings, RunConfig, SwarmSettings
from bildsim.targets.motion_settings import MotionSettings

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
positive = st.floats(1e-9, 1e9)
# A path of nothing but dots and slashes is not the text that it was made of.
names = st.text("abcé ☃'\"\\", min_size=1, max_size=8)
configurations = st.builds(
    RunConfig,
    target=texts,
    target_file=st.none() | st.builds(Path, names),
    planner=texts,
    network=texts,
    rounds=st.integers(-3, 10_000),
    duration=st.integers(1, 10**6).map(lambda ticks: ticks / 10),
    seed=st.integers(0, 10**30),
    swarm=st.builds(SwarmSettings, robots=st.integers(), radius=st.floats(allow_nan=False)),
    actuation=st.builds(
        Actuation,
        max_wheel_speed=st.none() | positive,
        motor_torque=st.none() | positive,
        deadband=st.floats(0.0, 1e9),
        command_delay=st.floats(0.0, 1.0),
    ),
    faults=st.builds(
        Faults,
        dead=st.none() | st.just("0.2@0.05,robots:3+4@0"),
        join=st.none() | st.just("1@0.09"),
    ),
    sensing=st.builds(Sensing, position_noise=st.floats(0.0, 0.5)),
    model=st.builds(ModelSettings, order=st.integers(), grid_step=st.floats(allow_nan=False)),
    macro=st.builds(
        MacroSettings,
        gamma_x=positive,
        curvature_limit=positive | st.just(math.inf),
        laziness=st.floats(0.0, 0.999),
        consensus=st.sampled_from(["metropolis", "admm", "push-sum"]),
    ),
    links=st.builds(
        LinkSettings,
        loss=st.floats(0.0, 0.999),
        link_delay=st.integers(0, 1000),
        message_bits=st.integers(2, 32) | st.just(64),
        radio_range=positive | st.just(math.inf),
        outage=st.sampled_from(["none", "20:25", "1:2,3.5:4"]),
    ),
    motion=st.builds(
        MotionSettings,
        target_speed=st.none() | st.floats(allow_nan=False),
        target_time=st.none() | positive,
        feedforward=st.booleans(),
    ),
    output=st.builds(
        OutputSettings,
        view=st.sampled_from(["top", "camera"]),
        video_speed=st.floats(0.1, 24.0),
        quiet=st.booleans(),
    ),
)


@given(configurations)
def test_what_is_written_reads_back_the_same(tmp_path_factory, config):
    path = tmp_path_factory.getbasetemp() / "config.toml"
    path.write_text(to_toml(config), encoding="utf-8", newline="\n")
    assert merged_toml(RunConfig(), path) == config


def test_where_results_went_is_left_out(tmp_path):
    places = OutputSettings(out=Path("results"), video=Path("film.mp4"), quiet=True)
    text = to_toml(RunConfig(output=places))
    assert "film" not in text
    assert "results" not in text
    (tmp_path / "c.toml").write_text(text)
    again = merged_toml(RunConfig(), tmp_path / "c.toml")
    assert again.output == replace(places, out=None, video=None)


def test_numbers_keep_their_kind():
    values = tomllib.loads(to_toml(RunConfig(macro=PAPER)))
    assert values["duration"] == 60.0
    assert values["macro"]["curvature_limit"] == math.inf
    assert type(values["swarm"]["robots"]) is int


def read(tmp_path, text):
    (tmp_path / "c.toml").write_text(text, encoding="utf-8")
    return merged_toml(RunConfig(), tmp_path / "c.toml")


def test_what_a_file_leaves_out_keeps_its_default(tmp_path):
    assert read(tmp_path, "") == RunConfig()
    changed = read(tmp_path, "seed = 3\n[swarm]\nrobots = 7")
    assert changed == RunConfig(seed=3, swarm=SwarmSettings(robots=7))


def test_whole_numbers_do_for_floats(tmp_path):
    config = read(tmp_path, "duration = 5\n[macro]\ngamma_y = 1")
    assert type(config.duration) is float
    assert config.macro.gamma_y == 1.0


def test_what_may_be_left_out_can_be_a_number_or_words(tmp_path):
    config = read(tmp_path, "[actuation]\nmotor_torque = 1\n[faults]\ndead = '0.2@30'")
    assert type(config.actuation.motor_torque) is float
    assert config.faults == Faults(dead="0.2@30")
    with pytest.raises(UsageError, match=r"table faults, key dead = 3 is not text"):
        read(tmp_path, "[faults]\ndead = 3")
    with pytest.raises(UsageError, match=r"motor_torque = 'weak' is not a number"):
        read(tmp_path, "[actuation]\nmotor_torque = 'weak'")


def test_places_can_be_given_in_a_file(tmp_path):
    config = read(tmp_path, "target_file = 'p.png'\n[output]\nout = 'results'\nvideo = 'v.mp4'")
    assert config.target_file == Path("p.png")
    assert (config.output.out, config.output.video) == (Path("results"), Path("v.mp4"))


tables = st.recursive(
    st.integers() | st.floats() | st.booleans() | texts | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(
        st.sampled_from(
            ["target", "seed", "duration", "swarm", "macro", "output", "view", "robots", "gama_x"]
        ),
        inner,
        max_size=3,
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["seed", "swarm", "macro", "output", "x"]), tables))
def test_any_table_is_read_or_refused_in_one_sentence(tmp_path_factory, values):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(tomli_w.dumps(values), encoding="utf-8", newline="\n")
    try:
        config = merged_toml(RunConfig(), path)
    except UsageError as refused:
        sentence = refused.said(as_option)
    else:
        sentence = "--"
        assert isinstance(config, RunConfig)
    assert sentence.startswith("--")


def test_a_file_in_another_encoding(tmp_path):
    (tmp_path / "c.toml").write_bytes("target = 'é'".encode("latin-1"))
    with pytest.raises(UsageError, match=r"is not a TOML file: byte 10 is no text$"):
        merged_toml(RunConfig(), tmp_path / "c.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = " + "[" * 20000 + "]" * 20000, "is not a TOML file: it is nested too deep"),
        (".".join(["a"] * 400_000) + " = 1", "is not a TOML file: it has more than 5000 dots"),
        ("seed = " + "9" * 5000, "is not a TOML file: Exceeds the limit"),
        ("#" * 1_000_001, "is too large: at most 1 MB is read"),
    ],
)
def test_what_would_take_too_long_is_refused(tmp_path, text, words):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(UsageError, match=words):
        merged_toml(RunConfig(), tmp_path / "a.toml")


def test_pipes_and_devices_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.toml")
    with pytest.raises(UsageError, match="cannot be read: is a pipe or a device"):
        merged_toml(RunConfig(), tmp_path / "a.toml")
