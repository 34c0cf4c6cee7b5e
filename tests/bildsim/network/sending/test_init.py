"""What the package offers."""

import bildsim.network.sending as package


def test_all_that_is_named_is_there():
    assert all(hasattr(package, name) for name in package.__all__)
