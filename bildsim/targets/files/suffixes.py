"""How files of targets are told from names: a module that loads nothing that reads them."""

from pathlib import Path

ARRAY_SUFFIXES = (".npy", ".npz", ".csv")
PICTURE_SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".apng"),
)
VIDEO_SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi")
SUFFIXES = (*ARRAY_SUFFIXES, *PICTURE_SUFFIXES, *VIDEO_SUFFIXES)
"""Extensions of the files that are read."""


def is_file_name(text: str) -> bool:
    """Say whether a text is the path of a target file, and not a name: by how it ends."""
    return Path(text).suffix.lower() in SUFFIXES
