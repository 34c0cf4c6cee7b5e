"""Errors name settings as their reader writes them."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import RunError, UsageError, as_keyword, in_digits, unknown_name
from bildsim.programs.config.command_line import as_option

SENTENCE = (
    "{radius} is not possible with {dynamics}, {0}: allowed is {dynamics:ideal} or {contacts}"
)


def error():
    return UsageError(SENTENCE, "sadly", radius=0.3, dynamics="bullet")


def test_python_reads_keyword_arguments():
    assert str(error()) == (
        "radius=0.3 is not possible with dynamics='bullet', sadly: allowed is dynamics='ideal' "
        "or contacts"
    )


def test_a_command_line_reads_options():
    assert error().said(as_option) == (
        "--radius 0.3 is not possible with --dynamics bullet, sadly: allowed is --dynamics ideal "
        "or --contacts"
    )


def test_it_travels_between_processes():
    copy = pickle.loads(pickle.dumps(error()))
    assert type(copy) is UsageError
    assert (str(copy), copy.said(as_option)) == (str(error()), error().said(as_option))


@given(st.text())
def test_a_sentence_alone_is_taken_as_it_is(sentence):
    assert str(UsageError(sentence)) == sentence
    assert str(pickle.loads(pickle.dumps(UsageError(sentence)))) == sentence


@given(st.text(), st.text())
def test_words_and_values_may_hold_braces(word, value):
    said = str(UsageError("{start} {0}", word, start=value))
    assert said == f"start={value!r} {word}"


@pytest.mark.parametrize(
    ("value", "option", "keyword"),
    [
        (True, "--feedforward", "feedforward"),
        (7, "--feedforward 7", "feedforward=7"),
        (1e6, "--feedforward 1000000", "feedforward=1000000"),
        ("", "--feedforward ''", "feedforward=''"),
        ("a b", "--feedforward 'a b'", "feedforward='a b'"),
    ],
)
def test_values(value, option, keyword):
    assert as_option("feedforward", value) == option
    assert as_keyword("feedforward", value) == keyword


def test_a_setting_of_several_words_is_an_option_with_hyphens():
    assert as_option("physics_rate", 60) == "--physics-rate 60"


def test_unknown_names_come_with_the_nearest():
    wrong = unknown_name("start", "cornr", ("uniform", "corner"))
    assert str(wrong) == "start='cornr' is unknown: did you mean corner? valid are uniform, corner"
    assert wrong.said(as_option).startswith("--start cornr is unknown: ")


def test_a_name_settled_for_good_stays_as_it_is():
    settled = UsageError.renamed(error(), lambda field, value: f"key {field} = {value}")
    assert str(settled).startswith("key radius = 0.3 is not possible")


def test_an_error_of_a_run_names_its_settings_in_the_same_ways():
    stopped = RunError("{gamma_y} must be smaller: robot {0}", 7, gamma_y=0.9)
    copy = pickle.loads(pickle.dumps(stopped))
    assert type(copy) is RunError
    assert str(copy) == "gamma_y=0.9 must be smaller: robot 7"
    assert copy.said(as_option) == "--gamma-y 0.9 must be smaller: robot 7"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.1 + 0.2, "0.3"), (1e6, "1000000"), (1000000.1, "1000000.1"), (1e-300, "1e-300")],
)
def test_numbers_are_said_in_six_digits_and_large_ones_in_all(value, said):
    assert in_digits(value) == said
