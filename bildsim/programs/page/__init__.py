"""One page about one run, with everything in it: film, pictures, curves, table, configuration.

`collected.RunPage` watches the run, ``clip`` puts the film in, ``figures`` says what the final
values mean, and ``html`` writes the page.
"""
