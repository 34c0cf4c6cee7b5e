"""What ``reset`` may be asked for."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.randomisation.options import reset_options

PLACES = np.zeros((2, 2))


def test_where_an_episode_starts_and_what_is_drawn():
    assert reset_options(None) == reset_options({}) == (None, {})
    assert reset_options({"start": "centre"}).start == "centre"
    assert reset_options({"poses": PLACES}).start is PLACES
    ranges = {"max_speed": (0.1, 0.2)}
    assert reset_options({"start": "corner", "randomise": ranges}) == ("corner", ranges)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"stert": "corner"}, "reset option 'stert' is unknown: did you mean start"),
        (
            {"start": "corner", "seed": 3},
            "reset option 'seed' is unknown: .*valid are start, poses, randomise, reset_mask",
        ),
        ({3: 4}, "reset option '3' is unknown"),
        ({"randomize": {}}, "'randomize' is unknown: did you mean randomise"),
        ({"start": "corner", "poses": PLACES}, "'start' and 'poses' exclude each other"),
        ({"poses": "a.npy"}, "'poses' 'a.npy' is not possible: it takes an array"),
        (["start"], "reset options of type list are not possible: allowed is a dictionary"),
        ("corner", "reset options of type str"),
        ({"randomise": ["target"]}, "'randomise' of type list is not possible: it takes a dict"),
        ({"poses": PLACES, "randomise": {"start": ["corner"]}}, "exclude each other"),
    ],
)
def test_what_is_refused(options, words):
    with pytest.raises(UsageError, match=words):
        reset_options(options, ("reset_mask",))
