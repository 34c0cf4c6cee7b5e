"""Names that a package exports and that are imported only when they are used."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_exports(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package (PEP 562) that finds its public names.

    Importing the package, or one of its modules, then imports none of the others: no circles, and
    nothing heavy before it is needed.

    Args:
        package: its full name.
        homes: the module, within the package, of each public name.
    """

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return find
