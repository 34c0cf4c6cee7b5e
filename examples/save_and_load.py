"""Results in a directory: the files of the program, read again, and settings that run again."""

import sys
from pathlib import Path

from bildsim import load, simulate

directory = Path(sys.argv[1] if len(sys.argv) > 1 else "results")

simulate(20, target="gmm4", dynamics="ideal", duration=4, seed=7).save(directory)
print("written:", *sorted(path.name for path in directory.iterdir()))

result = load(directory)
print(result)

# The same settings but one: everything that determines a run is in its configuration.
longer = simulate(config=result.config, duration=8)
print(longer)
