"""Pages that go beside a paper: tables and figures with numbers, in one HTML file.

``table`` is a table for people, with even digits and the best marked; ``latex`` writes one for a
paper; ``page`` makes the HTML of sections; ``origin`` says what a page was made of and with.
"""
