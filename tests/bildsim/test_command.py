"""The command ``bildsim`` leads to every program, starts fast, and ends as they do."""

import importlib
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from bildsim import command
from bildsim.programs.config.doors import DOORS

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def script(tmp_path):
    """The command as pip installs it, of this tree."""
    module, _, function = SETTINGS["project"]["scripts"]["bildsim"].partition(":")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "bildsim").write_text(
        f"import sys\nfrom {module} import {function}\n"
        f"if __name__ == '__main__':\n    sys.exit({function}())\n"
    )
    return folder / "bildsim"


@pytest.fixture
def bildsim(script, process):
    """Call the command in a process of its own."""
    return lambda *words: process(*words, command=(sys.executable, str(script)))


@pytest.mark.parametrize("name", DOORS)
def test_every_word_leads_to_its_program(name, monkeypatch):
    module = importlib.import_module(DOORS[name].module)
    monkeypatch.setattr(module, "main", lambda arguments: 30 + len(arguments))
    # The whole one would have this process be deaf to signals.
    monkeypatch.setattr(command, "run_program", lambda name, program, last: program(sys.argv[1:]))
    for word in (name, name.replace("-", "_")):
        monkeypatch.setattr(sys, "argv", ["bildsim", word, "a", "b"])
        assert command.main() == 32


def test_every_door_beside_the_rooms_is_a_word_of_the_command():
    doors = {path.stem for path in (ROOT / "bildsim").glob("*.py") if "run_program(" in _code(path)}
    words = {name.replace("-", "_") for name, door in DOORS.items() if ".programs." not in door[0]}
    assert words == doors - {"command"}


def _code(path):
    return path.read_text(encoding="utf-8")


def test_help_lists_the_programs_with_a_line_each(bildsim):
    ended = bildsim("--help")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("usage: bildsim PROGRAM")
    for name, door in DOORS.items():
        assert re.search(rf"^  {name} +{re.escape(door.text)}$", ended.out, re.MULTILINE)
    assert max(map(len, ended.out.splitlines())) <= 80
    assert bildsim("-h").out == ended.out


def test_without_a_program_the_help_is_the_complaint(bildsim):
    ended = bildsim()
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == bildsim("--help").out


def test_the_version_names_what_results_depend_on(bildsim):
    ended = bildsim("--version")
    assert (ended.status, ended.err) == (0, "")
    assert re.match(
        r"bildsim [\d.]+\S*, python 3\.\d+\.\d+, numpy \d\S*(, pybullet\S* [\d.]+)?\n$", ended.out
    )


@pytest.mark.parametrize(
    "line",
    [
        *("--version", "--help", "rnu", "warm-up --help", "warm-up now", "bench --help"),
        *("bench --robotz 3", "attribute --robotz 3", "reproduce --robotz 3"),
    ],
)
def test_quick_answers_load_nothing_slow(line):
    slow = "{'numba', 'pybullet', 'scipy', 'networkx', 'matplotlib', 'cv2', 'loky', 'rich'}"
    code = (
        "import atexit, sys; from bildsim.command import main; "
        f"say = lambda: print(sorted({slow} & set(sys.modules)), file=sys.stderr); "
        "atexit.register(say); main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, *line.split()], cwd=ROOT, capture_output=True, text=True
    )
    assert ended.stdout or ended.stderr.startswith("bildsim")
    assert ended.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rnu",), "bildsim: the program 'rnu' is unknown: did you mean run? valid are run, "),
        (("Bench",), "bildsim: the program 'Bench' is unknown: did you mean bench? valid are "),
        (("",), "bildsim: the program '' is unknown: valid are run, "),
        (
            ("--robots", "3"),
            "bildsim: unknown option: --robots; options of a program come after its name, such as "
            "bildsim run --robots\n",
        ),
        (("run", "--robotz", "3"), "bildsim run: unknown options: --robotz, 3: did you mean"),
        (("warm-up", "now"), "bildsim warm-up: unknown options: now\n"),
        (("warm_up", "now"), "bildsim warm-up: unknown options: now\n"),
    ],
)
def test_wrong_words_are_refused_in_a_sentence(bildsim, words, said):
    ended = bildsim(*words)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(said)
    assert ended.err.count("\n") == 1


def test_a_programs_help_is_the_same_but_for_its_name(bildsim, process):
    ended = bildsim("run", "--help")
    assert ended.out.startswith("usage: bildsim run [options]\n")
    beside = process("--help").out
    assert beside.startswith("usage: python -m bildsim.run [options]\n")
    assert ended.out.partition("\n")[2] == beside.partition("\n")[2]


def test_a_run_by_it_is_a_run(bildsim, tmp_path):
    words = "--dynamics ideal --planner static --robots 4 --duration 0.2 --quiet --out results"
    ended = bildsim("run", *words.split())
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert (tmp_path / "results" / "summary.json").exists()


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_signals_end_it_as_they_end_a_program(script, tmp_path, environment, name, status):
    words = "run --dynamics ideal --planner static --robots 4 --duration 100000 --quiet --out out"
    child = subprocess.Popen(
        [sys.executable, str(script), *words.split()],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    recorded = tmp_path / "out" / "trajectory.pose.part"
    while child.poll() is None and not (recorded.exists() and recorded.stat().st_size):
        time.sleep(0.02)
    child.send_signal(getattr(signal, name))
    try:
        _, said = child.communicate(timeout=60)
    finally:
        child.kill()
    word = "Ctrl-C" if name == "SIGINT" else name
    assert (child.returncode, said) == (status, f"bildsim run: stopped by {word}\n")
    assert (tmp_path / "out" / "summary.json").exists()


def test_a_reader_that_goes_away_is_no_error(script, environment):
    line = f"{sys.executable} {script} --help | head -n 1"
    ended = subprocess.run(line, shell=True, env=environment, capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("usage: bildsim PROGRAM [options]\n", "")
