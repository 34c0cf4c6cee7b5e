"""Networks as the user writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.network.spec import KINDS, NetworkSpec

specs = st.one_of(
    st.floats(1e-3, 1.0).map(lambda p: f"er:{p}"),
    st.floats(1e-3, 3.0).map(lambda r: f"disk:{r}"),
    st.integers(1, 12).map(lambda k: f"knn:{k}"),
    st.integers(1, 12).map(lambda d: f"regular:{d}"),
    st.sampled_from(["ring", "complete"]),
)


@given(text=specs)
def test_specifications_survive_being_written_and_read(text):
    spec = NetworkSpec.parse(text)
    assert NetworkSpec.parse(str(spec)) == spec
    assert spec.geometric == text.startswith(("disk", "knn"))


@given(st.text(max_size=12))
def test_any_text_is_a_specification_or_an_error_that_names_the_option(text):
    try:
        said = str(NetworkSpec.parse(text))
    except UsageError as error:
        said = str(error)
    assert said.startswith(("network=", *KINDS))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rng", "'rng' is unknown: did you mean ring"),
        ("dsik:0.4", "'dsik' is unknown: did you mean disk"),
        ("", "'' is unknown"),
        ("er", "'er' is not allowed: it takes a probability"),
        ("er:", "'er:' is not allowed: it takes a probability"),
        ("er:0", "'er:0' is not allowed: it takes a probability"),
        ("er:1.01", "'er:1.01' is not allowed: it takes a probability"),
        ("er:nan", "'er:nan' is not allowed: it takes a probability"),
        ("er:half", "'er:half' is not allowed: it takes a probability"),
        ("disk:-1", "'disk:-1' is not allowed: it takes a range in metres above 0"),
        ("disk:0", "'disk:0' is not allowed: it takes a range in metres above 0"),
        ("disk:inf", "'disk:inf' is not allowed: it takes a range in metres above 0"),
        ("knn:0", "'knn:0' is not allowed: it takes a whole number"),
        ("knn:2.5", "'knn:2.5' is not allowed: it takes a whole number"),
        ("regular:0", "'regular:0' is not allowed: it takes a whole number"),
        ("ring:3", "'ring:3' is not allowed: ring takes no parameter"),
        ("complete:", "'complete:' is not allowed: complete takes no parameter"),
    ],
)
def test_wrong_specifications(text, problem):
    with pytest.raises(UsageError, match=f"network={problem}"):
        NetworkSpec.parse(text)
