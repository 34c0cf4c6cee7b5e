"""The page on localisation has the systems as they are."""

from bildsim.envs.disturbances.localisation import NUMBERS
from bildsim.envs.localisation.errors import PRESETS, localisation_named
from tests.docs.pages import PAGES

PAGE = PAGES["docs/localisation.md"]
_COLUMNS = ("position_noise", "heading_noise", "place_bias", "fix_rate", "fix_latency")


def row(name):
    errors = localisation_named(name)
    cells = [f"{getattr(errors, column):g}" for column in _COLUMNS]
    said = [item for item in errors.said() if item not in _COLUMNS and getattr(errors, item)]
    said += ["outlier_size"] * ("outliers" in said)
    more = [f"`{item}` {getattr(errors, item):g}" for item in dict.fromkeys(said)]
    return f"| `{name}` | " + " | ".join([*cells, ", ".join(more)]) + " |"


def test_its_table_of_systems_is_that_of_the_code():
    rows = "\n".join(map(row, PRESETS))
    assert f"|---|---|---|---|---|---|---|\n{rows}\n" in PAGE, rows


def test_it_names_every_error():
    text = PAGE.replace("--fix-weight", "`fix_weight`")
    assert [name for name in NUMBERS if f"`{name}`" not in text] == []
