"""TIFF files of kinds that Pillow does not know: in double precision, or floats in colour."""

import warnings
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin

from bildsim.basics.errors import UsageError
from bildsim.targets.files.pixels import Pixels, is_coloured, pixels_of
from bildsim.targets.files.user_file import check_pixels, file_error

# The last is BigTIFF's, whose header is longer; Pillow reads no tags of one in the other order.
_BEGINNINGS = (b"II*\0", b"MM\0*", b"II+\0")
_WIDTH, _HEIGHT = 256, 257


def is_tiff(file: BinaryIO) -> bool:
    """Return whether a file begins as TIFF or BigTIFF files do."""
    file.seek(0)
    return file.read(4) in _BEGINNINGS


def read_float_tiff(file: BinaryIO, path: Path) -> Pixels:
    """Return the pixels of a TIFF file's first page, as OpenCV decodes it.

    Raises:
        UsageError: it is damaged or too large.
    """
    damaged = file_error(path, "is a TIFF picture that cannot be read: it may be damaged")
    try:
        check_pixels(_size(file), path)
        file.seek(0)
        values = _decoded(np.frombuffer(file.read(), dtype=np.uint8))
    except UsageError:
        raise
    except Exception:  # a damaged header can lead both readers to many kinds of error
        raise damaged from None
    if values is None or not (values.ndim == 2 or is_coloured(values.shape)):
        raise damaged
    # OpenCV has blue first.
    order = {3: [2, 1, 0], 4: [2, 1, 0, 3]}.get(values.shape[-1] if values.ndim == 3 else 1)
    return pixels_of(values if order is None else values[..., order])


def _size(file: BinaryIO) -> tuple[int, int]:
    """Return the rows and columns that the header promises, before anything is decoded."""
    file.seek(0)
    header = file.read(8)
    if header.startswith(_BEGINNINGS[-1]):
        header += file.read(8)
    tags = TiffImagePlugin.ImageFileDirectory_v2(header)
    file.seek(tags.next)
    with warnings.catch_warnings():
        # Pillow warns of oddities in damaged headers; what cannot be read is said below.
        warnings.simplefilter("ignore")
        tags.load(file)
        return int(tags[_HEIGHT]), int(tags[_WIDTH])


def _decoded(content: NDArray[np.uint8]) -> NDArray[Any] | None:
    # OpenCV prints what it thinks of a file's tags.
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        return cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
    finally:
        cv2.utils.logging.setLogLevel(level)
