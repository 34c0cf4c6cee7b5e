"""Seals: by which a checkpoint is known to be of this user, and not of somebody else.

A seal is an HMAC of the checkpoint's checksum under a secret key that lies among the user's data,
made when the first checkpoint is written. What only libraries read that are not made for hostile
files is taken from sealed checkpoints alone, unless the user says otherwise.
"""

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

import platformdirs

NO_SEAL = "-"
"""Stands in place of a seal where no key can be kept."""
_NAME = "checkpoint-key"
_BYTES = 32


def seal_of(digest: str) -> str:
    """Return this user's seal on a checksum, or `NO_SEAL`."""
    key = _key() or _new_key()
    return NO_SEAL if key is None else _sealed(key, digest)


def is_sealed(digest: str, seal: str) -> bool:
    """Whether a seal is this user's on a checksum."""
    key = _key()
    return key is not None and hmac.compare_digest(_sealed(key, digest).encode(), seal.encode())


def can_seal() -> bool:
    """Whether this user has a key."""
    return _key() is not None


def _sealed(key: bytes, digest: str) -> str:
    return hmac.new(key, digest.encode(), "sha256").hexdigest()


def _place() -> Path:
    return Path(platformdirs.user_data_dir("bildsim", appauthor=False)) / _NAME


def _key() -> bytes | None:
    with suppress(OSError, ValueError):
        key = _place().read_bytes()
        # A key that another process is just writing is none yet.
        return key if len(key) == _BYTES else None
    return None


def _new_key() -> bytes | None:
    """Make a key that only the user can read; None where it cannot be kept."""
    place, key = _place(), secrets.token_bytes(_BYTES)
    if not place.is_absolute():
        return None
    with suppress(OSError, ValueError):
        place.parent.mkdir(parents=True, exist_ok=True)
        # Never over a key that is there: checkpoints would lose their seals.
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key)
        return key
    return None
