"""Policies in .npz files, which may be somebody else's: arrays of numbers and text, no pickles."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bildsim.basics.errors import UsageError, reason_of
from bildsim.basics.reading.npy_file import DamagedError, read_header, read_values
from bildsim.basics.reading.regular_file import read_regular
from bildsim.controllers.learned.policy import Layer, Policy
from bildsim.controllers.learned.senses import Senses

FORMAT = 1
"""The version of the format; files of others are refused."""
MOST_BYTES = 20_000_000
_MOST_LAYERS = 16
_FACT = "fact_"
_SENSES = {
    "neighbours": int,
    "sensing_range": float,
    "patch_cells": int,
    "patch_width": float,
    "order": int,
}
_WHAT_IT_IS = "allowed is a .npz that examples/learn_policy.py wrote"


def write_policy(policy: Policy, path: Path) -> None:
    """Write a policy, beside its name first and renamed when whole; one that is there is replaced.

    Its arrays are ``format``, ``centre``, ``scale``, ``weights_0``, ``biases_0`` and so on, the
    settings of `Senses` by their names, and each fact, text, as ``fact_`` and its name.

    Raises:
        UsageError: it cannot be written there.
    """
    arrays: dict[str, Any] = {"format": FORMAT, "centre": policy.centre, "scale": policy.scale}
    for number, (weights, biases) in enumerate(policy.layers):
        arrays |= {f"weights_{number}": weights, f"biases_{number}": biases}
    arrays |= {name: getattr(policy.senses, name) for name in _SENSES}
    arrays |= {_FACT + name: np.array(text) for name, text in policy.facts.items()}
    packed = BytesIO()
    np.savez_compressed(packed, **arrays)
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_bytes(packed.getvalue())
        beside.replace(path)
    except OSError as error:
        raise UsageError(
            "{policy} cannot be written: {0}", reason_of(error), policy=str(path)
        ) from None


def read_policy(path: Path) -> Policy:
    """Read a policy; nothing in the file is run or unpickled.

    Raises:
        UsageError: there is no such file, or it is no policy of this format.
    """
    try:
        content = read_regular(path, MOST_BYTES)
    except (OSError, ValueError) as error:
        raise _refused(path, f"cannot be read: {reason_of(error)}") from None
    try:
        return _policy_of(_arrays(content), path)
    except DamagedError:
        raise _refused(path, f"is no policy: {_WHAT_IT_IS}") from None


def _arrays(content: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of an archive by name; what they claim to hold is bounded.

    Raises:
        DamagedError: it is no archive of arrays of plain values.
    """
    found: dict[str, NDArray[Any]] = {}
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            room = MOST_BYTES
            for member in archive.infolist():
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise DamagedError
                with archive.open(member) as file:
                    header = read_header(file)
                    room -= header.bytes
                    if room < 0:
                        raise DamagedError
                    found[member.filename.removesuffix(".npy")] = read_values(file, header)
    except DamagedError:
        raise
    except Exception:  # a damaged directory can lead its reader to many kinds of error
        raise DamagedError from None
    return found


def _policy_of(arrays: Mapping[str, NDArray[Any]], path: Path) -> Policy:
    version = _number(arrays, "format")
    if version != FORMAT:
        raise _refused(path, f"is a policy of format {version:g}, and {FORMAT} is what is read")
    senses = {name: _setting(arrays, name, kind) for name, kind in _SENSES.items()}
    facts = {
        name.removeprefix(_FACT): str(value)
        for name, value in arrays.items()
        if name.startswith(_FACT) and value.dtype.kind == "U" and value.ndim == 0
    }
    centre, scale = _floats(arrays, "centre"), _floats(arrays, "scale")
    layers = tuple(_layers(arrays))
    try:
        return Policy(Senses(**senses), centre, scale, layers, facts)
    except ValueError as error:  # of which a UsageError is one
        raise _refused(path, f"is no policy: {error}") from None


def _setting(arrays: Mapping[str, NDArray[Any]], name: str, kind: type) -> Any:
    value = _number(arrays, name)
    if kind is int and value != int(value):
        raise DamagedError
    return kind(value)


def _layers(arrays: Mapping[str, NDArray[Any]]) -> list[Layer]:
    count = sum(name.startswith("weights_") for name in arrays)
    if count > _MOST_LAYERS:
        raise DamagedError
    return [
        (_floats(arrays, f"weights_{number}"), _floats(arrays, f"biases_{number}"))
        for number in range(count)
    ]


def _floats(arrays: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.float64]:
    value = arrays.get(name)
    if value is None or value.dtype.kind not in "fiu":
        raise DamagedError
    return np.array(value, dtype=np.float64, order="C")


def _number(arrays: Mapping[str, NDArray[Any]], name: str) -> float:
    value = _floats(arrays, name)
    if value.shape != () or not np.isfinite(value):
        raise DamagedError
    return float(value)


def _refused(path: Path, why: str) -> UsageError:
    return UsageError("{policy} {0}", why, policy=str(path))
