"""What a file is taken for unless it is said."""

from bildsim.programs.config.options import options
from bildsim.targets.files.reading import AS_IT_IS, Reading


def test_unless_it_is_said_the_file_says_it_and_bright_is_dense():
    assert Reading(target_layout=None, target_dark=False) == AS_IT_IS


def test_both_settings_are_explained_with_the_way_that_rows_go():
    texts = {option.name: option.text for option in options(Reading())}
    assert "first row at the bottom" in texts["target_layout"]
    assert "first row at the top" in texts["target_layout"]
    assert "dark" in texts["target_dark"]
