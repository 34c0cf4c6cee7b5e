"""``--report``: one page about a run, however it ended, with its film in it."""

import json
import re

import pytest

from tests.pages import seen_at

SMALL = "--robots 5 --duration 0.8 --dynamics ideal --planner static --metrics-period 0.2 --quiet"


def test_a_run_leaves_one_page_that_can_be_looked_at(program, tmp_path):
    (tmp_path / "run.mp4").write_text("somebody's own")
    assert program(*SMALL.split(), "--report", "run.html").status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.html", "run.mp4"]
    assert (tmp_path / "run.mp4").read_text() == "somebody's own"
    for width, found in seen_at(tmp_path / "run.html", 1280, 390).items():
        assert found.faults == [], width
        assert (found.videos[0].width, found.videos[0].height) == (1280, 720)


def test_the_film_that_was_asked_for_stays_and_results_are_the_same(program, tmp_path):
    assert program(*SMALL.split(), "--out", "plain").status == 0
    words = ("--out", "out", "--video", "a.gif", "--report", "run.html")
    assert program(*SMALL.split(), *words).status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gif", "out", "plain", "run.html"]
    for name in ("metrics.csv", "trajectory.npz", "config.toml"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
    page = (tmp_path / "run.html").read_text()
    assert "data:image/gif;base64," in page
    final = json.loads((tmp_path / "out" / "summary.json").read_text())["final"]
    assert f"{final['kl_fit']:.4g}" in page


def test_a_run_that_fails_has_a_page_that_says_so(program, tmp_path):
    line = SMALL.replace("static", "tests.bildsim.faulty:NotANumber")
    ended = program(*line.split(), "--report", "run.html")
    assert ended.status == 1
    page = (tmp_path / "run.html").read_text()
    assert re.search(r"The run failed, at 0\.\d of 0\.8 s: ", page)
    assert "data:video/mp4" in page


@pytest.mark.parametrize("suffix", ["html", "htm"])
def test_a_run_with_checkpoints_says_why_it_has_no_film(program, tmp_path, suffix):
    words = ("--out", "out", "--checkpoint", "0.4", "--report", f"run.{suffix}")
    assert program(*SMALL.split(), *words).status == 0
    assert (
        "a run with checkpoints makes one where --video names it"
        in (tmp_path / f"run.{suffix}").read_text()
    )
