"""What a recording holds, read in a process of its own: Rerun's threads must not meet a fork."""

import json
import subprocess
import sys

_SCRIPT = """
import json, sys
from collections import defaultdict
from rerun.chunk import RrdReader
reader = RrdReader(sys.argv[1])
rows, columns, last = defaultdict(int), {}, {}
for chunk in reader.stream().to_chunks():
    if chunk.is_static:
        continue
    batch = chunk.to_record_batch()
    rows[chunk.entity_path] += chunk.num_rows
    columns[chunk.entity_path] = list(batch.schema.names)
    last[chunk.entity_path] = {
        name: batch.column(name)[-1].as_py() for name in batch.schema.names if ":" in name
    }
print(json.dumps([rows, columns, last, len(reader.blueprints())], default=str))
"""


def recording(path):
    """Return rows, names of columns and last values by entity, and the number of layouts."""
    words = [sys.executable, "-c", _SCRIPT, str(path)]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
