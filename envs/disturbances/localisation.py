"""Errors of localisation as settings: a positioning system by name, and single errors."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Annotated, TypeAlias

from bildsim.basics.errors import UsageError
from bildsim.envs.localisation.errors import PERFECT, LocalisationErrors, localisation_named

# The words beside a type stand for its values where options are listed.
System: TypeAlias = Annotated[str | None, "NAME|FILE"]
Metres: TypeAlias = Annotated[float | None, "METRES"]
Radians: TypeAlias = Annotated[float | None, "RAD"]
Seconds: TypeAlias = Annotated[float | None, "SECONDS"]
Rate: TypeAlias = Annotated[float | None, "HZ"]
Share: TypeAlias = Annotated[float | None, "SHARE"]
_OF_LATER_FIXES = ("position_dropout", "fix_latency", "fix_weight", "outliers")


@dataclass(frozen=True, eq=False)
class Sensing:
    """Errors of localisation: what planners and tracking see in place of the true poses.

    A robot gets fixes of its pose, unless told otherwise every control tick of 0.1 s. A position
    outside the arena is moved to the nearest point inside, for a robot knows the walls. In between,
    and when a fix is dropped, it goes by its wheels' odometry, which pushes and slip deceive; ideal
    robots have no wheels and keep the last fix. The first fix always comes. Where nothing else is
    said an error is that of ``localisation``, or there is none. Settings that come to the same are
    equal.

    Attributes:
        position_noise: standard deviation of a fix along each axis (m), drawn for every fix.
        position_bias: standard deviation of a robot's own constant error along each axis (m).
        position_dropout: chance that a fix is dropped.
        heading_noise: standard deviation of the heading of a fix (rad), drawn for every fix.
        heading_bias: standard deviation of a robot's own constant error of the heading (rad).
        fix_rate: fixes a second (Hz), up to 60, the rate of tracking; 0 for the first fix alone;
            unless given 10, one a control tick.
        fix_latency: how old a fix is when it comes (s); robots carry it forward by their odometry.
        fix_weight: share by which a fix takes the place of what odometry says, up to 1, the whole
            of it, unless given: with less robots smooth noise by their odometry.
        outliers: share of fixes that are far off.
        outlier_size: standard deviation along each axis of what is added to those (m); unless given
            0.5.
        place_bias: root mean square along each axis of a smooth error that depends on the place
            (m), as of a lens, drawn once for the run.
        wheel_radius_error: standard deviation of the share by which odometry takes each wheel's
            radius for larger than it is.
        wheel_separation_error: the same for the distance between a robot's wheels.
        wheel_slip: mean share by which wheels turn further than the floor goes by, drawn at every
            update and for each wheel evenly up to twice that.
        wheel_noise: standard deviation of a wheel's count after a metre (m), growing with the root
            of the way.
        heading_drift: standard deviation of the heading after a second without a fix (rad), growing
            with the root of the time.
        localisation: a positioning system whose errors these are unless given: optitrack,
            overhead-camera, projector, lighthouse, uwb, odometry (the first fix and wheels alone),
            or a file (.toml) with a table [localisation].

    Raises:
        UsageError: a value is out of range; when it is used, too, if there is no such system.
    """

    position_noise: Metres = None
    position_bias: Metres = None
    position_dropout: Share = None
    heading_noise: Radians = None
    heading_bias: Radians = None
    fix_rate: Rate = None
    fix_latency: Seconds = None
    fix_weight: Share = None
    outliers: Share = None
    outlier_size: Metres = None
    place_bias: Metres = None
    wheel_radius_error: Share = None
    wheel_separation_error: Share = None
    wheel_slip: Share = None
    wheel_noise: Metres = None
    heading_drift: Radians = None
    localisation: System = None

    def __post_init__(self) -> None:
        # The system is read when it is needed: another one may yet take its place.
        replace(PERFECT, **self._own)

    def __eq__(self, other: object) -> bool:
        return self.errors == other.errors if isinstance(other, Sensing) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.errors)

    @cached_property
    def errors(self) -> LocalisationErrors:
        """All errors, settled; a file is read once, wherever the settings go from there.

        Raises:
            UsageError: there is no such system.
        """
        named = PERFECT if self.localisation is None else localisation_named(self.localisation)
        return replace(named, **self._own)

    @property
    def _own(self) -> dict[str, float]:
        given = {name: getattr(self, name) for name in NUMBERS}
        return {name: value for name, value in given.items() if value is not None}

    def with_numbers(self, numbers: Mapping[str, float]) -> "Sensing":
        """Return the settings with some errors, by name, in place of their own.

        Raises:
            UsageError: one is out of range.
        """
        given = {name: getattr(self, name) for name in NUMBERS}
        return Sensing(**{**given, **numbers}, localisation=self.localisation)

    def require_used(self) -> None:
        """Make sure that everything that is said has an effect.

        Raises:
            UsageError: something has none; the sentence names it.
        """
        if self.outlier_size is not None and self.outliers is None and not self.errors.outliers:
            raise UsageError(
                "{outlier_size} needs {outliers}: say what share of the fixes is so far off",
                outlier_size=self.outlier_size,
            )
        for name in () if self.errors.fix_rate else _OF_LATER_FIXES:
            if getattr(self, name):
                cause = "localisation" if self.fix_rate is None else "fix_rate"
                raise UsageError(
                    f"{{{name}}} means nothing with {{{cause}}}: no fix follows the first",
                    **{name: getattr(self, name), cause: getattr(self, cause)},
                )

    @property
    def of_odometry(self) -> dict[str, float | str]:
        """What only robots with wheels can have, as it was given: single errors or the system."""
        found: dict[str, float | str] = {}
        absent = () if self.errors.fix_rate else ("fix_rate",)
        for name in (*self.errors.of_odometry, *absent):
            own = getattr(self, name)
            given = {name: own} if own is not None else {"localisation": self.localisation}
            found |= {setting: value for setting, value in given.items() if value is not None}
        return found

    @property
    def perfect(self) -> bool:
        """Whether robots know where they are."""
        return self.errors.perfect


NUMBERS = tuple(item.name for item in fields(LocalisationErrors))
"""The single errors, by name."""
