"""Wrong input ends with status 2 and one sentence, and leaves nothing behind."""

import os
import sys

import numpy as np
import pytest
from PIL import Image

from bildsim.programs.config.toml_file import to_toml
from bildsim.simulation.config import RunConfig

SMALL = ("--robots", "8", "--duration", "0.5", "--quiet")


def tree(directory):
    """Every path below a directory with its kind and size."""
    found = {}
    for path in sorted(directory.rglob("*")):
        found[str(path)] = path.is_dir() or path.stat().st_size
    return found


def refused(program, tmp_path, arguments, *words):
    """Call the program, make sure that it refuses properly, and return its sentence."""
    before = tree(tmp_path)
    ended = program(*SMALL, *arguments)
    assert ended.status == 2, ended
    assert ended.out == ""
    assert ended.err.startswith("bildsim.run: ")
    assert ended.err.endswith("\n")
    assert ended.err.count("\n") == 1, "one line"
    for word in words:
        assert word in ended.err, ended.err
    assert tree(tmp_path) == before, "nothing was written"
    return ended.err


LINES = [
    # robots
    ("--robots 0", "--robots 0", "1 to"),
    ("--robots -5", "--robots -5"),
    ("--robots 2.5", "--robots 2.5", "whole number"),
    ("--robots 50000", "--robots 50000", "1 to"),
    ("--robots 5000 --radius 0.025", "--robots 5000", "1 to"),
    ("--robots 5000 --max-speed 0.2 --dynamics kinematic", "--max-speed 0.2", "at most 0.113"),
    ("--robots 1000000000", "--robots 1000000000", "1 to"),
    (f"--robots {10**30}", f"--robots {10**30}", "1 to"),
    (f"--robots {'9' * 5000}", "--robots", "digits"),
    ("--robots many", "--robots many", "whole number"),
    ("--robots nan", "--robots nan", "whole number"),
    ("--robots", "--robots", "value"),
    # checkpoints
    ("--checkpoint 0 --out x", "--checkpoint 0", "multiple of 0.1"),
    ("--checkpoint 0.05 --out x", "--checkpoint 0.05", "multiple of 0.1"),
    ("--checkpoint often --out x", "--checkpoint often", "not a number"),
    ("--resume nowhere", "--resume nowhere", "no such file"),
    ("--resume", "--resume", "value"),
    ("--resume=", "--resume ''", "must name a file"),
    ("--out=", "--out ''", "must name a file or a directory"),
    ("--video=", "--video ''", "must name a file"),
    ("--config=", "--config ''", "must name a file"),
    # names
    ("--target gm3", "--target", "gm3", "gmm3 or gmm4"),
    ("--target zzz", "--target", "zzz", "uniform, gmm3", "expfam", "moving_gauss"),
    # targets that move
    ("--target split --target-speed 0", "--target-speed 0", "above 0"),
    ("--target split --target-speed 1e9", "--target-speed 1000000000", "at most 10"),
    ("--target split --target-speed nan", "--target-speed nan", "above 0"),
    ("--target split --target-speed fast", "--target-speed fast", "number"),
    ("--target-speed 0.1", "--target-speed 0.1", "gmm3", "moving_gauss and split"),
    ("--target moving_gauss --target-time 3", "--target-time 3", "switch"),
    ("--target switch --target-time -3", "--target-time -3", "above 0"),
    ("--feedforward", "--feedforward", "gmm3", "at rest"),
    ("--planner nowhere:Planner", "--planner nowhere:Planner", "imported"),
    ("--planner math:tau", "--planner math:tau", "no init"),
    ("--planner os:getcwd", "--planner os:getcwd", "no planner"),
    ("--planner math:nothing", "--planner math:nothing", "has no"),
    ("--planner :x", "--planner :x"),
    ("--planner ..x:y", "--planner ..x:y"),
    ("--planner math:", "--planner math:"),
    ("--planner bild-makro", "--planner", "bild-makro", "did you mean bild-macro"),
    ("--network rign", "--network", "rign", "did you mean ring"),
    ("--start korner", "--start", "korner", "did you mean corner"),
    ("--view side", "--view", "side", "camera"),
    ("--preset papr", "--preset", "papr", "paper"),
    # networks
    ("--network er:0.001", "--network er:0.001", "8 groups", "er:0.885 would do"),
    ("--network er:0.001 --robots 3", "--network er:0.001", ": complete would do\n"),
    ("--network disk:0.01", "--network disk:0.01", "would do"),
    ("--network disk:-1", "--network disk:-1", "above 0"),
    ("--network disk:nan", "--network disk:nan", "above 0"),
    ("--network er:1.5", "--network er:1.5", "probability"),
    ("--network er", "--network er", "er:0.5"),
    ("--network er:", "--network er:", "er:0.5"),
    ("--network knn:1000", "--network knn:1000", "there are 8"),
    ("--network knn:2.5", "--network knn:2.5", "whole number"),
    ("--network regular:3 --robots 9", "--network regular:3", "9", "even"),
    ("--network regular:8", "--network regular:8", "there are 8"),
    ("--network regular:1", "--network regular:1", "groups"),
    ("--network ring:3", "--network ring:3", "no parameter"),
    # time
    ("--duration 0", "--duration 0", "0.1 s"),
    ("--duration -3", "--duration -3"),
    ("--duration nan", "--duration nan"),
    ("--duration inf", "--duration inf"),
    ("--duration 1e300", "--duration 1e+300", "at most"),
    ("--duration 0.05", "--duration 0.05", "multiple"),
    ("--duration 1m", "--duration 1m", "number"),
    ("--metrics-period 0", "--metrics-period 0"),
    ("--metrics-period 0.25", "--metrics-period 0.25"),
    ("--metrics-period nan", "--metrics-period nan"),
    ("--video-speed 0", "--video-speed 0", "0.1 to 24"),
    ("--video-speed 25", "--video-speed 25", "0.1 to 24"),
    ("--video-speed nan", "--video-speed nan"),
    # seeds
    ("--seed -1", "--seed -1"),
    ("--seed 1e3", "--seed 1e3", "whole number"),
    ("--seed 0.5", "--seed 0.5", "whole number"),
    # robots' body and physics
    ("--radius 0", "--radius 0", "0.002"),
    ("--radius nan", "--radius nan"),
    ("--radius 1", "--radius 1"),
    ("--radius 1e-300", "--radius 1e-300"),
    ("--max-speed 0", "--max-speed 0", "m/s"),
    ("--max-speed nan", "--max-speed nan"),
    ("--max-speed 1e9", "--max-speed 1000000000"),
    ("--gain 0", "--gain 0"),
    ("--gain nan", "--gain nan"),
    ("--gain 1e4", "--gain 10000"),
    ("--physics-rate 0", "--physics-rate 0"),
    ("--physics-rate 100", "--physics-rate 100", "60"),
    ("--physics-rate 6000000", "--physics-rate 6000000"),
    ("--physics-rate -240", "--physics-rate -240"),
    # drives, faults and localisation
    ("--max-wheel-speed 0", "--max-wheel-speed 0", "above 0"),
    ("--max-wheel-speed 20", "--max-wheel-speed 20", "19.2 rad/s"),
    ("--max-wheel-speed fast", "--max-wheel-speed", "fast"),
    ("--max-wheel-acceleration 5000", "--max-wheel-acceleration 5000", "never limits"),
    ("--motor-torque 1", "--motor-torque 1", "N m"),
    ("--motor-torque 0.001 --dynamics ideal", "--motor-torque 0.001", "no wheels"),
    ("--max-wheel-acceleration 5 --dynamics ideal", "--max-wheel-acceleration 5", "no wheels"),
    ("--floor-friction 2", "--floor-friction 2", "0.02 to 1"),
    ("--deadband 20", "--deadband 20", "below 19.2"),
    ("--quantisation -1", "--quantisation -1"),
    ("--command-delay 2", "--command-delay 2", "0 to 1 s"),
    ("--command-delay nan", "--command-delay nan"),
    ("--delay-compensation guess", "--delay-compensation guess", "none, gain, predict"),
    ("--backlash 1", "--backlash 1", "0 to 0.5 rad"),
    ("--backlash 0.01 --dynamics ideal", "--backlash 0.01", "no wheels"),
    ("--battery-sag 1e9", "--battery-sag 1000000000"),
    ("--position-noise -0.1", "--position-noise -0.1", "0 to 0.5 m"),
    ("--position-dropout 1", "--position-dropout 1", "0 to 0.99"),
    ("--dead 0.2", "--dead 0.2 is", "0.2@30"),
    ("--dead 1.5@0.2", "--dead 1.5@0.2 is", "share"),
    ("--dead 0.2@0.5", "--dead 0.2@0.5", "the run ends at 0.5 s"),
    ("--dead robots:8@0.2", "--dead robots:8@0.2", "no robot 8", "0 to 7"),
    ("--dead 0.01@0.2", "--dead 0.01@0.2", "nobody"),
    ("--dead 1@0.2", "--dead 1@0.2", "nobody is left"),
    ("--join 0.5@0", "--join 0.5@0", "at 0 s"),
    ("--stuck 0.5@0.2 --dynamics ideal", "--stuck 0.5@0.2", "no wheels"),
    ("--stop", "--stop", "value"),
    ("--network knn:6 --dead 0.5@0.2", "--network knn:6", "there are 4"),
    # the model
    ("--order 0", "--order 0", "1 to 12"),
    ("--order 13", "--order 13", "1 to 12"),
    ("--order 6.5", "--order 6.5", "whole number"),
    ("--grid-step 0", "--grid-step 0"),
    ("--grid-step 0.03", "--grid-step 0.03"),
    ("--grid-step nan", "--grid-step nan"),
    ("--grid-step 1e-9", "--grid-step 1e-09"),
    ("--order 12 --grid-step 0.1", "--grid-step 0.1", "--order 12"),
    # BILD-MACRO
    ("--gamma-x 0", "--gamma-x 0"),
    ("--gamma-x nan", "--gamma-x nan"),
    ("--gamma-x 1e400", "--gamma-x inf"),
    ("--gamma-y -1", "--gamma-y -1"),
    ("--gamma-y nan", "--gamma-y nan"),
    ("--preset wasserstein --dynamics ideal --gamma-x 10.1", "--gamma-x 10.1 is", "below 10"),
    ("--preset paper --gamma-y 40", "--gamma-y 40 is unstable", "needs less than"),
    ("--preset paper --network ring --robots 30", "--gamma-y 0.9 is unstable", "less than 0.665,"),
    ("--network ring --curvature-limit 50 --gamma-y 99 --laziness 0", "--curvature-limit 50 is"),
    ("--delta 0", "--delta 0"),
    ("--delta 1.01", "--delta 1.01"),
    ("--delta nan", "--delta nan"),
    ("--regularisation 0", "--regularisation 0"),
    ("--regularisation nan", "--regularisation nan"),
    ("--y-spread -1", "--y-spread -1"),
    ("--y-spread nan", "--y-spread nan"),
    ("--curvature-limit 0", "--curvature-limit 0"),
    ("--curvature-limit nan", "--curvature-limit nan"),
    ("--laziness 1", "--laziness 1"),
    ("--laziness -0.1", "--laziness -0.1"),
    ("--laziness nan", "--laziness nan"),
    ("--warmup-rounds -1", "--warmup-rounds -1"),
    ("--warmup-rounds 1.5", "--warmup-rounds 1.5", "whole number"),
    ("--rounds 0", "--rounds 0"),
    ("--rounds -1", "--rounds -1"),
    # links and consensus
    ("--consensus amdm", "--consensus", "amdm", "admm"),
    ("--loss 1", "--loss 1 ", "below 1"),
    ("--loss nan", "--loss nan"),
    ("--loss much", "--loss much", "number"),
    ("--loss .3 --loss-spread .4", "--loss-spread 0.4", "--loss 0.3"),
    ("--loss .3 --loss-bad .5", "--loss-bad 0.5 needs --burst"),
    ("--burst 3", "--loss 0 is not possible with --burst 3"),
    ("--link-delay -1", "--link-delay -1", "0 to 1000"),
    ("--link-delay 1.5", "--link-delay 1.5", "whole number"),
    ("--message-bits 48", "--message-bits 48", "2 to 32, or 64"),
    ("--message-bits 8 --consensus push-sum", "--message-bits 8 is not possible", "push-sum"),
    ("--radio-range 0", "--radio-range 0", "above 0"),
    ("--radio-range nan", "--radio-range nan"),
    ("--half-range 0", "--half-range 0", "a number of metres from"),
    ("--path-loss-exponent 3", "--path-loss-exponent 3", "needs --half-range"),
    ("--message-format float16 --message-bits 8", "--message-bits 8", "--message-format float16"),
    ("--send-threshold 1", "--send-threshold 1", "a share below 1"),
    ("--send-threshold 0.1 --consensus admm", "--send-threshold 0.1", "--consensus admm"),
    ("--send-threshold 0.1 --planner bild-macro-reference", "--send-threshold 0.1", "its messages"),
    ("--outage 5", "--outage 5", "START:END"),
    ("--outage 9:3", "--outage 9:3", "START:END"),
    ("--planner bild-macro-reference --loss .3", "--loss 0.3 is not possible", "channel"),
    ("--planner bild-macro-reference --link-delay 2", "--link-delay 2 is not", "channel"),
    ("--planner bild-macro-reference --message-bits 8", "--message-bits 8 is not", "channel"),
    # options
    ("--robot 4", "--robot", "did you mean --robots"),
    ("--no-such-thing", "--no-such-thing"),
    ("-x", "-x"),
    ("stray", "stray"),
    ("--quiet yes", "yes"),
    ("--target", "--target"),
    ("--video", "--video"),
    ("--config", "--config"),
    ("--seed --robots 3", "--seed"),
]


