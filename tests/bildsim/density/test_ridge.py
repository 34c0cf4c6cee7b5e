"""The ridge of the fit, and that whoever asks for it loads no family."""

import subprocess
import sys

from bildsim.density.ridge import LEAST_REGULARISATION, REGULARISATION


def test_the_usual_ridge_is_allowed():
    assert 0.0 < LEAST_REGULARISATION < REGULARISATION


def test_settings_load_nothing_slow(environment):
    program = (
        "import sys; import bildsim.simulation.config, bildsim.controllers.registry;"
        "import bildsim.envs.dynamics; slow = {'scipy', 'numba', 'networkx', 'pybullet'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert said.stdout.strip() == "[]"
