"""Every example runs as it stands, and shows what it says."""

import re
import runpy
import sys
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
README = (EXAMPLES / "README.md").read_text(encoding="utf-8")
OTHERS = ("learn_policy.py", "pettingzoo_loop.py")
"""Scripts that take minutes or other packages; they have tests of their own."""
_LONGEST = 40


def numbers(text):
    return [float(word) for word in re.findall(r"-?\d+\.\d+", text)]


@pytest.fixture
def play(tmp_path, monkeypatch, capsys):
    """Return what runs an example in an empty directory: its names and what it printed."""

    def run(name):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", [name])
        names = runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return names, capsys.readouterr().out

    return run


def test_first_run(play, tmp_path):
    names, said = play("first_run.py")
    assert names["result"].kl_fit[-1] < 0.1 * names["result"].kl_fit[0]
    assert said.startswith("Result(ring, bild-macro, 40 robots")
    assert (tmp_path / "first_run.png").read_bytes().startswith(b"\x89PNG")


def test_own_target(play):
    _, said = play("own_target.py")
    lines = dict(line.split(":") for line in said.splitlines())
    assert list(lines) == ["spiral", "array", "triangle"]
    for line in lines.values():
        before, after = numbers(line)[1:] if len(numbers(line)) > 2 else numbers(line)
        assert after < 0.7 * before


def test_own_planner(play):
    names, _ = play("own_planner.py")
    climb, macro = names["found"].table
    assert (climb["label"], climb["done"]) == ("Climb", 2)
    assert macro["kl_fit"] < climb["kl_fit"]


def test_compare_planners(play, tmp_path):
    names, said = play("compare_planners.py")
    assert [row["done"] for row in names["found"].table] == [3, 3, 3]
    assert re.search(r"^cvt: \+0\.\d+ nats, more in 3 of 3 pairs$", said, re.MULTILINE)
    assert (tmp_path / "compare_planners.png").exists()


def test_published_experiment(play, tmp_path):
    names, said = play("published_experiment.py")
    here, published = np.array([numbers(line) for line in said.splitlines()]).T
    assert len(here) == len(names["PUBLISHED"])
    # The same start, the same end, and no far other way.
    assert here[[0, -1]] == pytest.approx(published[[0, -1]], abs=1e-4)
    assert here == pytest.approx(published, rel=0.06)
    assert (tmp_path / "published_experiment.png").exists()


def test_lost_messages(play):
    names, _ = play("lost_messages.py")
    perfect, metropolis, admm = (row["kl_estimate"] for row in names["found"].table)
    assert metropolis > 10.0 * max(perfect, admm)


def test_dead_robots(play):
    names, _ = play("dead_robots.py")
    result = names["result"]
    assert (result.active[0], result.active[-1]) == (30, 21)
    at_death = result.w2[result.time_s == 6.0][0]
    assert result.w2[-1] < at_death


def test_collision_avoidance(play):
    _, said = play("collision_avoidance.py")
    none, cbf, orca = (numbers(line)[0] for line in said.splitlines())
    assert none > max(cbf, orca)


def test_moving_target(play):
    names, said = play("moving_target.py")
    first, *_, last = (numbers(line)[0] for line in said.splitlines()[:4])
    assert last < 0.5 * first
    assert names["result"].target.at(0.0) is not names["result"].target.at(1.0)


def test_start_poses(play):
    names, _ = play("start_poses.py")
    assert names["result"].w2[-1] < 0.8 * names["result"].w2[0]


def test_make_video(play, tmp_path):
    _, said = play("make_video.py")
    assert said == "letter_E.mp4\n"
    assert imageio_ffmpeg.count_frames_and_secs(str(tmp_path / "letter_E.mp4"))[0] == 61


def test_paper_figure(play, tmp_path):
    play("paper_figure.py")
    assert (tmp_path / "paper_figure.pdf").read_bytes().startswith(b"%PDF")


def test_save_and_load(play, tmp_path):
    names, said = play("save_and_load.py")
    assert said.startswith("written: config.toml metrics.csv summary.json trajectory.npz\n")
    again = names["longer"].trajectory.pose[: len(names["result"].trajectory)]
    np.testing.assert_array_equal(again, names["result"].trajectory.pose)
    assert (tmp_path / "results" / "summary.json").exists()


def test_gym_loop(play):
    _, said = play("gym_loop.py")
    before, after = (numbers(line)[1] for line in said.splitlines())
    assert after < before


def test_vector_env(play):
    names, _ = play("vector_env.py")
    assert (names["returns"] < 0.0).all()
    assert names["returns"].shape == (32,)


def test_branch_rollouts(play):
    _, said = play("branch_rollouts.py")
    before, after = (numbers(line)[0] for line in said.splitlines())
    assert after < 0.8 * before


def test_every_script_is_run_here_or_elsewhere_and_listed():
    scripts = {path.name for path in EXAMPLES.glob("*.py")}
    tested = {f"{name.removeprefix('test_')}.py" for name in globals() if name.startswith("test_")}
    assert scripts - set(OTHERS) <= tested
    assert all(f"[{name}]({name})" in README for name in scripts)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_it_says_what_it_shows(path):
    text = path.read_text(encoding="utf-8")
    assert re.match(r'"""[A-Z][^"]+\."""\n', text) or path.name in OTHERS
    assert len(text.splitlines()) <= _LONGEST or path.name in OTHERS
