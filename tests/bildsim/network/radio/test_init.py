"""The package of radios exports what its users need."""

from bildsim.network import radio


def test_all_names_are_there():
    assert all(hasattr(radio, name) for name in radio.__all__)
