"""Checkpoints that somebody made: whole files that say something else than what a run wrote."""

import json

from bildsim.programs.checkpoint import file as checkpoint_file

LATER = "checkpoint-99999999.9s"


def rewritten(path, **changes):
    """Return another checkpoint whose header says something else; with ``...`` nothing at all."""
    found = checkpoint_file.read(path)
    kept = {name: value for name, value in (found.header | changes).items() if value is not ...}
    return _written(path, kept, found.state)


def contents(path):
    """Return the table of contents of a checkpoint's state, and the bytes of its arrays."""
    line, _, rest = checkpoint_file.read(path).state.partition(b"\n")
    return json.loads(line), rest


def restated(path, table, rest):
    """Return another checkpoint of the same header with other contents."""
    state = json.dumps(table).encode("utf-8", "surrogatepass") + b"\n" + rest
    return _written(path, checkpoint_file.read(path).header, state)


def _written(path, header, state):
    other = path.with_name(LATER)
    checkpoint_file.write(other, header, state)
    return other
