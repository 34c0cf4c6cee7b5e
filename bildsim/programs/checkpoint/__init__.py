"""Checkpoints as files: ``encoder`` and ``decoder`` turn states into bytes and back, as data.

``document`` is what the bytes look like, ``plain_numpy`` and ``records`` how arrays, generators and
instances are spelled, ``file`` keeps a checkpoint whole, ``seal`` tells one's own from others'.
docs/checkpoints.md describes the format.
"""