def test_checkpoints_need_a_directory(program, tmp_path):
    refused(program, tmp_path, ["--checkpoint", "5"], "--checkpoint 5", "needs --out")


@pytest.mark.parametrize(("line", "words"), [(line, words) for line, *words in LINES])
def test_values(program, tmp_path, line, words):
    outputs = ("--out", "results", "--video", "film.mp4")
    refused(program, tmp_path, [*outputs, *line.split()], *words)


@pytest.mark.parametrize("option", ["--robots", "--target", "--network", "--planner", "--start"])
@pytest.mark.parametrize("value", ["", " ", "ünïcode ☃", "[red]x[/red]", "a\nb\n", "x" * 200])
def test_weird_words(program, tmp_path, option, value):
    shown = value.strip() and value.strip()[:1]
    refused(program, tmp_path, ["--out", "results", option, value], option, shown)


@pytest.mark.parametrize("option", ["--config", "--target-file", "--video"])
@pytest.mark.parametrize("value", ["", " ", "ünïcode ☃", "a" * 300, "no/such/place.toml", "/"])
def test_weird_paths(program, tmp_path, option, value):
    refused(program, tmp_path, ["--out", "results", option, value], option)


def test_a_long_value_is_shown_whole(program, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    name = "/a-long-path" * 12
    assert name in refused(program, tmp_path, ["--robots", name])
    assert name in refused(program, tmp_path, [name])


# Files as targets


def write_text(path):
    path.write_text("not a picture")


def write_directory(path):
    path.mkdir()


def write_black(path):
    Image.new("L", (20, 20)).save(path)


def write_empty(path):
    path.write_bytes(b"")


def array_writer(values):
    return lambda path: np.save(path, values, allow_pickle=True)


@pytest.mark.parametrize(
    ("name", "write", "words"),
    [
        ("missing.png", None, "does not exist"),
        ("missing.npy", None, "does not exist"),
        ("place.png", write_directory, "directory"),
        ("place", write_directory, "directory"),
        ("text.png", write_text, "picture"),
        ("text.npy", write_text, "damaged"),
        ("text.txt", write_text, "extension"),
        ("empty.png", write_empty, "picture"),
        ("empty.npy", write_empty, "damaged"),
        ("black.png", write_black, "black"),
        ("nan.npy", array_writer(np.array([[1.0, np.nan]])), "NaN"),
        ("inf.npy", array_writer(np.array([[1.0, np.inf]])), "NaN or infinite"),
        ("negative.npy", array_writer(np.array([[1.0, -1e-9]])), "negative"),
        ("zero.npy", array_writer(np.zeros((3, 3))), "zero"),
        ("flat.npy", array_writer(np.ones(4)), "1 dimensions"),
        ("hyper.npy", array_writer(np.ones((2, 2, 2, 2))), "4 dimensions"),
        ("single.npy", array_writer(np.ones((1, 2, 5))), "two or more"),
        ("below.npy", array_writer(-np.ones((2, 2, 5))), "negative"),
        ("gap.npy", array_writer(np.stack([np.ones((2, 5)), np.zeros((2, 5))])), "frame 1"),
        ("gone.mp4", None, "does not exist"),
        ("text.mp4", write_text, "video"),
        ("none.npy", array_writer(np.ones((0, 3))), "empty"),
        ("objects.npy", array_writer(np.array([[{}]], dtype=object)), "objects"),
        ("words.npy", array_writer(np.array([["a"]])), "real numbers"),
        ("complex.npy", array_writer(np.ones((2, 2), dtype=complex)), "real numbers"),
    ],
)
def test_target_files(program, tmp_path, name, write, words):
    if write is not None:
        write(tmp_path / name)
    arguments = ("--out", "results", "--target-file", name)
    refused(program, tmp_path, arguments, "--target-file", name, words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--target-file a.npy", ("--target-file a.npy", "--target-layout picture", "film")),
        ("--target-file a.npy --target-layout density", ("a.npy", "--target-layout film")),
        ("--target-layout film", ("--target-layout film", "--target gmm3", "--target-file")),
        ("--target-dark", ("--target-dark means nothing for --target gmm3",)),
        ("--target-file logo.png", ("logo.png", "black", "--target-dark makes dark dense")),
        ("--target-file a.png --target-layout flim", ("--target-layout", "flim", "film")),
    ],
)
def test_how_target_files_are_read(program, tmp_path, words, said):
    np.save(tmp_path / "a.npy", np.ones((6, 9, 3)))
    Image.new("RGBA", (8, 8), (0, 0, 0, 255)).save(tmp_path / "logo.png")
    refused(program, tmp_path, ["--out", "results", *words.split()], *said)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("--video a.mp4", "nowhere"),
        ("--video a.mp4 --out results", "plain.txt"),
        ("--target-file film.mp4", "nowhere"),
    ],
)
def test_an_ffmpeg_that_does_not_run(program, tmp_path, monkeypatch, words, name):
    (tmp_path / "plain.txt").write_text("no program")
    (tmp_path / "film.mp4").write_bytes(b"")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / name))
    refused(program, tmp_path, words.split(), "ffmpeg", name, "IMAGEIO_FFMPEG_EXE")


