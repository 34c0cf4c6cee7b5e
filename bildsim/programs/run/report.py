"""The report of a run: its page, written when all else is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bildsim.basics.arrays import Floats
from bildsim.programs.page.clip import clip_of
from bildsim.programs.page.collected import RunPage, columns, columns_of_file
from bildsim.programs.page.html import RunRecord, write_page
from bildsim.programs.run.places import film_of

_NO_FILM = "There is no film: a run with checkpoints makes one where --video names it."
_NO_FRAME = "There is no film: the run stopped before its first frame was whole."


class Report(RunPage):
    """Watches a run, and writes the page about it when all else is written.

    Args:
        simulation: the run, whose configuration names the page.
    """

    def write(self, summary: Mapping[str, Any]) -> None:
        """Write the page about the run that has ended, however it did.

        A film that was made for the page alone goes, once it is in the page.

        Args:
            summary: what summary.json says.

        Raises:
            RunError: it cannot be written.
        """
        config = self.config
        report, film = config.output.report, film_of(config)
        assert report is not None
        clip = clip_of(film, report, _NO_FILM if film is None else _NO_FRAME)
        record = RunRecord(config, summary, self._all_columns(), self.stills, clip)
        write_page(record, report)
        if film is not None and film != config.output.video and clip.is_inside:
            film.unlink(missing_ok=True)

    def _all_columns(self) -> Mapping[str, Floats]:
        """Return the metrics over time; a run that went on has the first in its directory."""
        out = self.config.output.out
        if out is not None and (out / "metrics.csv").is_file():
            return columns_of_file(out / "metrics.csv")
        return columns(self.rows)
