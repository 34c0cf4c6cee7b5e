import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import numba
import pytest

from bildsim.basics import kernel_cache

ROOT = Path(__file__).resolve().parents[3]
STRANGER = 65534
# May read everything, since this Python may lie in root's home, and write what is its own.
BECOMES = (
    shutil.which("setpriv"),
    f"--reuid={STRANGER}",
    f"--regid={STRANGER}",
    "--clear-groups",
    "--inh-caps=-all,+dac_read_search",
    "--ambient-caps=-all,+dac_read_search",
)


@pytest.fixture
def places(monkeypatch, tmp_path):
    """Return a function that makes directories fail, and a place for each that does not."""
    kernel_cache._elsewhere.cache_clear()
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setenv(kernel_cache.VARIABLE, "")
    own = tmp_path / "own"
    monkeypatch.setattr(kernel_cache.platformdirs, "user_cache_dir", lambda *_, **__: str(own))
    yield tmp_path
    kernel_cache._elsewhere.cache_clear()


def blocked(directory):
    """Put a file where a directory would have to be made."""
    directory.write_text("")


def test_a_directory_that_was_named_is_used(places, monkeypatch, capsys):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(places / "named"))
    assert kernel_cache.cached(str(places / "module.py"))
    assert str(places / "named") == numba.config.CACHE_DIR
    assert not (places / "__pycache__").exists()
    assert capsys.readouterr().err == ""


def test_else_the_place_beside_the_source(places, capsys):
    assert kernel_cache.cached(str(places / "module.py"))
    assert numba.config.CACHE_DIR == ""
    assert (places / "__pycache__").is_dir()
    assert not (places / "own").exists()


def test_else_the_users_own_cache_directory_also_of_processes_to_come(places, capsys):
    blocked(places / "__pycache__")
    assert kernel_cache.cached(str(places / "module.py"))
    expected = str(places / "own" / "kernels")
    assert (numba.config.CACHE_DIR, os.environ[kernel_cache.VARIABLE]) == (expected, expected)
    assert capsys.readouterr().err == ""


def test_a_named_directory_that_takes_nothing_is_passed_over(places, monkeypatch):
    blocked(places / "named")
    blocked(places / "__pycache__")
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(places / "named"))
    assert kernel_cache.cached(str(places / "module.py"))
    assert str(places / "own" / "kernels") == numba.config.CACHE_DIR


def test_else_a_temporary_directory_and_one_sentence(places, monkeypatch, capsys):
    blocked(places / "__pycache__")
    blocked(places / "own")
    monkeypatch.setattr(kernel_cache.tempfile, "tempdir", str(places))
    assert kernel_cache.cached(str(places / "module.py"))
    assert kernel_cache.cached(str(places / "another.py"))
    place = Path(numba.config.CACHE_DIR)
    assert place.parent == places
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "at every start" in said
    assert "NUMBA_CACHE_DIR" in said
    kernel_cache._remove(str(place), os.getpid() + 1)
    assert place.exists()
    kernel_cache._remove(str(place), os.getpid())
    assert not place.exists()


def test_else_none_at_all_and_one_sentence(places, monkeypatch, capsys):
    blocked(places / "__pycache__")
    blocked(places / "own")
    monkeypatch.setattr(kernel_cache.tempfile, "tempdir", str(places / "own" / "none"))
    assert not kernel_cache.cached(str(places / "module.py"))
    assert not kernel_cache.cached(str(places / "module.py"))
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "by every process" in said


def test_a_module_without_a_cache_compiles(tmp_path):
    words = (
        "from bildsim.basics import kernel_cache; kernel_cache._takes_files = lambda _: False; "
        "kernel_cache._temporary = lambda: None; "
        "from bildsim.envs.kinematic import cell_list; from bildsim.controllers.safety import cbf"
    )
    ended = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count("\n") == 1


def test_importing_the_package_loads_no_compiler():
    words = "import sys, bildsim; sys.exit('numba' in sys.modules or 'platformdirs' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words]).returncode == 0


@pytest.fixture
def stranger():
    """Return a function that starts Python as a user without a home, on a copy of root's."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or BECOMES[0] is None:
        pytest.skip("only root can become somebody else")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for folder in ("bildsim", "assets", "controllers", "envs"):
            into = place / folder if folder == "bildsim" else place / "bildsim" / folder
            shutil.copytree(ROOT / folder, into, ignore=shutil.ignore_patterns("__pycache__"))
        for each in (place, *place.rglob("*")):
            each.chmod(0o755 if each.is_dir() else 0o644)

        def start(*words, **variables):
            return subprocess.Popen(
                [*BECOMES, sys.executable, *words],
                cwd="/",
                env={"PYTHONPATH": str(place), "HOME": str(place / "none")} | variables,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )

        probe = start("-c", "import numpy; open('/here', 'w')")
        if "PermissionError" not in probe.communicate()[1]:
            pytest.skip("another user cannot start this Python, or may write everywhere")
        yield start


def test_a_user_who_can_write_nowhere_but_to_tmp_gets_help_and_kernels(stranger):
    helped = stranger("-m", "bildsim.run", "--help")
    assert "--robots" in helped.communicate()[0]
    # All modules of kernels are loaded, and the least group is compiled, kept and called.
    words = (
        "from bildsim.programs.compilation.groups import GROUPS; GROUPS['messages'](); "
        "from bildsim.network.message_quantisation import _round; "
        "print(list(_round.stats.cache_misses.values()), _round.stats.cache_path)"
    )
    compiled = stranger("-c", words)
    shown, said = compiled.communicate()
    assert (compiled.returncode, said.count("\n")) == (0, 1), said
    assert "NUMBA_CACHE_DIR" in said
    misses, _, place = shown.strip().partition(" ")
    assert misses == "[1]"
    assert place.startswith(tempfile.gettempdir())


@pytest.mark.slow
def test_a_user_who_can_write_nowhere_but_to_tmp_gets_a_run(stranger):
    line = "--robots 5 --duration 0.2 --dynamics ideal --planner static --quiet"
    ran = stranger("-m", "bildsim.run", *line.split())
    _, said = ran.communicate()
    assert (ran.returncode, said.count("\n")) == (0, 1), said
    assert "NUMBA_CACHE_DIR" in said


@pytest.mark.slow
def test_two_first_starts_at_once_share_a_cache(stranger):
    with tempfile.TemporaryDirectory() as name:
        os.chown(name, STRANGER, STRANGER)
        line = "-m bildsim.run --robots 5 --duration 0.1 --dynamics kinematic --quiet"
        both = [stranger(*line.split(), XDG_CACHE_HOME=name) for _ in range(2)]
        assert [(each.communicate()[1], each.returncode) for each in both] == [("", 0)] * 2
        assert list((Path(name) / "bildsim" / "kernels").rglob("*.nbi"))
