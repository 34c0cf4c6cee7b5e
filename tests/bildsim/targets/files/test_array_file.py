"""Arrays as targets: their cells, and arrays that are no density."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from bildsim.basics.errors import UsageError
from bildsim.density.grid import Grid
from bildsim.targets.files.target_file import film_from_file, target_from_file
from tests.bildsim.targets.files.quarters import cell_centres

GRID = Grid(0.05)


def test_top_row_of_an_array_file_is_at_the_bottom(tmp_path):
    np.save(tmp_path / "array.npy", np.array([[1, 0], [2, 0], [0, 5]]))
    density = target_from_file(tmp_path / "array.npy").density(cell_centres(3, 2))
    mass = 4.0 * 8.0 / 6.0
    assert density == pytest.approx(0.98 * np.array([[1, 0], [2, 0], [0, 5]]) / mass + 0.005)


# Sides 1 to 5, so that 120 is a multiple of each and of its half cells.
arrays = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.uint8, np.int32]),
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=5),
    elements=st.integers(min_value=0, max_value=100),
).filter(np.any)


@given(values=arrays, fortran=st.booleans())
def test_array_files_come_back_at_the_centres_of_their_cells(tmp_path_factory, values, fortran):
    path = tmp_path_factory.mktemp("arrays") / "array.npy"
    np.save(path, np.asfortranarray(values) if fortran else values)
    density = target_from_file(path).density(cell_centres(*values.shape))
    expected = 0.98 * values.astype(float) / (4.0 * values.mean(dtype=float)) + 0.005
    assert density == pytest.approx(expected, rel=1e-12)


def test_array_near_the_largest_float_does_not_overflow(tmp_path):
    np.save(tmp_path / "array.npy", np.full((3, 3), 1.7e308))
    assert target_from_file(tmp_path / "array.npy").on_grid(GRID) == pytest.approx(
        np.full((41, 41), 0.25)
    )


@pytest.mark.parametrize(
    ("array", "problem"),
    [
        (np.array([[1.0, np.nan]]), "NaN or infinite"),
        (np.array([[1.0, np.inf]]), "NaN or infinite"),
        (np.array([[1.0, -0.1]]), "negative"),
        (np.zeros((3, 3)), "zero"),
        (np.ones(5), "1 dimensions"),
        (np.ones((2, 2, 2, 2)), "4 dimensions"),
        (np.array(1.0), "0 dimensions"),
        (np.ones((0, 4)), "empty"),
        (np.ones((2, 2), dtype=complex), "complex128"),
        (np.array([["a", "b"]]), "holds <U1 values: they must be real numbers"),
        (np.ones((2, 2), dtype=complex), "holds complex128 values: they must be real numbers"),
        (np.array([["2020-01-01"]], dtype="datetime64[D]"), "real numbers"),
        (np.array([[1, None]], dtype=object), "objects"),
    ],
)
def test_arrays_that_are_no_density_are_rejected(tmp_path, array, problem):
    path = tmp_path / "array.npy"
    np.save(path, array)
    with pytest.raises(UsageError, match=f"target_file='{path}' .*{problem}"):
        target_from_file(path)


def test_archive_renamed_to_an_array_file(tmp_path):
    np.savez(tmp_path / "archive.npz", np.ones((2, 2)))
    (tmp_path / "archive.npz").rename(tmp_path / "archive.npy")
    with pytest.raises(UsageError, match=r"archive.npy. is damaged"):
        target_from_file(tmp_path / "archive.npy")


def picture():
    """Return a picture of 9 x 6 pixels in colour: white, black, and each other one drawn."""
    colours = np.random.default_rng(1).integers(0, 256, (6, 9, 3), dtype=np.uint8)
    colours[0, 0], colours[0, 1] = 255, 0
    return colours


def density_of(path, **reading):
    return target_from_file(path, **reading).shape.values


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("form", ["grey", "rgb", "rgba", "planes", "float", "sixteen bits"])
def test_an_array_of_a_picture_is_that_picture(tmp_path, form, dark):
    colours = picture()
    opacity = np.full((6, 9, 1), 255, np.uint8)
    opacity[2:4] = 51
    pixels = {
        "grey": colours[..., 0],
        "rgba": np.concatenate([colours, opacity], axis=-1),
    }.get(form, colours)
    array = {
        "planes": np.moveaxis(colours, -1, 0),
        "float": colours / 255.0,
        "sixteen bits": colours.astype(np.uint16) * 257,
    }.get(form, pixels)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    np.save(tmp_path / "a.npy", array)
    expected = density_of(tmp_path / "a.png", target_dark=dark)
    read = density_of(tmp_path / "a.npy", target_layout="picture", target_dark=dark)
    # Floats and 16 bits are not rounded to 8 when colours are reduced: half a step of them.
    rounding = 0.5 / 255 if form in ("float", "sixteen bits") else 0.0
    np.testing.assert_allclose(read, expected, rtol=0.0, atol=rounding * (1 + 1e-4))


@pytest.mark.parametrize(
    ("shape", "frames"), [((6, 9, 3), 6), ((6, 9, 4), 6), ((6, 9, 1), 6), ((3, 6, 9), 3)]
)
def test_an_array_that_may_be_in_colour_is_not_guessed_at(tmp_path, shape, frames):
    path = tmp_path / "a.npy"
    np.save(path, np.ones(shape))
    with pytest.raises(UsageError) as refused:
        target_from_file(path)
    said = str(refused.value)
    assert said.startswith(f"target_file='{path}' of shape {shape} can be a picture or a film: ")
    assert "target_layout='picture' takes it for a picture of 9 x 6 pixels" in said
    assert f"target_layout='film' for {frames} frames of " in said
    assert len(film_from_file(path, 1.0, target_layout="film").course.frames) == frames
    assert density_of(path, target_layout="picture").shape == (6, 9)


@pytest.mark.parametrize(
    ("shape", "layout"),
    [
        ((5,), None),
        ((2, 5, 6, 3), None),
        ((6, 9), "film"),
        ((8, 6, 9), "density"),
        ((8, 6, 9), "picture"),
        ((2, 5, 6, 3), "picture"),
    ],
)
def test_a_shape_that_cannot_be_it_is_refused_with_those_that_can(tmp_path, shape, layout):
    np.save(tmp_path / "a.npy", np.ones(shape))
    kind = layout or "density"
    with pytest.raises(UsageError, match=f"{len(shape)} dimensions and is no {kind}: .*'picture'"):
        target_from_file(tmp_path / "a.npy", target_layout=layout)


def test_nothing_is_dark_in_numbers(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((6, 9)))
    with pytest.raises(UsageError, match="target_dark needs target_layout='picture'"):
        target_from_file(tmp_path / "a.npy", target_dark=True)


@pytest.mark.parametrize("suffix", [".npz", ".csv"])
def test_archives_and_tables_are_arrays(tmp_path, suffix):
    values = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 5.0]])
    if suffix == ".npz":
        np.savez(tmp_path / "a.npz", values)
    else:
        np.savetxt(tmp_path / "a.csv", values, delimiter=",")
    np.testing.assert_array_equal(density_of(tmp_path / f"a{suffix}"), values / 5.0)
    top = density_of(tmp_path / f"a{suffix}", target_layout="picture")
    assert top[0, 1] == top.max()


def test_what_was_read_is_told(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((6, 9)))
    np.save(tmp_path / "b.npy", np.ones((5, 6, 9)))
    told = "array as a density, 6 rows x 9 columns, first row at y = -1"
    assert target_from_file(tmp_path / "a.npy").source == f"a.npy: {told}"
    assert target_from_file(tmp_path / "a.npy", target_layout="picture").source == (
        "a.npy: array as a picture, 9 x 6 pixels, top row at y = +1, bright is dense"
    )
    assert film_from_file(tmp_path / "b.npy", 2.5).source == (
        "b.npy: array as a film, frames of 6 rows x 9 columns, first row at y = -1; "
        "5 frames in 2.5 s"
    )
