"""What is installed is what is in the tree, under one name."""

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

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


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this tree, built by the backend that pyproject.toml names."""
    work = tmp_path_factory.mktemp("wheel")
    source = work / "source"
    source.mkdir()
    # From a copy: the backend writes beside the sources, and reads what earlier builds left there.
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for folder in FOLDERS:
        shutil.copytree(
            ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(work)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (found,) = work.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder that the wheel is unpacked into, which is all there is to installing it."""
    place = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


@pytest.fixture(params=["empty", "packages"])
def crowded(request, tmp_path):
    """A working directory with folders of its own that are called as ours are."""
    for name in ("envs", "controllers", "assets", "benchmarks"):
        (tmp_path / name).mkdir()
        if request.param == "packages":
            (tmp_path / name / "__init__.py").write_text("raise RuntimeError('not this one')\n")
    return tmp_path


def call(directory, *words, path=None):
    """Run Python in the directory, with the package of ``path`` or the installed one."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    return subprocess.run(
        [sys.executable, *words], cwd=directory, env=environment, capture_output=True, text=True
    )


def test_the_wheel_has_the_modules_of_the_tree(wheel):
    with ZipFile(wheel) as archive:
        files = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = set()
    for top in FOLDERS:
        for path in (ROOT / top).rglob("*"):
            if path.suffix in (".py", ".urdf", ".npz", ".csv", ".jinja", ".toml", ".typed"):
                place = path.relative_to(ROOT)
                expected.add(str(place if top == "bildsim" else Path("bildsim") / place))
    assert files == expected | {"bildsim/py.typed"}


def test_a_program_runs_beside_folders_of_the_same_names(installed, crowded):
    ended = call(crowded, "-m", "bildsim.run", "--help", path=installed)
    assert ended.returncode == 0, ended.stderr
    assert "--robots" in ended.stdout


def test_the_environment_is_made_beside_folders_of_the_same_names(installed, crowded):
    words = (
        "import bildsim, gymnasium; "
        "env = gymnasium.make('bildsim:bildsim/Swarm-v0', dynamics='ideal', robots=3); "
        "print(env.action_space.shape, bildsim.__file__)"
    )
    ended = call(crowded, "-c", words, path=installed)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split(") ") == ["(3, 2", f"{installed / 'bildsim' / '__init__.py'}\n"]


def test_so_does_a_program_of_the_package_that_is_installed_here(crowded):
    ended = call(crowded, "-m", "bildsim.bench", "--help")
    assert ended.returncode == 0, ended.stderr
    assert "--planners" in ended.stdout


def test_every_module_has_a_test_file_where_its_path_says():
    missing = [
        str(path.relative_to(ROOT))
        for top in FOLDERS
        for path in (ROOT / top).rglob("*.py")
        if path.name != "__init__.py"
        and not (ROOT / "tests" / path.relative_to(ROOT)).with_name(f"test_{path.name}").exists()
    ]
    assert not missing


def tracked():
    """Return the files of the repository as they would be committed now."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no repository")
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    said = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {name for name in said.split("\0") if name and (ROOT / name).is_file()}


def test_the_source_distribution_has_every_file_of_the_repository(tmp_path):
    files = tracked()
    for name in files:
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "source" / name)
    build = f"from setuptools import build_meta; build_meta.build_sdist({str(tmp_path)!r})"
    where = tmp_path / "source"
    subprocess.run([sys.executable, "-c", build], cwd=where, check=True, capture_output=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as found:
        names = {member.name.partition("/")[2] for member in found if member.isfile()}
    assert files - names == set()
    made = {name for name in names - files if not name.startswith("bildsim.egg-info/")}
    assert made == {"PKG-INFO", "setup.cfg"}


def test_the_command_is_installed(wheel):
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        text = archive.read(name).decode()
    assert text.split() == ["[console_scripts]", "bildsim", "=", "bildsim.command:main"]
