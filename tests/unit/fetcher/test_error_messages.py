"""Every error of the fetcher has a message in both languages and the facts that the message needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files

import pytest

from auditor.errors import AuditorError, AuthError, ConfigError, PermissionDenied, ReportError
from auditor.fetcher import cassette, http
from auditor.fetcher.actions import SUBNETS
from auditor.fetcher.api_response import ApiCall
from auditor.fetcher.clock import Cancelled, RunClock
from auditor.fetcher.http import proxy_for
from auditor.fetcher.keys import credentials_error
from auditor.fetcher.rate_limit import SharedBudget
from auditor.fetcher.roles import assumed_role
from auditor.words import Lang, catalogue

ROLE = "qcs::cam::uin/100000000001:roleName/reader"
ASKED = ApiCall(action=SUBNETS, region="ap-guangzhou")


def raised(call: Callable[[], object]) -> AuditorError:
    with pytest.raises(AuditorError) as caught:
        call()
    return caught.value


ERRORS: tuple[AuditorError, ...] = (
    Cancelled(),
    ASKED.error(AuthError, "fetch-auth", "AuthFailure", "no"),
    ASKED.error(AuthError, "fetch-clock", "AuthFailure.SignatureExpire", "no"),
    ASKED.error(PermissionDenied, "fetch-denied", "UnauthorizedOperation", "no"),
    *(
        ASKED.error(AuthError, f"fetch-{name}", "Code", "no", "req")
        for name in ("throttled", "network", "unexpected", "cloud", "not-recorded")
    ),
    credentials_error("fetch-no-credentials", "NoCredentials", places="here, there"),
    *(
        credentials_error(f"fetch-keys-{name}", "BadCredentials", place="file", name="secret_id")
        for name in ("missing", "spaces")
    ),
    *(
        credentials_error(
            f"fetch-{name}", "Code", place="file", login="tccli auth login", action=SUBNETS, request_id="req"
        )
        for name in (
            "credentials-file",
            "credentials-section",
            "credentials-unreadable",
            "tccli-expired",
            "tccli-role",
            "cvm-role",
            "role",
            "role-trust",
            "role-trust-external",
        )
    ),
    raised(lambda: assumed_role(ROLE, "")),
    raised(lambda: assumed_role("", "nightly")),
    raised(lambda: assumed_role("nonsense", "nightly")),
    raised(lambda: assumed_role(ROLE, "x")),
    raised(lambda: proxy_for("https", "a.b", {"HTTPS_PROXY": "socks5://c"})),
    raised(lambda: proxy_for("https", "a.b", {"HTTPS_PROXY": "ftp://c"})),
    raised(lambda: http.parse_endpoint("nonsense")),
    raised(lambda: http.parse_endpoint(root_domain="nonsense")),
    raised(lambda: SharedBudget(RunClock(), share=2)),
    raised(lambda: SharedBudget(RunClock(), rates={"vpc:DescribeSubnets": 0})),
    raised(lambda: cassette.load("{}", "file.json")),
    raised(lambda: cassette.load('{"format": "sgaudit-cassette/1"}', "file.json")),
    ReportError("fetch-record-unclean", path="file.json", kind="account"),
)


@pytest.mark.parametrize("lang", list(Lang))
def test_an_error_fills_its_sentence(lang: Lang) -> None:
    for wrong in ERRORS:
        text = catalogue(lang).text(wrong.message_id, **wrong.facts)
        assert "{" not in text
        for name in {"place", "key", "permission"} & wrong.facts.keys():
            assert str(wrong.facts[name]) in text, wrong.message_id


def test_the_list_above_is_whole() -> None:
    found: set[str] = set()
    for file in files("auditor.fetcher").iterdir():
        if file.name.endswith(".py"):
            found.update(re.findall(r'"(fetch-(?!log-)[a-z-]+)"', file.read_text(encoding="utf-8")))
    assert {wrong.message_id for wrong in ERRORS} == found


def test_only_what_a_person_wrote_ends_as_a_usage_error() -> None:
    wrong = [each for each in ERRORS if isinstance(each, ConfigError)]
    assert {each.message_id for each in wrong} == {
        "fetch-proxy",
        "fetch-proxy-socks",
        "fetch-role-no-session",
        "fetch-role-no-arn",
        "fetch-role-arn",
        "fetch-role-session",
        "fetch-endpoint",
        "fetch-root-domain",
        "fetch-rate-share",
        "fetch-rate",
        "fetch-cassette-format",
        "fetch-cassette-key",
    }
