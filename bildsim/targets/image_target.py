"""Target densities from files: a picture, or a NumPy array."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import imageio.v3 as iio
import numpy as np
from imageio.core.request import InitializationError
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from scipy import ndimage

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError, reason_of
from bildsim.targets.target import AREA, WHAT_A_DENSITY_IS, Target

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm")
VIDEO_SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi")
BLUR = 0.03
LARGEST_SIDE = 512
LARGEST_IMAGE = 64_000_000


@dataclass(frozen=True, eq=False)
class DensityMap:
    """A density given by its values at the centres of equal cells that tile C.

    Attributes:
        values: (rows, columns); element [i, j] belongs to the centre of cell (x_j, y_i), and y
            grows with i.
    """

    values: Floats

    def __call__(self, points: Floats) -> Floats:
        """Return the density (...) at ``points`` (..., 2) in metres.

        Bilinear between the centres of the cells, constant beyond the outermost ones. The
        integral of this function over C is exactly the mean of ``values`` times the area of C.
        """
        rows, columns = self.values.shape
        row = 0.5 * (points[..., 1] + 1.0) * rows - 0.5
        column = 0.5 * (points[..., 0] + 1.0) * columns - 0.5
        sampled = ndimage.map_coordinates(self.values, [row, column], order=1, mode="nearest")
        return np.asarray(sampled, dtype=np.float64)


def target_from_file(path: str | Path) -> Target:
    """Read a target from a picture or a ``.npy`` file.

    A picture is stretched over C with its top row at y = +1. Its brightness is the density:
    colours are reduced to greyscale, transparent parts count as black. It is reduced to 512
    pixels a side by averaging areas, if it is larger, and blurred by a Gaussian of 0.03 m.

    In a ``.npy`` file element [i, j] is the density at the centre of cell (x_j, y_i), y growing
    with i: the first row lies at the bottom of C. It is taken as it is, without a blur.

    Raises:
        UsageError: the file is missing, cannot be read, or is not a density.
    """
    path = Path(path)
    with open_file(path) as file:
        density = DensityMap(_read(file, path))
    return Target(path.stem, density, AREA * float(density.values.mean()))


def _read(file: BinaryIO, path: Path) -> Floats:
    suffix = path.suffix.lower()
    if suffix == ".npy":
        return checked(_flat(read_array(file, path), path), path)
    if suffix in IMAGE_SUFFIXES:
        return blurred(checked(_read_picture(file, path), path))
    known = ", ".join((*IMAGE_SUFFIXES, *VIDEO_SUFFIXES))
    raise file_error(path, f"has an unknown extension: use .npy or {known}")


def file_error(path: Path, problem: str) -> UsageError:
    """Return the error that says what is wrong with the file."""
    return UsageError("{target_file} {0}", problem, target_file=str(path))


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises:
        UsageError: it does not exist or cannot be read.
    """
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise file_error(path, "does not exist: give a picture, a video or a .npy file") from None
    except IsADirectoryError:
        raise file_error(path, "is a directory: give a picture, a video or a .npy file") from None
    except (OSError, ValueError) as error:
        raise file_error(path, f"cannot be read: {reason_of(error)}") from None


def read_array(file: BinaryIO, path: Path) -> Floats:
    """Return the real numbers of a ``.npy`` file, of any dimensions.

    Raises:
        UsageError: it is damaged or holds something else.
    """
    try:
        # Not np.load: it would also open archives and pickles that only carry this extension.
        values = np.lib.format.read_array(file, allow_pickle=False)
    except Exception:  # a damaged header can lead NumPy's reader to many kinds of error
        raise file_error(
            path, "is damaged or holds objects: only a whole .npy array is read"
        ) from None
    if values.dtype.kind not in "buif":
        raise file_error(path, f"holds {values.dtype} values: they must be real numbers")
    return np.asarray(values, dtype=np.float64)


def _flat(values: Floats, path: Path) -> Floats:
    if values.ndim != 2:
        raise file_error(
            path,
            f"has {values.ndim} dimensions: it must have 2, [row along y, column x], or 3 with "
            "the frames of a target that moves first",
        )
    return values


