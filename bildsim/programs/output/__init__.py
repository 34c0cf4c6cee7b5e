"""The files that programs leave, each whole as soon as it has its name.

``paths`` and ``directory`` check where results go before anything is written; ``recorder`` writes
a run as it goes; ``video_writer`` encodes a video, ``segmented_writer`` one that a checkpoint can
go on with. ``files``, ``json_values`` and ``versions`` are what they share.
"""
