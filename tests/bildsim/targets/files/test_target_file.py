"""A file is taken for what it is, and whatever is none is refused in one sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.density.grid import Grid
from bildsim.targets.files.target_file import film_from_file, target_from_file
from tests.bildsim.targets.files.quarters import three_quarters, write_picture

GRID = Grid(0.05)


@pytest.mark.parametrize("name", ["none.png", "none.npy"])
def test_missing_file(tmp_path, name):
    with pytest.raises(UsageError, match=f"target_file=.*{name}' does not exist"):
        target_from_file(tmp_path / name)


def test_only_three_dimensions_and_videos_are_films(tmp_path):
    np.save(tmp_path / "film.npy", np.ones((2, 3, 5)))
    np.save(tmp_path / "density.npy", np.ones((3, 5)))
    with pytest.raises(UsageError, match=r"film.npy. holds 2 frames: it is a target that moves"):
        target_from_file(tmp_path / "film.npy")
    with pytest.raises(UsageError, match=r"density.npy. is a target at rest"):
        film_from_file(tmp_path / "density.npy", 1.0)


def test_directory(tmp_path):
    with pytest.raises(UsageError, match=r"target_file=.* is a directory"):
        target_from_file(tmp_path)


def test_unknown_extension(tmp_path):
    (tmp_path / "density.txt").write_text("1,2")
    with pytest.raises(UsageError, match=r"density.txt. has an unknown extension: use one of .npy"):
        target_from_file(tmp_path / "density.txt")


def whole_file(folder, name):
    path = folder / name
    if name.endswith(".npy"):
        np.save(path, np.ones((9, 9)))
    else:
        write_picture(path, three_quarters())
    return path.read_bytes()


@given(name=st.sampled_from(["d.npy", "d.png", "d.jpg", "d.tif"]), data=st.data())
def test_damaged_files_lead_to_a_target_or_to_one_sentence(tmp_path_factory, name, data):
    folder = tmp_path_factory.mktemp("damaged")
    content = bytearray(whole_file(folder, name))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, min(len(content), 200) - 1))] = data.draw(
            st.integers(0, 255)
        )
    cut = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    (folder / name).write_bytes(content[:cut])
    said = None
    try:
        lowest = target_from_file(folder / name).on_grid(GRID).min()
    except UsageError as error:
        said, lowest = str(error), None
    assert said is None or said.startswith(f"target_file={str(folder / name)!r} ")
    assert lowest is None or lowest > 0.0


@pytest.mark.parametrize("layout", ["film", "density"])
def test_a_picture_is_only_a_picture(tmp_path, layout):
    path = write_picture(tmp_path / "a.png", three_quarters())
    with pytest.raises(UsageError, match=rf"a.png' is a picture .* target_layout='{layout}'"):
        target_from_file(path, target_layout=layout)


@pytest.mark.parametrize("layout", ["picture", "density"])
def test_a_video_is_only_a_film(tmp_path, layout):
    (tmp_path / "a.mp4").write_bytes(b"")
    with pytest.raises(UsageError, match=rf"a.mp4' is a video and .* target_layout='{layout}'"):
        film_from_file(tmp_path / "a.mp4", 1.0, target_layout=layout)
