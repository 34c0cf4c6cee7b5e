"""The planners that BILD-MACRO is compared with, one a file, by family.

``voronoi`` (Lloyd's method and its kin), ``transport`` (optimal transport), ``spectral`` (ergodic
coverage), ``kernels`` (kernel density and energy flows) and ``reference`` (what to measure them
all by); ``base`` holds what several share. `bildsim.controllers.registry` finds each by its name,
and imports it then.
"""
