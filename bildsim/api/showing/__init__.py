"""How results are shown, in notebooks, in figures and as videos.

``html`` and ``comparison_html`` are what notebooks show, ``figures`` and ``comparison_figure`` draw
with matplotlib; ``film`` makes a video, for which ``replaying`` finds again what was not kept.
"""