def test_a_target_file_that_may_not_be_read(program, tmp_path):
    write_black(tmp_path / "secret.png")
    (tmp_path / "secret.png").chmod(0)
    if os.access(tmp_path / "secret.png", os.R_OK):
        pytest.skip("this user may read everything")
    refused(program, tmp_path, ["--target-file", "secret.png"], "permission")


@pytest.mark.parametrize("option", ["--target-file", "--target_file"])
@pytest.mark.parametrize("joint", [True, False])
def test_a_name_and_a_file(program, tmp_path, option, joint):
    file = [f"{option}=p.png"] if joint else [option, "p.png"]
    refused(program, tmp_path, ["--target", "ring", *file], "--target ring", "exclude each other")


# Outputs


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--video taken.mp4", ("--video taken.mp4", "exists")),
        ("--video folder.mp4", ("--video folder.mp4", "directory")),
        ("--video film", ("--video film", "suffix")),
        ("--video film.avi", ("--video film.avi", ".mkv")),
        ("--video no/where/film.mp4", ("--video no/where/film.mp4", "no/where", "not exist")),
        ("--video taken.mp4/film.mp4", ("--video", "not a directory")),
        ("--video /proc/film.mp4", ("--video /proc/film.mp4", "written")),
        ("--out taken.mp4", ("--out taken.mp4", "file")),
        ("--out full", ("--out full", "not empty")),
        ("--out no/where", ("--out no/where", "not exist")),
        ("--out taken.mp4/results", ("--out", "not a directory")),
        ("--out /proc/results", ("--out /proc/results", "written")),
        ("--out same.mp4 --video same.mp4", ("--out same.mp4", "--video same.mp4")),
        ("--out x/../same.mp4 --video same.mp4", ("--out", "--video")),
        ("--out film.part.mp4 --video film.mp4", ("--out", "--video")),
    ],
)
def test_outputs(program, tmp_path, arguments, words):
    (tmp_path / "taken.mp4").write_text("precious")
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "x").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes").write_text("precious")
    refused(program, tmp_path, arguments.split(), *words)
    assert (tmp_path / "taken.mp4").read_text() == "precious"


