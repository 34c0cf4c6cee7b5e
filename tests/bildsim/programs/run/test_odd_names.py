"""Files of every name: what is asked for is there under its exact name, and can be read again.

No module of its own stands behind this: names go through the command line, TOML, JSON, checkpoints
and ffmpeg alike.
"""

import json
import os
import subprocess

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from bildsim.programs.output.recorder import Recorder
from tests.bildsim.programs.odd_names import WORST, named, parametrised
from tests.bildsim.programs.run.killing import RESULTS, before, killed, names

SMALL = ("--robots", 4, "--duration", 0.5, "--dynamics", "kinematic", "--metrics-period", 0.1)
KILLED = (*SMALL, "--checkpoint", 0.2, "--quiet")
FRAMES = 6
PIXELS = 16


def picture(path):
    brightness = np.tile(np.linspace(10, 250, 24, dtype=np.uint8), (24, 1))
    with path.open("wb") as file:
        Image.fromarray(brightness).save(file, "png")


def frames_of(video):
    reduced = ("-vf", f"scale={PIXELS}:{PIXELS}", "-pix_fmt", "gray", "-f", "rawvideo", "-")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", "pipe:0", *reduced]
    with video.open("rb") as file:
        decoded = subprocess.run(command, stdin=file, capture_output=True, check=True).stdout
    return len(decoded) // PIXELS**2


@parametrised(quick=WORST)
def test_a_run_with_such_names_is_killed_resumed_and_repeated(program, tmp_path, stem):
    out, target = named(tmp_path, stem), named(tmp_path, f"{stem}.png")
    first, second = named(tmp_path, f"{stem}.mp4"), named(tmp_path, f"{stem}.mkv")
    config = named(tmp_path, f"{stem}.toml")
    picture(target)
    left = [out.name, target.name, first.name]
    places = (f"--out={out.name}", f"--video={first.name}", f"--target-file={target.name}")
    killed(before(Recorder, "tick", 5), *KILLED, *places)
    (checkpoint, *_) = out.glob("checkpoint-*")
    resumed = program("--resume", checkpoint.relative_to(tmp_path))
    assert resumed.status == 0, resumed
    assert sorted(os.listdir(tmp_path)) == sorted(left)
    assert names(out) == RESULTS
    assert frames_of(first) == FRAMES
    (out / "config.toml").rename(config)
    again = program(
        f"--config={config.name}", "--out=again", f"--video={second.name}", "--no-quiet"
    )
    assert again.status == 0, again
    assert again.err.count("\nwritten ") == 2
    assert sorted(os.listdir(tmp_path)) == sorted([*left, config.name, second.name, "again"])
    assert frames_of(second) == FRAMES
    for kept in ("metrics.csv", "trajectory.npz"):
        assert (tmp_path / "again" / kept).read_bytes() == (out / kept).read_bytes()
    said = json.loads((tmp_path / "again" / "summary.json").read_bytes().decode("utf-8"))
    assert said["configuration"]["target_file"].endswith(".png")
    assert said["configuration"]["output"]["video"].endswith(".mkv")


@parametrised()
@pytest.mark.parametrize(
    ("option", "ending", "words"),
    [
        ("--out", "", "is not empty"),
        ("--video", ".mp4", "would be overwritten"),
        ("--target-file", ".png", "is not a picture that can be read"),
        ("--config", ".toml", "unknown"),
        ("--resume", "", "is no checkpoint"),
    ],
)
def test_such_names_are_refused_in_one_sentence(program, tmp_path, stem, option, ending, words):
    place = named(tmp_path, stem + ending)
    if option == "--out":
        place.mkdir()
        place = place / "mine"
    place.write_text("seeds = 7\n")
    ended = program(*SMALL, f"{option}={stem + ending}")
    assert ended.status == 2
    assert ended.err.startswith(f"bildsim.run: {option} ")
    assert words in ended.err
    assert ended.err.endswith("\n")
    assert ended.err.count("\n") == 1
    assert "\x1b" not in ended.err
    assert ended.err.encode()
    assert len(os.listdir(tmp_path)) == 1


@pytest.mark.parametrize(("option", "ending"), [("--out", ""), ("--video", ".mp4")])
def test_the_longest_names_there_are_work_and_longer_ones_are_refused(
    program, tmp_path, option, ending
):
    longest = "n" * (255 - len(ending)) + ending
    assert program(*SMALL, option, longest).status == 0
    assert os.listdir(tmp_path) == [longest]
    ended = program(*SMALL, option, f"n{longest}")
    assert ended.status == 2
    assert ended.err == f"bildsim.run: {option} n{longest} cannot be used: file name too long\n"


@pytest.mark.parametrize("option", ["--out", "--video"])
def test_a_place_so_deep_that_results_would_not_fit_is_refused(program, tmp_path, option):
    place = tmp_path
    while len(str(place)) < 3990:
        place = place / ("d" * min(200, 4000 - len(str(place)) - 1))
    place.mkdir(parents=True)
    ended = program(*SMALL, option, place / "film.mp4")
    assert ended.status == 2
    assert ended.err.endswith("cannot be used: file name too long\n")
