"""Errors of localisation by number, by name and from files, and what is refused."""

from dataclasses import fields

import pytest

from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import MARKS
from bildsim.envs.localisation.errors import (
    LIMITS,
    OF_ODOMETRY,
    PERFECT,
    PRESETS,
    TABLE,
    LocalisationErrors,
    description_named,
    localisation_named,
)


def own(tmp_path, content):
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_every_error_has_its_limits():
    assert tuple(item.name for item in fields(LocalisationErrors)) == tuple(LIMITS)
    assert set(OF_ODOMETRY) < set(LIMITS)


def test_the_presets_are_those_of_the_issue():
    assert set(PRESETS) == {
        "optitrack",
        "overhead-camera",
        "projector",
        "lighthouse",
        "uwb",
        "odometry",
    }


@pytest.mark.parametrize("name", PRESETS)
def test_every_figure_of_a_preset_has_a_mark_and_a_source(name):
    found = description_named(name)
    assert found.title
    for figure in found.sections[TABLE].values():
        assert figure.mark in MARKS
        assert len(figure.source) > 5
    assert not localisation_named(name).perfect


def test_only_odometry_is_about_wheels():
    assert localisation_named("odometry").fix_rate == 0.0
    for name in PRESETS:
        assert bool(localisation_named(name).of_odometry) == (name == "odometry")


def test_a_file_of_ones_own_may_begin_with_a_preset(tmp_path):
    text = own(tmp_path, 'base = "uwb"\n[localisation]\nposition_noise = 0.05\nfix_rate = 10\n')
    found, uwb = localisation_named(text), localisation_named("uwb")
    assert (found.position_noise, found.fix_rate) == (0.05, 10.0)
    assert (found.place_bias, found.fix_latency) == (uwb.place_bias, uwb.fix_latency)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[localisation]\nfix_rate = 90", r"mine.toml': fix_rate=90 .*0 to 60 Hz"),
        ('[localisation]\nfix_rate = "often"', r"mine.toml': fix_rate = 'often' is not a number"),
        ("[localisation]\noutliers = true", r"mine.toml': outliers = True is not a number"),
        ("[localisation]\nnoise = 0.1", r"mine.toml': key of \[localisation\] 'noise' is unknown"),
        ("[localisation", "mine.toml' is not a TOML file"),
    ],
)
def test_files_that_say_what_is_not_possible(tmp_path, content, words):
    with pytest.raises(UsageError, match=words):
        localisation_named(own(tmp_path, content))


def test_unknown_names_and_missing_files(tmp_path):
    with pytest.raises(UsageError, match="localisation='optitrak' is unknown: did you mean opti"):
        localisation_named("optitrak")
    with pytest.raises(UsageError, match="cannot be read"):
        localisation_named(str(tmp_path / "none.toml"))


def test_what_makes_robots_know_where_they_are():
    assert PERFECT.perfect
    assert LocalisationErrors(outlier_size=0.1).perfect
    for errors in ({"outliers": 0.1}, {"fix_rate": 5.0}, {"fix_latency": 0.1}, {"wheel_slip": 0.1}):
        assert not LocalisationErrors(**errors).perfect


def test_what_is_said_tells_errors_from_none():
    assert PERFECT.said() == {"position_noise": 0, "position_bias": 0, "position_dropout": 0}
    assert LocalisationErrors(fix_rate=5.0).said()["fix_rate"] == 5.0


def test_errors_of_headings():
    assert LocalisationErrors(heading_bias=0.1).of_headings
    assert LocalisationErrors(wheel_radius_error=0.01).of_headings
    assert not LocalisationErrors(position_noise=0.1, fix_latency=0.1).of_headings
