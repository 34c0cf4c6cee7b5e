"""What PyBullet must know of a model is a value: equal ones make equal worlds."""

import pickle

from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.figures import model_figures
from tests.envs.robots.urdf.models import COURIER, written


def test_models_are_compared_by_what_they_hold(tmp_path):
    own = model_figures(Chosen(COURIER)).own
    assert own == pickle.loads(pickle.dumps(own)) == model_figures(Chosen(COURIER)).own
    assert hash(own) == hash(model_figures(Chosen(COURIER)).own)
    heavier = written(tmp_path, ('<mass value="0.62"/>', '<mass value="0.63"/>'))
    assert own != model_figures(Chosen(heavier)).own


def test_it_says_where_the_centre_is_and_how_high_the_base():
    own = model_figures(Chosen(COURIER)).own
    assert [round(value, 6) for value in own.centre] == [0.02, 0.0, 0.028]
    assert abs(own.lift) < 1e-9
    assert own.joints == ("left_axle", "right_axle")
    assert own.signs == (1, 1)