# Configuration files


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("robots = 5", ("robots",)),
        ("durration = 5.0", ("durration", "did you mean duration")),
        ("[macro]\ngama_x = 1.0", ("macro", "gama_x", "did you mean gamma_x")),
        ("[swarms]\nrobots = 5", ("swarms", "did you mean swarm")),
        ("[swarm.robots]\nx = 5", ("robots", "not a whole number")),
        ("macro = 3", ("macro", "not a table")),
        ("duration = '5'", ("duration", "'5'", "not a number")),
        ("duration = true", ("duration", "true", "not a number")),
        (f"duration = 1{'0' * 400}", ("duration", "not a number")),
        ("duration = 0", ("--duration 0",)),
        ("duration = nan", ("--duration nan",)),
        ("seed = 1.0", ("seed", "1.0", "whole number")),
        ("seed = true", ("seed", "true", "whole number")),
        ("seed = -1", ("--seed -1",)),
        ("target = 3", ("target", "3", "not text")),
        ("target = 'gmm5'", ("--target", "gmm5", "gmm3")),
        ("target_file = 3", ("target_file", "3", "a path")),
        ("target_file = 'no.png'", ("--target-file no.png", "does not exist")),
        ('target_file = "a\\u0000b.png"', ("--target-file",)),
        ("planner = []", ("planner", "not text")),
        ("[output]\nview = 'side'", ("view", "side", "camera")),
        ("[output]\nview = 3", ("view", "3")),
        ("[output]\nquiet = 1", ("quiet", "1", "true or false")),
        ("[output]\nvideo = 'film.avi'", ("--video film.avi",)),
        ('[output]\nvideo = "a\\u0000.mp4"', ("--video",)),
        ("[swarm]\nrobots = 5.0", ("robots", "5.0", "whole number")),
        ("[swarm]\nradius = -1", ("--radius -1",)),
        ("[macro]\nlaziness = 2", ("--laziness 2",)),
        ("[[macro]]\nlaziness = 2", ("macro", "not a table")),
        ("duration = ", ("c.toml", "not a TOML file")),
        ("duration = 1\nduration = 2", ("c.toml", "not a TOML file")),
        ("\x00", ("c.toml", "not a TOML file")),
        ("{}", ("c.toml", "not a TOML file")),
    ],
)
def test_configurations(program, tmp_path, text, words):
    (tmp_path / "c.toml").write_text(text)
    # The small run's options come first: they would replace what the file says.
    before = tree(tmp_path)
    ended = program("--config", "c.toml", "--out", "results")
    assert ended.status == 2, ended
    assert ended.err.count("\n") == 1
    for word in words:
        assert word in ended.err, ended.err
    assert tree(tmp_path) == before


