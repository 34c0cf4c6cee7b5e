"""A video of a run, made when it is over: the one that the program makes."""

import sys

from bildsim import simulate

path = sys.argv[1] if len(sys.argv) > 1 else "letter_E.mp4"

result = simulate(60, target="letter_E", dynamics="kinematic", duration=6)
print(result.video(path, speed=2.0))  # simulated seconds a second of video
