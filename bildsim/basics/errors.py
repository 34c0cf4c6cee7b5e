"""The two ways in which a run can end badly: wrong input, and a run that had to stop."""

import difflib
from collections.abc import Callable, Iterable
from string import Formatter
from typing import Self

Naming = Callable[[str, object], str]
"""How a setting is named in a sentence: takes its field's name and value, returns the words."""


class _SentenceError(Exception):
    """A sentence in which settings are named as whoever reads it writes them.

    Settings stand in the sentence as ``{field}`` and are named as whoever reads it writes them: in
    Python ``start='nowhere'``, on a command line ``--start nowhere`` (see `said`).

    Args:
        sentence: the sentence. ``{field}`` is a setting with its value, ``{field:value}`` one with
            the value that is written there, ``{0}`` the first of ``words``. Without words and
            settings it is taken as it is.
        words: whatever else is put into the sentence.
        settings: values by field; a field without a value stands for its name alone.
    """

    def __init__(self, sentence: str = "", *words: object, **settings: object) -> None:
        super().__init__(sentence, *words)
        self.sentence, self.words, self.settings = sentence, words, settings

    def __str__(self) -> str:
        """Return the sentence with settings as Python's keyword arguments."""
        return self.said(as_keyword)

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the settings when the error travels between processes."""
        return _rebuilt, (type(self), self.sentence, self.words, self.settings)

    def said(self, naming: Naming) -> str:
        """Return the sentence with each setting in the words of ``naming``."""
        if not self.words and not self.settings:
            return self.sentence
        return "".join(
            text + ("" if field is None else self._filled(field, spec or "", naming))
            for text, field, spec, _ in Formatter().parse(self.sentence)
        )

    def _filled(self, field: str, spec: str, naming: Naming) -> str:
        if field.isdigit():
            return str(self.words[int(field)])
        return naming(field, _value(spec) if spec else self.settings.get(field, True))


class UsageError(_SentenceError, ValueError):
    """Wrong input: one sentence that names the setting, the value and what is allowed.

    Programs print the sentence and end with exit status 2; nothing has been written by then.

        >>> str(UsageError("{radius} is too much with {dynamics:bullet}", radius=0.3))
        "radius=0.3 is too much with dynamics='bullet'"

    Arguments: a sentence, words for its ``{0}``, values for its ``{field}`` and ``{field:value}``.
    """

    @classmethod
    def renamed(cls, error: "UsageError", naming: Naming) -> Self:
        """Return the error with its settings named for good, for who knows better what they are."""
        return cls(error.said(naming))


class RunError(_SentenceError, RuntimeError):
    """A run that had to stop: the sentence names the time, the robot and the quantity.

    Programs print it, keep what was recorded and end with exit status 1. Arguments are
    those of `UsageError`.
    """


def as_keyword(field: str, value: object) -> str:
    """Name a setting as an argument in Python; one that is True by its name alone."""
    if value is True:
        return field
    return f"{field}={in_digits(value)}" if isinstance(value, float) else f"{field}={value!r}"


def in_digits(value: float) -> str:
    """Return a number in six digits, and a large one in all that it has."""
    few = f"{value:g}"
    return f"{value:.15g}" if "e+" in few else few


def in_words(error: BaseException) -> str:
    """Return the type of an error and what it says, in one line; a user's may fail to say it."""
    kind = type(error).__name__
    try:
        words = " ".join(str(error).split())
    except Exception:
        return kind
    return f"{kind}: {words}" if words else kind


def reason_of(error: Exception) -> str:
    """Return why a file could not be used, in the system's words, to go on a sentence with."""
    words = getattr(error, "strerror", None) or str(error)
    return words[:1].lower() + words[1:]


def unknown_name(setting: str, value: str, allowed: Iterable[str]) -> UsageError:
    """Return the error for a name that does not exist, with the nearest names that do.

    Args:
        setting: the field that holds the name, such as ``target``; words that are no field, such as
            ``where key``, are taken as they are.
        value: the unknown name.
        allowed: every valid name.
    """
    names = list(allowed)
    near = difflib.get_close_matches(value, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    allowed_names = ", ".join(names)
    if not setting.isidentifier():
        return UsageError(f"{setting} {value!r} is unknown: {hint}valid are {allowed_names}")
    sentence = f"{{{setting}}} is unknown: {{0}}valid are {{1}}"
    return UsageError(sentence, hint, allowed_names, **{setting: value})


def not_allowed(setting: str, value: float, allowed: str) -> UsageError:
    """Return the error for a number outside what is allowed.

    Args:
        setting: the field that holds it.
        value: the number.
        allowed: what it must be, in words.
    """
    shown = value if isinstance(value, int) else float(value)
    return UsageError(f"{{{setting}}} is not allowed: it must be {allowed}", **{setting: shown})


def _value(text: str) -> object:
    """Return what is written in a sentence as a value: a number where it is one."""
    try:
        return float(text)
    except ValueError:
        return text


def _rebuilt(
    kind: type[_SentenceError],
    sentence: str,
    words: tuple[object, ...],
    settings: dict[str, object],
) -> _SentenceError:
    return kind(sentence, *words, **settings)
