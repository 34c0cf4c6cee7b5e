"""What is installed is what is in the tree, under one name."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = ("bildsim", "assets", "controllers", "envs")


def name(folder):
    words = folder.relative_to(ROOT).parts
    return ".".join(words if words[0] == "bildsim" else ("bildsim", *words))


def test_every_folder_of_modules_is_installed():
    found = {name(path.parent) for top in FOLDERS for path in (ROOT / top).rglob("*.py")}
    assert set(SETTINGS["tool"]["setuptools"]["packages"]) == found


def test_every_folder_of_modules_is_a_package():
    found = {path.parent for top in FOLDERS for path in (ROOT / top).rglob("*.py")}
    assert all((folder / "__init__.py").exists() for folder in found)


def test_no_folder_is_crowded():
    for top in FOLDERS:
        for init in (ROOT / top).rglob("__init__.py"):
            assert len(list(init.parent.glob("*.py"))) - 1 <= 14, init.parent
