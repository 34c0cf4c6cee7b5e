"""Streams that take nothing any more."""

import io
import os

from bildsim.basics.streams import silence


def test_what_is_left_goes_nowhere():
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w") as stream:
        stream.write("left over")
        silence(stream)
        stream.flush()


def test_a_stream_without_a_file_is_left_alone():
    stream = io.StringIO()
    silence(stream)
    stream.write("kept")
    assert stream.getvalue() == "kept"
