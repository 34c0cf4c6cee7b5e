"""Unknown options: where they are, or which are near."""

import pytest

from bildsim.programs.config.hints import hint_at

OF_BENCH = {"--planners", "--seeds", "--dead", "--loss", "--quiet", "-h"}


@pytest.mark.parametrize(
    ("unknown", "said"),
    [
        (["--version"], ": versions are shown by bildsim --version"),
        (["--video", "x"], ": --video is an option of bildsim run"),
        (["--video=x", "--gui"], ": --video and --gui are options of bildsim run"),
        (["--planner", "cvt"], ": did you mean --planners?"),
        (["--lost", "0.5"], ": did you mean --loss?"),
        (["seeds"], ": did you mean --seeds?"),
        (["--zzz"], ""),
    ],
)
def test_options_that_are_not_here(unknown, said):
    assert hint_at(unknown, OF_BENCH) == said
