"""The exception tree and the exit codes. A violation is a value; only an inability is an exception."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process ends with; when several hold, 70, 2, 3, 1, 0 in this order."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERNAL = 70
    INTERRUPTED = 130


class AuditorError(Exception):
    """Base of every error that a person is told: what failed, for which object, what to try next.

    ``message_id`` names the sentence in the message catalogues (``auditor/words``), ``facts`` fill its blanks. No fact
    ever holds a secret.
    """

    exit_code = ExitCode.INTERNAL

    def __init__(self, message_id: str, **facts: str | int) -> None:
        super().__init__(message_id, facts)
        self.message_id = message_id
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.message_id}: " + ", ".join(f"{name}={value!r}" for name, value in self.facts.items())


class ConfigError(AuditorError):
    """A file or option that a person wrote is wrong; the facts name file, line and key."""

    exit_code = ExitCode.USAGE

    @property
    def mistakes(self) -> "tuple[ConfigError, ...]":
        """Everything wrong that is told together, this first."""
        return (self,)


class ReportError(AuditorError):
    """A report could not be made or written."""

    exit_code = ExitCode.USAGE


class FetchError(AuditorError):
    """A call to the cloud did not give a usable answer.

    Facts of every one: ``service``, ``action``, ``region``, ``code`` (the API's, or our own word), ``detail`` (English)
    and ``request_id`` (empty where there was no answer).
    """

    exit_code = ExitCode.INCOMPLETE


class AuthError(FetchError):
    """The credentials are missing, wrong or expired."""


class PermissionDenied(FetchError):
    """CAM refused the call; the fact ``permission`` is the action to grant, as in ``vpc:DescribeSubnets``."""


class Throttled(FetchError):
    """The rate limit still refused after every retry."""


class NetworkError(FetchError):
    """No answer: name resolution, connection, time-out or a body that was cut."""


class UnexpectedAnswer(FetchError):
    """An answer that is none: not JSON, without the promised fields, or of another type."""


class NotRecorded(FetchError):
    """The recording that stands in for the cloud holds no answer (any more) to this request."""


class CloudError(FetchError):
    """Any other error code of the API."""
