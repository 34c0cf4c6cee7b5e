"""The hooks of the site, which mkdocs loads by their paths, as modules."""

import importlib.util

from tests.docs.pages import ROOT


def hook(name):
    """Return the module of a hook."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / "hooks" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
