"""Checkpoints as files: ``encoder`` and ``decoder`` turn states into bytes and back, as data.

``document`` is what the bytes look like, ``plain_numpy`` and ``records`` how arrays, generators and
instances are spelled, ``schema`` whether values are of the types that classes state, ``file`` keeps
a checkpoint whole. docs/checkpoints.md describes the format.
"""
