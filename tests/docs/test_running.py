"""The page on running has the presets as they are, and every program of the command."""

from dataclasses import fields

from bildsim.controllers.bild_macro.settings import PRESETS, MacroSettings
from bildsim.programs.config.doors import DOORS
from tests.docs.pages import PAGES

PAGE = PAGES["docs/running.md"]


def cell(preset, name):
    value = getattr(preset, name)
    if name in preset.idle:
        return "–"
    return f"{value:g}" if isinstance(value, int | float) else value


def test_its_table_of_presets_is_that_of_the_code():
    rows = [f"| option | {' | '.join(f'`{name}`' for name in PRESETS)} |"]
    rows.append("|---" * (len(PRESETS) + 1) + "|")
    for item in fields(MacroSettings):
        if len({getattr(preset, item.name) for preset in PRESETS.values()}) > 1:
            cells = " | ".join(cell(preset, item.name) for preset in PRESETS.values())
            rows.append(f"| `--{item.name.replace('_', '-')}` | {cells} |")
    assert "\n".join(rows) + "\n\n" in PAGE, "\n".join(rows)


def test_it_names_every_program():
    assert [name for name in DOORS if f"| `bildsim {name}` | " not in PAGE] == []
