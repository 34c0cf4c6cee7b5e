"""The blocks of changes (``diff``) of a page, and a copy of the package to which they are made."""

import importlib.util
import re

from tests.docs.pages import ROOT

_SPEC = importlib.util.spec_from_file_location("package", ROOT / "docs" / "hooks" / "package.py")
package = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(package)
_BLOCKS = re.compile(r"^```diff\n(.*?)^```", re.DOTALL | re.MULTILINE)


def changes(text):
    """Return the changes of a page: (file, lines before, lines after), one for each part."""
    found = []
    for block in _BLOCKS.findall(text):
        head, _, rest = block.partition("\n+++ ")
        name, _, body = rest.partition("\n")
        assert head == f"--- {name}"
        for part in body.split("@@\n"):
            lines = part.splitlines(keepends=True)
            assert all(line[0] in " +-" for line in lines)
            before = "".join(line[1:] for line in lines if line[0] != "+")
            after = "".join(line[1:] for line in lines if line[0] != "-")
            found.append((name, before, after))
    return found


def changed_package(text, folder):
    """Copy the package into a folder, with the changes of a page made."""
    package.copy_package(folder)
    for name, before, after in changes(text):
        path = folder / "bildsim" / name.removeprefix("bildsim/")
        old = path.read_text(encoding="utf-8")
        assert old.count(before) == 1, f"{name} has {old.count(before)} times:\n{before}"
        path.write_text(old.replace(before, after), encoding="utf-8")
