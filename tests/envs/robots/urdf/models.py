"""URDFs for tests: the one of the examples, with something else in places of it."""

from pathlib import Path

COURIER = Path(__file__).parents[4] / "examples" / "courier.urdf"
WHEEL_SHAPE = '<geometry><cylinder radius="0.028" length="0.012"/></geometry>'
LIMIT = '<limit effort="0.03" velocity="12"/>'


def written(folder, *changes, name="mine.urdf"):
    """Write the example's URDF with changes (old, new, how often at most) and return its path."""
    text = COURIER.read_text(encoding="utf-8")
    for old, new, *count in changes:
        assert old in text, old
        text = text.replace(old, new, *count)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def cube(path, half):
    """Write an OBJ with the corners of a cube, 2 ``half`` wide."""
    corners = [(x, y, z) for x in (-half, half) for y in (-half, half) for z in (-half, half)]
    lines = [f"v {x} {y} {z}" for x, y, z in corners]
    faces = ["f 1 2 4", "f 1 4 3", "f 5 7 8", "f 5 8 6", "f 1 5 6", "f 1 6 2"]
    faces += ["f 3 4 8", "f 3 8 7", "f 1 3 7", "f 1 7 5", "f 2 6 8", "f 2 8 4"]
    path.write_text("\n".join(lines + faces) + "\n", encoding="utf-8")
