"""Obstacles on a frame lie where they stand, and not beyond the walls."""

import numpy as np

from bildsim.drawing.heatmap import ArenaMap
from bildsim.drawing.obstacles import draw_obstacles
from bildsim.drawing.palette import WALL
from bildsim.obstacles.reading import obstacles_of

ARENA = ArenaMap(20, 10, 300, 0.025)


def test_they_are_drawn_where_they_stand():
    obstacles = obstacles_of("disc:0.3,0.2,0.15 box:-0.4,0,0.2,0.6,30")
    frame = np.zeros((330, 340, 3), np.uint8)
    draw_obstacles(frame, ARENA, obstacles.outlines)
    for inside in ([0.3, 0.2], [-0.4, 0.0], [-0.5, 0.2]):
        column, row = np.rint(ARENA.to_pixels(np.array(inside))).astype(int)
        assert tuple(frame[row, column]) == WALL
    column, row = np.rint(ARENA.to_pixels(np.array([0.0, -0.5]))).astype(int)
    assert not frame[row, column].any()


def test_what_lies_beyond_the_arena_is_left_out():
    frame = np.zeros((330, 340, 3), np.uint8)
    draw_obstacles(frame, ARENA, obstacles_of("disc:1,1,0.3").outlines)
    assert frame[10:40, 290:320].any()
    assert not frame[:10].any()
    assert not frame[:, 320:].any()
