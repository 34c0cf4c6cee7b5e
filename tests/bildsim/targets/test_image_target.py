import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from bildsim.basics.errors import UsageError
from bildsim.density.grid import Grid
from bildsim.targets.image_target import DensityMap, target_from_file

GRID = Grid(0.05)


def cell_centres(rows, columns):
    x = -1.0 + (2.0 * np.arange(columns) + 1.0) / columns
    y = -1.0 + (2.0 * np.arange(rows) + 1.0) / rows
    return np.stack(np.meshgrid(x, y), axis=-1)


def shares_of_quarters(target):
    """Return the target's mass in each quarter of C: [[lower left, lower right], [upper ...]]."""
    density = target.density(cell_centres(200, 200))
    return density.reshape(2, 100, 2, 100).sum(axis=(1, 3)) / density.sum()


def write_picture(path, pixels, mode=None):
    Image.fromarray(pixels, mode).save(path) if mode else Image.fromarray(pixels).save(path)
    return path


def three_quarters():
    """Return pixels, top row first: upper left 200, lower left 100, lower right 0, rest 0."""
    pixels = np.zeros((60, 80), dtype=np.uint8)
    pixels[:30, :40] = 200
    pixels[30:, :40] = 100
    return pixels


QUARTERS = 0.98 * np.array([[1 / 3, 0.0], [2 / 3, 0.0]]) + 0.005


def assert_quarters(path):
    # The blur of 0.03 m moves 0.024 m of the bright side over each edge, which is 2.4 % of it.
    assert shares_of_quarters(target_from_file(path)) == pytest.approx(QUARTERS, abs=0.03)


@pytest.mark.parametrize("suffix", [".png", ".PNG", ".bmp", ".tif", ".jpg", ".webp", ".gif"])
def test_top_row_of_a_picture_is_at_the_top(tmp_path, suffix):
    assert_quarters(write_picture(tmp_path / f"picture{suffix}", three_quarters()))


def test_top_row_of_an_array_file_is_at_the_bottom(tmp_path):
    np.save(tmp_path / "array.npy", np.array([[1, 0], [2, 0], [0, 5]]))
    density = target_from_file(tmp_path / "array.npy").density(cell_centres(3, 2))
    mass = 4.0 * 8.0 / 6.0
    assert density == pytest.approx(0.98 * np.array([[1, 0], [2, 0], [0, 5]]) / mass + 0.005)


def test_colours_count_by_their_brightness(tmp_path):
    pixels = np.repeat(three_quarters()[..., None], 3, axis=2)
    assert_quarters(write_picture(tmp_path / "colour.png", pixels))


def test_transparent_parts_count_as_black(tmp_path):
    pixels = np.full((60, 80, 4), 255, dtype=np.uint8)
    pixels[..., 3] = three_quarters()
    assert_quarters(write_picture(tmp_path / "transparent.png", pixels))


def test_greyscale_with_transparency(tmp_path):
    pixels = np.stack([np.full((60, 80), 255, dtype=np.uint8), three_quarters()], axis=-1)
    assert_quarters(write_picture(tmp_path / "grey.png", pixels))


def test_sixteen_bits_are_not_cut_to_eight(tmp_path):
    # All of these levels fall into the lowest of eight-bit's 256.
    assert_quarters(write_picture(tmp_path / "deep.png", three_quarters().astype(np.uint16)))


def test_floating_point_picture(tmp_path):
    assert_quarters(write_picture(tmp_path / "real.tif", three_quarters().astype(np.float32)))