def _read_picture(file: BinaryIO, path: Path) -> Floats:
    """Return the brightness of a picture, (rows, columns), its bottom row first."""
    with warnings.catch_warnings():
        # Pillow warns of large pictures and of oddities in headers; the limit below is ours.
        warnings.simplefilter("ignore")
        try:
            with iio.imopen(file, "r", plugin="pillow") as picture:
                _check_size(picture.properties(index=0).shape, path)
                brightness = _upright(_brightness(picture), picture)
        except UsageError:
            raise
        except Exception as error:  # decoders raise whatever a damaged file leads to
            if isinstance(error.__cause__, Image.DecompressionBombError):
                raise _too_large(path) from None
            raise file_error(path, _what_is_wrong(error)) from None
    return _reduced(brightness)[::-1]


def _check_size(shape: tuple[int, ...], path: Path) -> None:
    if shape[0] * shape[1] > LARGEST_IMAGE:
        raise _too_large(path)


def _what_is_wrong(error: Exception) -> str:
    # The plugin says so of all that Pillow does not know.
    if isinstance(error, InitializationError | UnidentifiedImageError):
        return "is not a picture that can be read: it may be damaged"
    return f"cannot be read as a picture: {error}"


def _too_large(path: Path) -> UsageError:
    return file_error(
        path, f"is too large: at most {LARGEST_IMAGE // 10**6} million pixels are read"
    )


def _brightness(picture: Any) -> NDArray[np.float32]:
    """Return the brightness of a picture that imageio has opened, (rows, columns), top row first.

    Deep greyscale is not sent through 8 bits; everything else has 8 a channel. Where a picture is
    transparent its brightness is 0.
    """
    about = picture.metadata(index=0, exclude_applied=False)
    if about["mode"].startswith(("I", "F")):
        return np.asarray(picture.read(index=0), dtype=np.float32)
    if about["mode"] not in ("LA", "La", "PA", "RGBA", "RGBa") and "transparency" not in about:
        return np.asarray(picture.read(index=0, mode="L"), dtype=np.float32)
    colours = picture.read(index=0, mode="RGBA").astype(np.int64)
    red, green, blue, opacity = np.moveaxis(colours, -1, 0)
    # ITU-R 601-2 luma in 16 fixed bits, as Pillow reduces colours that are opaque.
    grey = (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16
    shown = opacity.astype(np.float32) / np.float32(255.0)
    return np.asarray(shown * grey.astype(np.float32))


def _upright(brightness: NDArray[np.float32], picture: Any) -> NDArray[np.float32]:
    """Return a picture as its EXIF orientation says that it is to be seen.

    Not by imageio's ``rotate``, which turns greyscale about the wrong axes.
    """
    turns: dict[int, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
        2: np.fliplr,
        3: lambda image: np.rot90(image, 2),
        4: np.flipud,
        5: np.transpose,
        6: lambda image: np.rot90(image, -1),
        7: lambda image: np.rot90(image, 2).T,
        8: np.rot90,
    }
    turn = turns.get(picture.metadata(index=0, exclude_applied=False).get("Orientation", 1))
    return brightness if turn is None else np.ascontiguousarray(turn(brightness))


def _reduced(brightness: NDArray[np.float32]) -> Floats:
    """Return a picture of at most 512 pixels a side, by averages over areas."""
    rows, columns = brightness.shape
    size = (min(columns, LARGEST_SIDE), min(rows, LARGEST_SIDE))
    picture = Image.fromarray(brightness).resize(size, Image.Resampling.BOX)
    return np.asarray(picture, dtype=np.float64)


def checked(values: Floats, path: Path) -> Floats:
    """Return the values scaled to a maximum of 1, or raise the error that says what is wrong."""
    problem = None
    if values.size == 0:
        problem = "is empty"
    elif not np.isfinite(values).all():
        problem = "holds NaN or infinite values"
    elif (values < 0.0).any():
        problem = "holds negative values"
    elif not values.any():
        problem = "is black (zero) all over"
    if problem:
        raise file_error(path, f"{problem}: {WHAT_A_DENSITY_IS}")
    # Scaled, because the sum of numbers near the largest float would overflow.
    return values / float(values.max())


def blurred(values: Floats) -> Floats:
    """Blur by ``BLUR`` metres; reflection at the walls keeps all of the mass inside."""
    pixels = [BLUR * count / 2.0 for count in values.shape]
    return np.asarray(ndimage.gaussian_filter(values, pixels, mode="reflect"))
