"""Names, files, arrays and functions as targets: the same density whichever way it comes."""

import copy
import pickle
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bildsim.basics.errors import UsageError
from bildsim.targets.any_target import as_target
from bildsim.targets.files.reading import Reading
from bildsim.targets.files.target_file import film_from_file, target_from_file
from bildsim.targets.moving_target import MovingTarget, target_by_name
from bildsim.targets.target import Target, named_target, target_from_function

POINTS = np.random.default_rng(0).uniform(-1, 1, (40, 2))
ARRAY = np.array([[0.0, 1.0, 3.0], [2.0, 0.0, 0.5]])


def to_the_right(points):
    return points[..., 0] + 1.0


def travelling(points, time_s):
    return points[..., 0] + 1.0 + time_s


def same(one, other, *times_s):
    for time_s in times_s or (0.0,):
        np.testing.assert_array_equal(
            one.at(time_s).density(POINTS), other.at(time_s).density(POINTS)
        )


@pytest.mark.parametrize("name", ["gmm3", "LETTER_e", "split", "switch"])
def test_names(name):
    same(as_target(name, duration_s=8.0), target_by_name(name, duration_s=8.0), 0.0, 3.0, 5.0)


def test_targets_are_returned_as_they_are():
    for target in (named_target("ring"), target_by_name("split")):
        assert as_target(target) is target


def test_an_array_is_read_as_the_file_that_holds_it(tmp_path):
    np.save(tmp_path / "a.npy", ARRAY)
    expected = target_from_file(tmp_path / "a.npy")
    for thing in (ARRAY, ARRAY.tolist(), tuple(map(tuple, ARRAY)), ARRAY.astype(np.float32)):
        target = as_target(thing)
        same(target, expected)
        assert target.name == "array"
        assert target.source.startswith("array as a density, 2 rows x 3 columns, first row at y")
    upper, lower = as_target([[0.0, 0.0], [1.0, 1.0]]).density(np.array([[0.0, 0.9], [0.0, -0.9]]))
    assert upper > 50 * lower


def test_frames_are_a_film_that_takes_the_time_that_is_asked_for(tmp_path):
    frames = np.random.default_rng(1).random((5, 6, 8))
    np.save(tmp_path / "array.npy", frames)
    film = as_target(frames, duration_s=12.0)
    assert isinstance(film, MovingTarget)
    same(film, film_from_file(tmp_path / "array.npy", 12.0), 0.0, 4.5, 12.0, 99.0)
    assert film.source.endswith("5 frames in 12 s")


@pytest.mark.parametrize("kind", [str, Path])
def test_files(tmp_path, kind):
    path = tmp_path / "half.png"
    Image.fromarray(np.uint8([[0, 0], [255, 255]])).save(path)
    target = as_target(kind(path))
    same(target, target_from_file(path))
    assert target.name == "half"
    dark = as_target(kind(path), reading=Reading(target_dark=True))
    same(dark, target_from_file(path, target_dark=True))


def test_what_an_array_is_can_be_said():
    colours = np.zeros((6, 8, 3), dtype=np.uint8)
    colours[:3] = 255
    picture = as_target(colours, reading=Reading(target_layout="picture"))
    upper, lower = picture.density(np.array([[0.0, 0.5], [0.0, -0.5]]))
    assert upper > 50 * lower
    film = as_target(colours // 2 + 1, reading=Reading(target_layout="film"))
    assert isinstance(film, MovingTarget)


def test_functions_at_rest_and_moving():
    target = as_target(to_the_right)
    same(target, target_from_function(to_the_right))
    assert (type(target), target.name) == (Target, "to_the_right")
    assert as_target(lambda points: to_the_right(points)).name == "lambda"
    assert as_target(partial(to_the_right)).name == "function"
    moving = as_target(travelling)
    assert isinstance(moving, MovingTarget)
    same(moving.at(4.0), target_from_function(partial(travelling, time_s=4.0)))


@pytest.mark.parametrize("thing", ["ring", "split", ARRAY, np.ones((2, 5, 5)), to_the_right])
def test_targets_can_be_copied_and_pickled(thing):
    target = as_target(thing)
    for again in (copy.deepcopy(target), pickle.loads(pickle.dumps(target))):
        same(again, target, 0.0, 30.0)


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        ("gmm5", r"^target='gmm5' is unknown: did you mean .*valid are .*, a file \(\.npy"),
        ("nowhere.png", r"^target='nowhere\.png' does not exist"),
        (Path("a.xyz"), r"^target='a\.xyz' does not exist"),
        (3, "^target is int: allowed are a name, a file, an array, a function"),
        (None, "^target is NoneType: allowed"),
        (np.ones((5, 4, 3)), r"^target of shape \(5, 4, 3\) can be .*: target_layout='picture'"),
        (np.ones(4), r"^target of shape \(4,\) has 1 dimensions and is no density"),
        ([[1.0], [2.0, 3.0]], "^target is no array"),
        ([["a"]], "^target holds <U1 values: they must be real numbers"),
        (np.array([[1.0, np.nan]]), "^target read as a density holds NaN"),
        (np.ma.masked_array(ARRAY, ARRAY > 2), "^target read as a density holds NaN"),
        (-ARRAY, "negative values"),
        (0 * ARRAY, "^target read as a density is zero all over"),
        (lambda points: -points[..., 0], "^target='lambda' returned a negative value"),
        (lambda points: 1.0, r"returned shape \(\)"),
        (lambda points, t: t, r"^target='lambda' takes other arguments: .* f\(points, time_s\)"),
        (lambda: 1.0, "^target='lambda' takes other arguments"),
        (dict, "^target='dict' (failed: |takes other arguments)"),
        (lambda points: points.nothing, "^target='lambda' failed: AttributeError: "),
        (lambda points, **options: options["a"], "^target='lambda' failed: KeyError"),
    ],
)
def test_what_is_no_target_is_refused(thing, words):
    with pytest.raises(UsageError, match=words):
        as_target(thing)


@pytest.mark.parametrize("thing", ["gmm3", to_the_right, named_target("ring")])
def test_how_files_are_read_means_nothing_for_others(thing):
    with pytest.raises(UsageError, match=r"^target_dark means nothing for target='"):
        as_target(thing, reading=Reading(target_dark=True))