def test_photograph_is_taken_as_its_camera_was_held(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: the stored picture is to be turned clockwise by 90 degrees
    turned = Image.fromarray(np.ascontiguousarray(np.rot90(three_quarters())))
    turned.save(tmp_path / "photograph.jpg", exif=exif)
    assert_quarters(tmp_path / "photograph.jpg")


def test_large_picture_is_reduced_without_changing_its_shares(tmp_path):
    large = np.kron(three_quarters(), np.ones((30, 30), dtype=np.uint8))
    target = target_from_file(write_picture(tmp_path / "large.png", large))
    assert target.shape.values.shape == (512, 512)
    assert shares_of_quarters(target) == pytest.approx(QUARTERS, abs=0.03)


@pytest.mark.parametrize("side", [9_000, 60_000])
def test_absurdly_large_picture_is_refused_on_its_header(tmp_path, side):
    path = tmp_path / "poster.pgm"
    path.write_bytes(f"P5 {side} {side} 255\n".encode())
    with pytest.raises(UsageError, match=r"target_file=.*poster.pgm. is too large: at most 64"):
        target_from_file(path)


def test_picture_is_blurred_by_three_centimetres(tmp_path):
    pixels = np.zeros((400, 400), dtype=np.uint8)
    pixels[200, 200] = 255
    target = target_from_file(write_picture(tmp_path / "dot.png", pixels))
    points = cell_centres(400, 400)
    weights = target.density(points) - 0.005
    x = points[..., 0]
    mean = np.average(x, weights=weights)
    # Bilinear interpolation and the cut of the kernel at four deviations change it by less.
    assert np.sqrt(np.average((x - mean) ** 2, weights=weights)) == pytest.approx(0.03, rel=0.01)


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


@given(values=arrays)
def test_mass_of_an_array_is_the_integral_of_its_interpolation(values):
    density = DensityMap(values.astype(float))
    # With 120 cells a side no kink of the interpolation lies inside a cell of the midpoint rule,
    # which is exact for bilinear functions.
    assert density(cell_centres(120, 120)).mean() == pytest.approx(
        values.mean(dtype=float), rel=1e-9
    )


def test_array_is_bilinear_between_centres_and_constant_beyond(tmp_path):
    np.save(tmp_path / "array.npy", np.array([[0.0, 1.0], [2.0, 3.0]]))
    shape = target_from_file(tmp_path / "array.npy").shape
    points = np.array([[0.0, 0.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [0.25, 0.5]])
    assert 3.0 * shape(points) == pytest.approx([1.5, 0.0, 1.0, 2.0, 2.75])


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
        (np.ones((2, 2, 2)), "3 dimensions"),
        (np.array(1.0), "0 dimensions"),
        (np.ones((0, 4)), "empty"),
        (np.ones((2, 2), dtype=complex), "complex128"),
        (np.array([["a", "b"]]), "real numbers"),
        (np.array([["2020-01-01"]], dtype="datetime64[D]"), "real numbers"),
        (np.array([[1, None]], dtype=object), "objects"),
    ],
)
def test_arrays_that_are_no_density_are_rejected(tmp_path, array, problem):
    path = tmp_path / "array.npy"
    np.save(path, array)
    with pytest.raises(UsageError, match=f"target_file='{path}' .*{problem}"):
        target_from_file(path)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I;16", "1", "P"])
def test_black_pictures_are_rejected(tmp_path, mode):
    path = tmp_path / "black.png"
    Image.new(mode, (8, 8)).save(path)
    with pytest.raises(UsageError, match=f"target_file='{path}' is black"):
        target_from_file(path)


@pytest.mark.parametrize("name", ["none.png", "none.npy"])
def test_missing_file(tmp_path, name):
    with pytest.raises(UsageError, match=f"target_file=.*{name}' does not exist"):
        target_from_file(tmp_path / name)


def test_directory(tmp_path):
    with pytest.raises(UsageError, match=r"target_file=.* is a directory"):
        target_from_file(tmp_path)


def test_unknown_extension(tmp_path):
    (tmp_path / "density.csv").write_text("1,2")
    with pytest.raises(UsageError, match=r"density.csv. has an unknown extension: use .npy"):
        target_from_file(tmp_path / "density.csv")


def test_archive_renamed_to_an_array_file(tmp_path):
    np.savez(tmp_path / "archive.npz", np.ones((2, 2)))
    (tmp_path / "archive.npz").rename(tmp_path / "archive.npy")
    with pytest.raises(UsageError, match=r"archive.npy. is damaged"):
        target_from_file(tmp_path / "archive.npy")


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
