"""What ``reset`` may be asked for, and episodes that are drawn from ranges.

``options`` reads what ``reset`` was given, ``ranges`` are what a number is drawn from, ``settings``
the numbers of robots that may be drawn, ``randomisation`` all of it together and the draws.
"""
