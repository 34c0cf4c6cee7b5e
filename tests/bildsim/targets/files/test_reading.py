"""What a file is taken for unless it is said."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.config.options import options
from bildsim.targets.files.reading import AS_IT_IS, Reading


def test_unless_it_is_said_the_file_says_it_and_bright_is_dense():
    assert Reading(target_layout=None, target_dark=False) == AS_IT_IS


def test_both_settings_are_explained_with_the_way_that_rows_go():
    texts = {option.name: option.text for option in options(Reading())}
    assert "first row at the bottom" in texts["target_layout"]
    assert "first row at the top" in texts["target_layout"]
    assert "dark" in texts["target_dark"]


@pytest.mark.parametrize("layout", ["foo", 3, ""])
def test_other_layouts_are_refused(layout):
    with pytest.raises(
        UsageError, match=r"^target_layout='.*' is unknown: .*picture, film, density"
    ):
        Reading(target_layout=layout)


def test_dark_is_yes_or_no():
    assert Reading(target_dark=np.True_).target_dark
    with pytest.raises(UsageError, match=r"^target_dark=.* is not possible: allowed are True and"):
        Reading(target_dark="yes")
