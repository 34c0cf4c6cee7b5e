"""Checkpoints as files: ``pickling`` turns states into bytes, ``file`` keeps them whole.

``plain_numpy`` spells arrays, numbers and generators so that damaged bytes do no harm, ``records``
instances of dataclasses.
"""
