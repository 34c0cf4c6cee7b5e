"""Checkpoints as files: ``pickling`` turns states into bytes, ``file`` keeps them whole."""
