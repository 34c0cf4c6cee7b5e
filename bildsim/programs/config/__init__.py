"""Configurations from a command line and from TOML, for any dataclass.

``options`` lists a dataclass's fields as options, ``values`` reads one value, the same way from
both; ``command_line`` splits words, prints help and ends a program with a sentence; ``toml_file``
writes and reads the files.
"""
