"""The errors of localisation as numbers, and those of presets and of files by name."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

from bildsim.assets import asset_folder
from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import Description, preset_names, read_description
from bildsim.basics.schema import fits
from bildsim.basics.timing import TICK_S, TRACKING_RATE
from bildsim.envs.robots.model import require_within

SETTING = "localisation"
TABLE = "localisation"
PRESETS = tuple(preset_names(asset_folder(SETTING)))
"""Positioning systems that come with bildsim, by name."""
LIMITS: Mapping[str, tuple[float, float, str]] = MappingProxyType(
    {
        "position_noise": (0.0, 0.5, "m"),
        "position_bias": (0.0, 0.5, "m"),
        "position_dropout": (0.0, 0.99, ""),
        "heading_noise": (0.0, 1.6, "rad"),
        "heading_bias": (0.0, 1.6, "rad"),
        "fix_rate": (0.0, float(TRACKING_RATE), "Hz"),
        "fix_latency": (0.0, 2.0, "s"),
        "fix_weight": (0.01, 1.0, ""),
        "outliers": (0.0, 0.99, ""),
        "outlier_size": (0.001, 2.0, "m"),
        "place_bias": (0.0, 0.5, "m"),
        "wheel_radius_error": (0.0, 0.1, ""),
        "wheel_separation_error": (0.0, 0.1, ""),
        "wheel_slip": (0.0, 0.5, ""),
        "wheel_noise": (0.0, 0.1, "m/sqrt(m)"),
        "heading_drift": (0.0, 1.0, "rad/sqrt(s)"),
    }
)
"""Lowest and highest value of each error, and its unit."""
OF_ODOMETRY = (
    "wheel_radius_error",
    "wheel_separation_error",
    "wheel_slip",
    "wheel_noise",
    "heading_drift",
)
"""Those that only robots with wheels have."""
_ALWAYS = ("position_noise", "position_bias", "position_dropout")


@dataclass(frozen=True)
class LocalisationErrors:
    """Every error of localisation, settled.

    `bildsim.envs.disturbances.localisation.Sensing` says what each of them is.

    Raises:
        UsageError: a value is out of range.
    """

    position_noise: float = 0.0
    position_bias: float = 0.0
    position_dropout: float = 0.0
    heading_noise: float = 0.0
    heading_bias: float = 0.0
    fix_rate: float = 1.0 / TICK_S
    fix_latency: float = 0.0
    fix_weight: float = 1.0
    outliers: float = 0.0
    outlier_size: float = 0.5
    place_bias: float = 0.0
    wheel_radius_error: float = 0.0
    wheel_separation_error: float = 0.0
    wheel_slip: float = 0.0
    wheel_noise: float = 0.0
    heading_drift: float = 0.0

    def __post_init__(self) -> None:
        for name, (low, high, unit) in LIMITS.items():
            require_within(name, getattr(self, name), (low, high), unit)

    @property
    def perfect(self) -> bool:
        """Whether robots know where they are."""
        # How far off outliers would be is no error where there are none.
        size = self.outlier_size if self.outliers else PERFECT.outlier_size
        return replace(self, outlier_size=size) == PERFECT

    @property
    def of_odometry(self) -> tuple[str, ...]:
        """Names of the errors of odometry that there are."""
        return tuple(name for name in OF_ODOMETRY if getattr(self, name))

    @property
    def of_headings(self) -> bool:
        """Whether robots may be wrong about where they head."""
        return bool(self.heading_noise or self.heading_bias or self.of_odometry)

    def said(self) -> dict[str, float]:
        """Return what tells these errors from none, by name."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            name: value
            for name, value in values.items()
            if name in _ALWAYS or value != getattr(PERFECT, name)
        }


PERFECT = LocalisationErrors()
"""A fix without errors every control tick."""


def localisation_named(text: str) -> LocalisationErrors:
    """Return the errors of a preset or of a file.

    Args:
        text: one of ``PRESETS``, or a TOML file with a table ``[localisation]``.

    Raises:
        UsageError: there is no such preset or file, or it says what is not possible.
    """
    values = description_named(text).values(TABLE)
    for name, value in values.items():
        if not fits(value, float):
            raise UsageError(
                f"{{{SETTING}}}: {{0}} = {{1}} is not a number",
                name,
                repr(value),
                **{SETTING: text},
            )
    try:
        return LocalisationErrors(**{name: float(value) for name, value in values.items()})
    except UsageError as error:
        raise UsageError(f"{{{SETTING}}}: {{0}}", error, **{SETTING: text}) from None


def description_named(text: str) -> Description:
    """Return what a preset or a file says, with marks and sources; see `localisation_named`."""
    return read_description(SETTING, text, asset_folder(SETTING), {TABLE: tuple(LIMITS)})
