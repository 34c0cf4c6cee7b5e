"""The table of planners on radios: its rows, what it keeps, and what is refused."""

from benchmarks.planners_on_radios import HEADS, Options, configuration, play, row, use_of_air

SHORT = Options(
    planners=("ergodic",),
    radios=("none", "esp-now-54", "kilobot-ir"),
    robots=12,
    dynamics="ideal",
    duration=0.5,
)


def test_a_radio_leaves_fewer_rounds_than_none():
    asked = configuration(SHORT, "ergodic", "none")
    assert asked.links.radio is None
    assert use_of_air(asked) is None
    use = use_of_air(configuration(SHORT, "ergodic", "esp-now"))
    assert use.had_a_second < use.asked_a_second
    assert 0.0 < use.load <= 0.5
    assert row(asked, None) == "| ergodic | none | 10 | 10 |  |  |"


def test_rows_say_what_there_was_and_the_same_again(tmp_path):
    out = tmp_path / "kept"
    rows = play(SHORT, out)
    assert [row.count("|") for row in rows] == [len(HEADS) + 1] * 3
    free, slow, refused = rows
    assert free.startswith("| ergodic | none | 10 | 10 |  |  | ")
    assert slow.startswith("| ergodic | esp-now-54 | ")
    assert "| refused: " in refused
    kept = sorted(path.name for path in (out / "trials").iterdir())
    assert len(kept) == 3
    assert play(SHORT, out) == rows
    assert sorted(path.name for path in (out / "trials").iterdir()) == kept
