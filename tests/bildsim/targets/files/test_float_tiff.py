"""TIFF files that Pillow does not know: the same target as the same picture in 8 bits."""

import struct

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.targets.files.float_tiff import is_tiff
from bildsim.targets.files.target_file import target_from_file
from tests.bildsim.targets.files.quarters import assert_quarters, three_quarters


def write(path, values):
    """Write a TIFF file whose colours, if it has any, are those of ``values``."""
    order = [2, 1, 0, 3][: values.shape[-1]] if values.ndim == 3 else slice(None)
    path.write_bytes(cv2.imencode(".tif", values[..., order])[1].tobytes())
    return path


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1.0, 255.0])
def test_floating_point(tmp_path, kind, scale):
    grey = (three_quarters() / 255.0 * scale).astype(kind)
    assert_quarters(write(tmp_path / "grey.tif", grey))
    assert_quarters(write(tmp_path / "colour.tif", np.repeat(grey[..., None], 3, axis=2)))


def test_colours_count_by_their_brightness(tmp_path):
    colours = np.zeros((40, 40, 3), np.float32)
    colours[:, :20, 0], colours[:, 20:, 2] = 1.0, 1.0
    target = target_from_file(write(tmp_path / "red_blue.tiff", colours))
    red, blue = target.shape(np.array([[-0.5, 0.0], [0.5, 0.0]]))
    assert red / blue == pytest.approx(0.299 / 0.114, rel=1e-5)


def test_opacity_counts(tmp_path):
    colours = np.ones((60, 80, 4), np.float32)
    colours[..., 3] = three_quarters() / 255.0
    assert_quarters(write(tmp_path / "clear.tif", colours))


def test_opencv_prints_nothing(tmp_path, capfd):
    target_from_file(write(tmp_path / "grey.tif", three_quarters().astype(np.float64)))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), ("<", True)])
def test_absurdly_large_ones_are_refused_on_their_header(tmp_path, order, big):
    path = tmp_path / "poster.tif"
    mark = b"II" if order == "<" else b"MM"
    # Two tags, width and height, of 32 bits, and a sample format that Pillow does not know.
    tags = [(256, 4, 1, 60_000), (257, 4, 1, 60_000)]
    if big:
        head = mark + struct.pack(order + "HHHQQ", 43, 8, 0, 16, len(tags))
        body = b"".join(struct.pack(order + "HHQIxxxx", *tag) for tag in tags)
    else:
        head = mark + struct.pack(order + "HIH", 42, 8, len(tags))
        body = b"".join(struct.pack(order + "HHII", *tag) for tag in tags)
    path.write_bytes(head + body + bytes(8))
    with pytest.raises(UsageError, match=r"poster.tif' is too large: at most 64"):
        target_from_file(path)


def test_other_files_do_not_begin_as_tiff(tmp_path):
    write(tmp_path / "a.tif", three_quarters())
    (tmp_path / "b.tif").write_bytes(b"GIF89a")
    for name, expected in (("a.tif", True), ("b.tif", False)):
        with (tmp_path / name).open("rb") as file:
            assert is_tiff(file) is expected


@given(data=st.data())
def test_damaged_ones_lead_to_a_target_or_to_one_sentence(tmp_path_factory, data):
    path = write(tmp_path_factory.mktemp("d") / "a.tif", three_quarters().astype(np.float64))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.one_of(st.integers(0, 300), st.integers(-300, -1)))
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.one_of(st.none(), st.integers(0, len(content))))])
    said, least = None, 1.0
    try:
        least = target_from_file(path).density(np.zeros(2))
    except UsageError as error:
        said = str(error)
    assert said is None or said.startswith(f"target_file={str(path)!r} ")
    assert least > 0.0


def test_of_a_damaged_header_one_sentence_is_said_and_no_warning(tmp_path, recwarn):
    path = write(tmp_path / "a.tif", three_quarters().astype(np.float64))
    whole = path.read_bytes()
    for cut in range(8, len(whole), max(1, len(whole) // 60)):
        path.write_bytes(whole[:cut])
        with pytest.raises(UsageError, match=r"may be damaged"):
            target_from_file(path)
    assert not recwarn.list
