"""Descriptions of robots that tests write."""

WHOLE = {
    "robot": {"radius": 0.05, "mass": 0.3, "wheel_radius": 0.02, "wheel_separation": 0.08},
    "drive": {"max_speed": 0.3},
}


def written(tmp_path, *, robot=(), drive=(), base="", without=()):
    lines = [f'base = "{base}"'] if base else []
    for table, more in (("robot", dict(robot)), ("drive", dict(drive))):
        own = more if base else {**WHOLE[table], **more}
        lines += [f"[{table}]", *(f"{k} = {v}" for k, v in own.items() if k not in without)]
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)
