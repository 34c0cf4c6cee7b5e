"""Which versions of Python and of the packages gave a result."""

import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = ("bildsim", "pybullet", "pybullet-arm64", "numpy", "scipy", "numba", "gymnasium")


def versions() -> dict[str, str]:
    """Return the versions by name; packages that are not installed are left out."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
