"""The blocks of changes (``diff``) of a page, made to a copy of the package."""

import re

from tests.docs.hooks_loaded import hook

package = hook("package")
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


def change(text, folder):
    """Make the changes of a page to a copy of the package."""
    for name, before, after in changes(text):
        path = folder / "bildsim" / name.removeprefix("bildsim/")
        old = path.read_text(encoding="utf-8")
        assert old.count(before) == 1, f"{name} has {old.count(before)} times:\n{before}"
        path.write_text(old.replace(before, after), encoding="utf-8")