def test_configurations_that_cannot_be_read(program, tmp_path):
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    refused(program, tmp_path, ["--config", "none.toml"], "--config none.toml", "no such file")
    refused(program, tmp_path, ["--config", "."], "--config .", "is a directory")
    refused(program, tmp_path, ["--config", ""], "--config", "must name a file")
    refused(program, tmp_path, ["--config=bytes.toml"], "--config bytes.toml", "not a TOML file")


def test_a_configuration_does_not_hide_a_bad_option(program, tmp_path):
    (tmp_path / "c.toml").write_text(to_toml(RunConfig()))
    refused(program, tmp_path, ["--config", "c.toml", "--rounds", "0"], "--rounds 0")


# Few robots: each network either works or says why not


@pytest.mark.parametrize("robots", [1, 2, 3])
@pytest.mark.parametrize(
    "network", ["er:0.9", "disk:3", "knn:1", "knn:2", "ring", "complete", "regular:1", "regular:2"]
)
def test_few_robots(program, tmp_path, robots, network):
    arguments = ("--robots", robots, "--network", network, "--duration", "0.2", "--quiet")
    ended = program(*arguments)
    assert ended.status in (0, 2)
    assert ended.out == ""
    assert ended.err.count("\n") == (ended.status != 0)
    if ended.status == 2:
        assert f"--network {network}" in ended.err
    assert not tree(tmp_path)


# Whole processes


def test_a_process_ends_with_one_sentence(process, tmp_path):
    ended = process("--robots", "0", "--video", "film.mp4", "--out", "results")
    assert ended.status == 2
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    assert ended.err.startswith("bildsim.run: --robots 0 is not possible")
    assert not tree(tmp_path)


def test_without_pybullet_one_sentence_says_what_to_do(process, tmp_path):
    code = (
        "import sys, runpy; sys.modules['pybullet'] = None; sys.argv[0] = 'bildsim.run';"
        "runpy.run_module('bildsim.run', run_name='__main__')"
    )
    arguments = ("--robots", "8", "--video", "film.mp4", "--out", "results")
    ended = process(*arguments, command=(sys.executable, "-c", code))
    assert ended.status == 2
    assert ended.err.count("\n") == 1
    assert "PyBullet is not installed" in ended.err
    assert "CPython 3.11" in ended.err
    assert "--dynamics kinematic does without" in ended.err
    assert not tree(tmp_path)
