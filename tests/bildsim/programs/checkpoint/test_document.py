"""Documents as bytes: what was packed is unpacked, and nothing else."""

import pytest

from bildsim.programs.checkpoint.document import Document, StateError, pack, unpack

WHOLE = Document([["bytes", 0], ["list", [0]]], [1], [b"abc", b""])


def test_it_comes_back_as_it_was():
    found = unpack(pack(WHOLE))
    assert (found.nodes, found.root) == (WHOLE.nodes, WHOLE.root)
    assert [bytes(buffer) for buffer in found.buffers] == WHOLE.buffers


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"3\n",
        b"{}\n",
        b"\xff\n",
        b'{"nodes":[],"root":0,"buffers":[]}',
        b'{"nodes":{},"root":0,"buffers":[]}\n',
        b'{"nodes":[],"root":0,"buffers":[-1,1]}\n',
        b'{"nodes":[],"root":0,"buffers":[true]}\nx',
        b'{"nodes":[],"root":0,"buffers":[0.0]}\n',
        b'{"nodes":[],"root":0,"buffers":[1]}\n',
        b'{"nodes":[],"root":0,"buffers":[9223372036854775807,9223372036854775807]}\n',
        b'{"nodes":[],"root":0,"buffers":[]}\nx',
        b"[" * 100_000 + b"\n",
        b'{"nodes":' + b"9" * 5000 + b',"root":0,"buffers":[]}\n',
        pack(WHOLE)[:-1],
    ],
)
def test_other_bytes_are_refused(data):
    with pytest.raises(StateError):
        unpack(data)
