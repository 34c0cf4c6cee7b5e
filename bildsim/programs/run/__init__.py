"""``python -m bildsim.run``: one run from its command line to its files.

`main` reads the command line (`command_line`), checks where results are to go and turns the end of
a `session.Session` into an exit status. The session is one run with everything that watches it: the
progress bar (`progress`), the rows and arrays that are recorded, the pictures of the video
(`video`), checkpoints (`checkpoints`), from which another session goes on (`resume`), and at its
end the table and summary.json (`summary`).
"""
