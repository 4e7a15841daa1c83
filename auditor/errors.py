"""Exceptions and exit codes. A finding is a value; an exception means that the program cannot do its work."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit code of the process. If several codes apply, the first of 70, 2, 3, 1, 0 is used."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERNAL = 70
    INTERRUPTED = 130


class AuditorError(Exception):
    """Base of every error that is shown to a person: what failed, for which object, and what to try next.

    ``message_id`` names the sentence in the message catalogues (``auditor/words``), ``facts`` are its variables. Facts
    never contain a secret.
    """

    exit_code = ExitCode.INTERNAL

    def __init__(self, message_id: str, **facts: str | int) -> None:
        super().__init__(message_id, facts)
        self.message_id = message_id
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.message_id}: " + ", ".join(f"{name}={value!r}" for name, value in self.facts.items())


class ConfigError(AuditorError):
    """A mistake in a file or option. The facts name file, line and key."""

    exit_code = ExitCode.USAGE

    @property
    def mistakes(self) -> "tuple[ConfigError, ...]":
        """All mistakes that are shown together, this one first."""
        return (self,)


class ReportError(AuditorError):
    """A report could not be rendered or written."""

    exit_code = ExitCode.USAGE


class HistoryError(AuditorError):
    """A history file cannot be read or written. The facts name the file."""

    exit_code = ExitCode.USAGE


class FetchError(AuditorError):
    """A call to the cloud did not give a usable answer.

    Facts: ``service``, ``action``, ``region``, ``code`` (of the API, or a word of this program), ``detail`` (English)
    and ``request_id`` (empty without an answer).
    """

    exit_code = ExitCode.INCOMPLETE


class AuthError(FetchError):
    """The credentials are missing, wrong or expired."""


class PermissionDenied(FetchError):
    """CAM refused the call.

    The fact ``permission`` is the action to grant, as in ``vpc:DescribeSubnets``. The fact ``part`` is the part of the
    audit that alone needs it; it is empty if an audit without the action is impossible.
    """


class Throttled(FetchError):
    """The API refused the call because of its rate limit, after every retry."""


class NetworkError(FetchError):
    """No complete answer: failed name resolution or connection, a time-out, or a truncated body."""


class UnexpectedAnswer(FetchError):
    """An answer that is not JSON, lacks required fields, or has fields of another type."""


class NotRecorded(FetchError):
    """The replayed recording has no answer, or no further answer, to this request."""


class CloudError(FetchError):
    """Any other error code of the API."""
