"""Final values for people: even digits, units, and which way is better."""

import pytest

from bildsim.programs.page.figures import LESS, MORE, figures, number

FINAL = {"kl_fit": 0.0965844, "w2": 0.15, "contacts": 21, "min_gap_m": -3.4e-8, "bytes_sent": 1.5e7}
SUMMARY = {
    "final": FINAL | {"safety_acted": 0.0},
    "kl_floor": 0.018,
    "kl_settling_s": "inf",
    "real_time_factor": 12.5,
    "configuration": {"swarm": {"safety": "none"}},
}


def by_name(summary=SUMMARY):
    return {row.name: row for rows in figures(summary).values() for row in rows}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0965844, "0.09658"),
        (21, "21"),
        (15e6, "15,000,000"),
        (1234.56, "1,235"),
        (-3.4e-8, "-3.4e-08"),
        (0.0, "0"),
        ("inf", "never"),
        (float("inf"), "never"),
        (float("nan"), "–"),
    ],
)
def test_numbers_have_four_digits(value, said):
    assert number(value) == said


def test_units_and_directions_are_said():
    found = by_name()
    assert (found["kl_fit"].unit, found["kl_fit"].better) == ("nats", LESS)
    assert (found["w2"].unit, found["w2"].value) == ("m", "0.15")
    assert found["min_gap_m"].better == found["real_time_factor"].better == MORE
    assert found["kl_floor"].better == ""
    assert found["kl_settling_s"].value == "never"
    assert found["bytes_sent"].unit == "B a robot"
    assert "nats" not in found["kl_fit"].meaning


def test_how_far_off_robots_took_themselves_to_be_is_said_where_they_did_not_know():
    errors = {"localisation": {"position_rms_m": 0.0123, "heading_rms_rad": 0.05}}
    found = by_name(SUMMARY | errors)
    assert (found["position_rms_m"].value, found["position_rms_m"].unit) == ("0.0123", "m")
    assert (found["heading_rms_rad"].unit, found["heading_rms_rad"].better) == ("rad", LESS)
    assert "position_rms_m" not in by_name()


def test_what_a_run_does_not_have_is_left_out():
    found = by_name()
    assert "kl_estimate" not in found
    assert "What the robots believe" not in figures(SUMMARY)
    assert "safety_acted" not in found, "there is no collision avoidance"
    safe = SUMMARY | {"configuration": {"swarm": {"safety": "cbf"}}}
    assert by_name(safe)["safety_acted"].value == "0"
