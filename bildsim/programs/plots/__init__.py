"""The plots of comparisons, drawn by matplotlib without a display; one figure a module.

They are in one ``style``; ``files`` writes them.
"""
