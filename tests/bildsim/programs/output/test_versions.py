"""Results say by which versions they were made."""

import platform
from importlib.metadata import version

from bildsim.programs.output.versions import versions


def test_python_and_the_packages_that_decide_numbers_are_named():
    found = versions()
    assert found["python"] == platform.python_version()
    for name in ("numpy", "numba", "scipy"):
        assert found[name] == version(name)
    assert all(isinstance(item, str) for item in found.values())
