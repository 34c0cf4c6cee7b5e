"""Files of targets are told from names before anything that reads them is loaded."""

import subprocess
import sys

from bildsim.targets.files.suffixes import SUFFIXES, is_file_name


def test_files_are_told_from_names_by_their_ending():
    for suffix in SUFFIXES:
        assert is_file_name(f"some/place{suffix.upper()}")
    assert not any(map(is_file_name, ("gmm3", "letter_E", "gmm.3", "png", "")))


def test_runs_without_files_load_nothing_that_reads_them(environment):
    code = (
        "import sys; from bildsim.programs.run.session import Session;"
        "from bildsim.programs.run.command_line import parse_run;"
        "Session(parse_run(['--dynamics', 'ideal', '--robots', '4', '--quiet']));"
        "print(*(name for name in ('cv2', 'PIL', 'scipy.ndimage') if name in sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == "\n"
