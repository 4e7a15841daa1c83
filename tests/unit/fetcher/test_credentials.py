from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import AuthError, CloudError, ConfigError, ExitCode
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.credentials import (
    CredentialEnvironment,
    default_region,
    find_credentials,
    search_places,
    with_role,
)
from auditor.fetcher.keys import KeySource
from auditor.fetcher.roles import AssumedRole, assumed_role
from auditor.fetcher.transport import Caller, Signer
from auditor.words import Lang, catalogue
from tests.unit.fetcher.fake_clock import FakeClock

ID, KEY, TOKEN = "invented-id", "invented-key", "invented-token"
PAIR = {"TENCENTCLOUD_SECRET_ID": ID, "TENCENTCLOUD_SECRET_KEY": KEY}
NOW = 1_780_001_000.0


class TokenService:
    """Hands out temporary keys, counted, and remembers who asked and how."""

    def __init__(self) -> None:
        self.signers: list[Signer | None] = []
        self.asked: list[tuple[str, str, dict[str, object]]] = []
        self.failure: Exception | None = None

    def connect(self, signer: Signer | None) -> Caller:
        self.signers.append(signer)
        return self

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        self.asked.append((action.permission, region, dict(params)))
        if self.failure is not None:
            raise self.failure
        number = len(self.asked)
        keys = {"TmpSecretId": f"tmp-id-{number}", "TmpSecretKey": f"tmp-key-{number}", "Token": f"tmp-token-{number}"}
        return {"RequestId": "r", "Credentials": keys, "ExpiredTime": int(NOW) + 7200 * number}


class Place:
    """An empty machine, to put keys in."""

    def __init__(self, root: Path, clock: FakeClock) -> None:
        self.env: dict[str, str] = {}
        self.home = root / "home"
        self.etc = root / "etc"
        self.clock = clock
        self.metadata: dict[str, str] = {}
        self.service = TokenService()
        self.role: AssumedRole | None = None

    def write(self, path: str, text: str) -> Path:
        file = self.home.parent / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def read_metadata(self, path: str) -> str:
        if path not in self.metadata:
            raise OSError("404")
        return self.metadata[path]

    def around(self) -> CredentialEnvironment:
        return CredentialEnvironment(
            env=self.env,
            home=self.home,
            etc=self.etc,
            clock=self.clock,
            metadata=self.read_metadata,
            connect=self.service.connect,
            role=self.role,
        )

    def found(self) -> tuple[KeySource, str, tuple[str, str, str | None]]:
        credentials = find_credentials(self.around())
        return credentials.source, credentials.location, credentials.get_credential_info()

    def refused(self) -> AuthError:
        with pytest.raises(AuthError) as raised:
            find_credentials(self.around())
        assert raised.value.exit_code is ExitCode.INCOMPLETE
        assert {"service", "action", "region", "code", "detail", "request_id"} <= raised.value.facts.keys()
        said = [catalogue(lang).text(raised.value.message_id, **raised.value.facts) for lang in Lang]
        for text in (*said, str(raised.value), repr(raised.value.__cause__)):
            assert not [secret for secret in (ID, KEY, TOKEN) if secret in text]
        return raised.value


@pytest.fixture
def place(tmp_path: Path, clock: FakeClock) -> Place:
    return Place(tmp_path, clock)


def test_the_environment_gives_a_pair(place: Place) -> None:
    place.env = dict(PAIR)
    assert place.found() == (KeySource.ENVIRONMENT, "TENCENTCLOUD_SECRET_ID", (ID, KEY, None))


@pytest.mark.parametrize("name", ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"])
def test_the_environment_gives_a_session_token(place: Place, name: str) -> None:
    place.env = {**PAIR, name: TOKEN}
    assert place.found()[2] == (ID, KEY, TOKEN)


@pytest.mark.parametrize("missing", list(PAIR))
@pytest.mark.parametrize("empty", [True, False])
def test_half_a_pair_is_said_with_the_half_that_is_missing(place: Place, missing: str, *, empty: bool) -> None:
    place.env = {**PAIR, missing: ""} if empty else {name: value for name, value in PAIR.items() if name != missing}
    place.write("home/.tencentcloud/credentials", "[default]\nsecret_id = other\nsecret_key = other\n")
    error = place.refused()
    assert error.message_id == "fetch-keys-missing"
    assert error.facts["name"] == missing


@pytest.mark.parametrize("value", [" invented", "invented\n", "in vented", " ", "\t", "密钥", "in\x00vented"])
@pytest.mark.parametrize("name", [*PAIR, "TENCENTCLOUD_TOKEN"])
def test_what_no_key_can_hold_is_said_and_not_shown(place: Place, name: str, value: str) -> None:
    place.env = {**PAIR, name: value}
    error = place.refused()
    assert error.message_id == "fetch-keys-spaces"
    assert error.facts["name"] in {name, "token"}


def test_an_empty_pair_is_none(place: Place) -> None:
    place.env = dict.fromkeys(PAIR, "")
    assert place.refused().message_id == "fetch-no-credentials"


def test_nothing_anywhere_names_every_place(place: Place) -> None:
    error = place.refused()
    assert error.message_id == "fetch-no-credentials"
    assert error.facts["places"] == (
        "TENCENTCLOUD_SECRET_ID + TENCENTCLOUD_SECRET_KEY, ~/.tencentcloud/credentials, "
        f"{place.etc}/tencentcloud/credentials, ~/.tccli/default.credential, metadata.tencentyun.com, "
        "TKE_REGION + TKE_PROVIDER_ID + TKE_WEB_IDENTITY_TOKEN_FILE + TKE_ROLE_ARN"
    )


@pytest.mark.parametrize("folder", ["home/.tencentcloud", "etc/tencentcloud"])
def test_a_credentials_file_gives_a_pair_and_a_token(place: Place, folder: str) -> None:
    file = place.write(f"{folder}/credentials", f"[default]\nsecret_id={ID}\nsecret_key = {KEY}\ntoken={TOKEN}\n")
    assert place.found() == (KeySource.FILE, str(file), (ID, KEY, TOKEN))


def test_quotes_and_percent_signs_in_the_file_mean_what_they_say(place: Place) -> None:
    place.write("home/.tencentcloud/credentials", f"\ufeff[default]\nsecret_id=\"{ID}\"\nsecret_key='a%sb%%c'\n")
    assert place.found()[2] == (ID, "a%sb%%c", None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"secret_id={ID}\nsecret_key={KEY}\n", "fetch-credentials-file"),
        (f"[default]\n{ID}\n", "fetch-credentials-file"),
        (f"[default]\nsecret_id={ID}\nsecret_id={ID}\n", "fetch-credentials-file"),
        (f"[prod]\nsecret_id={ID}\nsecret_key={KEY}\n", "fetch-credentials-section"),
        ("", "fetch-credentials-section"),
        (f"[default]\nsecret_id={ID}\n", "fetch-keys-missing"),
        (f"[default]\nsecret_key={KEY}\nsecret_id=\n", "fetch-keys-missing"),
        ("[default]\nregion=ap-guangzhou\n", "fetch-keys-missing"),
        (f"[default]\nsecret_id={ID} {ID}\nsecret_key={KEY}\n", "fetch-keys-spaces"),
    ],
)
def test_a_file_that_is_wrong_is_said_and_nothing_else_is_tried(place: Place, text: str, sentence: str) -> None:
    file = place.write("home/.tencentcloud/credentials", text)
    place.metadata = {"cam/security-credentials/": "role"}
    error = place.refused()
    assert error.message_id == sentence
    assert error.facts["place"] == str(file)


def test_a_file_that_is_no_text_is_said(place: Place) -> None:
    place.write("home/.tencentcloud/credentials", "").write_bytes(b"\xff\xfe\x00")
    assert place.refused().message_id == "fetch-credentials-unreadable"


def test_a_folder_in_the_place_of_the_file_is_said(place: Place) -> None:
    (place.home / ".tencentcloud" / "credentials").mkdir(parents=True)
    error = place.refused()
    assert (error.message_id, error.facts["detail"]) == ("fetch-credentials-unreadable", "a folder")


def profile(**more: object) -> str:
    return json.dumps({"secretId": ID, "secretKey": KEY, "token": None, **more})


def test_the_profile_of_tccli_gives_a_pair(place: Place) -> None:
    file = place.write("home/.tccli/default.credential", profile())
    assert place.found() == (KeySource.TCCLI, str(file), (ID, KEY, None))


def test_the_profile_that_the_environment_names_is_taken(place: Place) -> None:
    place.env = {"TCCLI_PROFILE": "prod"}
    place.write("home/.tccli/default.credential", profile(secretId="other"))
    place.write("home/.tccli/prod.credential", profile(token=TOKEN))
    assert place.found()[2] == (ID, KEY, TOKEN)


def test_a_login_that_has_expired_is_said(place: Place) -> None:
    place.write("home/.tccli/default.credential", profile(type="oauth", token=TOKEN, expiresAt=NOW - 1))
    assert place.refused().message_id == "fetch-tccli-expired"


def test_a_login_that_tccli_renews_is_read_again(place: Place) -> None:
    place.write("home/.tccli/default.credential", profile(type="sso", token=TOKEN, expiresAt=NOW + 3600))
    credentials = find_credentials(place.around())
    place.write("home/.tccli/default.credential", profile(type="sso", token="second", expiresAt=NOW + 9000))
    assert credentials.get_credential_info()[2] == TOKEN
    place.clock.time += 3601
    assert credentials.get_credential_info()[2] == "second"


def test_a_login_that_ends_during_a_run_is_said(place: Place) -> None:
    place.write("home/.tccli/default.credential", profile(type="sso", token=TOKEN, expiresAt=NOW + 3600))
    credentials = find_credentials(place.around())
    place.clock.time += 3601
    with pytest.raises(AuthError) as raised:
        credentials.get_credential_info()
    assert raised.value.message_id == "fetch-tccli-expired"


def test_a_profile_with_a_role_is_good_for_getting_that_role_alone(place: Place) -> None:
    role = {"role-arn": "qcs::cam::uin/1:roleName/audit", "role-session-name": "nightly"}
    place.write("home/.tccli/default.credential", profile(**role))
    assert place.found()[2] == ("tmp-id-1", "tmp-key-1", "tmp-token-1")
    assert [signer and signer.get_credential_info() for signer in place.service.signers] == [(ID, KEY, None)]
    params = {"RoleArn": role["role-arn"], "RoleSessionName": "nightly", "DurationSeconds": 7200}
    assert place.service.asked == [("sts:AssumeRole", "ap-guangzhou", params)]


def test_a_profile_that_points_to_the_role_of_the_machine_gives_no_keys(place: Place) -> None:
    place.write("home/.tccli/default.credential", json.dumps({"type": "cvm-role"}))
    assert place.refused().message_id == "fetch-no-credentials"


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_profile_that_is_no_object_is_said(place: Place, text: str) -> None:
    place.write("home/.tccli/default.credential", text)
    assert place.refused().message_id == "fetch-credentials-file"


def test_half_a_profile_is_said(place: Place) -> None:
    place.write("home/.tccli/default.credential", profile(secretKey=""))
    error = place.refused()
    assert (error.message_id, error.facts["name"]) == ("fetch-keys-missing", "secretKey")


def role_keys(number: int, expires: float, **more: object) -> str:
    return json.dumps(
        {
            "Code": "Success",
            "TmpSecretId": f"role-id-{number}",
            "TmpSecretKey": f"role-key-{number}",
            "Token": f"role-token-{number}",
            "ExpiredTime": expires,
            **more,
        }
    )


def test_the_role_of_the_machine_gives_temporary_keys(place: Place) -> None:
    place.metadata = {
        "cam/security-credentials/": "audit role",
        "cam/security-credentials/audit%20role": role_keys(1, NOW + 3600),
    }
    assert place.found() == (KeySource.CVM_ROLE, "audit role", ("role-id-1", "role-key-1", "role-token-1"))


def test_keys_of_a_role_are_renewed_before_they_end(place: Place) -> None:
    path = "cam/security-credentials/audit"
    place.metadata = {"cam/security-credentials/": "audit", path: role_keys(1, NOW + 3600)}
    credentials = find_credentials(place.around())
    place.metadata[path] = role_keys(2, NOW + 9000)
    place.clock.time += 2999
    assert credentials.get_credential_info()[0] == "role-id-1"
    place.clock.time += 1
    assert credentials.get_credential_info()[0] == "role-id-2"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "<html>",
        "[]",
        role_keys(1, NOW, Code="Failed"),
        role_keys(1, NOW, TmpSecretKey=None),
        role_keys(1, NOW, ExpiredTime=None),
        json.dumps({"Code": "Success", "ExpiredTime": 1}),
    ],
)
def test_a_role_without_keys_is_said(place: Place, answer: str | None) -> None:
    place.metadata = {"cam/security-credentials/": "audit"}
    if answer is not None:
        place.metadata["cam/security-credentials/audit"] = answer
    assert place.refused().facts["place"] == "audit"


def test_an_instance_without_a_role_is_passed_over(place: Place) -> None:
    place.metadata = {"cam/security-credentials/": ""}
    assert place.refused().message_id == "fetch-no-credentials"


def oidc(place: Place) -> dict[str, str]:
    file = place.write("token", f"{TOKEN}\n")
    return {
        "TKE_REGION": "ap-shanghai",
        "TKE_PROVIDER_ID": "provider",
        "TKE_WEB_IDENTITY_TOKEN_FILE": str(file),
        "TKE_ROLE_ARN": "qcs::cam::uin/1:roleName/audit",
    }


def test_the_identity_of_a_pod_gives_temporary_keys_without_a_signature(place: Place) -> None:
    place.env = oidc(place)
    assert place.found() == (
        KeySource.TKE_OIDC,
        "qcs::cam::uin/1:roleName/audit",
        ("tmp-id-1", "tmp-key-1", "tmp-token-1"),
    )
    assert place.service.signers == [None]
    params = {
        "ProviderId": "provider",
        "WebIdentityToken": TOKEN,
        "RoleArn": "qcs::cam::uin/1:roleName/audit",
        "RoleSessionName": "sgaudit",
        "DurationSeconds": 7200,
    }
    assert place.service.asked == [("sts:AssumeRoleWithWebIdentity", "ap-shanghai", params)]


def test_the_identity_of_a_pod_is_read_anew_for_each_renewal(place: Place) -> None:
    place.env = oidc(place)
    credentials = find_credentials(place.around())
    Path(place.env["TKE_WEB_IDENTITY_TOKEN_FILE"]).write_text("rotated", encoding="utf-8")
    place.clock.time += 7200
    assert credentials.get_credential_info()[0] == "tmp-id-2"
    assert [params["WebIdentityToken"] for _, _, params in place.service.asked] == [TOKEN, "rotated"]


@pytest.mark.parametrize("missing", ["TKE_REGION", "TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN"])
def test_an_identity_that_is_not_whole_is_said(place: Place, missing: str) -> None:
    place.env = oidc(place)
    del place.env[missing]
    error = place.refused()
    assert (error.message_id, error.facts["name"]) == ("fetch-keys-missing", missing)


def test_a_region_alone_is_no_identity(place: Place) -> None:
    place.env = {"TKE_REGION": "ap-shanghai"}
    assert place.refused().message_id == "fetch-no-credentials"


def test_an_identity_without_its_token_file_is_said(place: Place) -> None:
    place.env = {**oidc(place), "TKE_WEB_IDENTITY_TOKEN_FILE": str(place.home / "none")}
    assert place.refused().message_id == "fetch-credentials-unreadable"


def test_a_refusal_of_the_token_service_keeps_the_token_to_itself(place: Place) -> None:
    place.env = oidc(place)
    place.service.failure = CloudError(
        "fetch-cloud",
        service="sts",
        action="AssumeRoleWithWebIdentity",
        region="ap-shanghai",
        code="InvalidParameter.WebIdentityTokenError",
        detail=f"bad token {TOKEN}",
        request_id="req-1",
    )
    error = place.refused()
    assert error.facts == {
        "service": "sts",
        "action": "AssumeRoleWithWebIdentity",
        "region": "ap-shanghai",
        "code": "InvalidParameter.WebIdentityTokenError",
        "detail": "InvalidParameter.WebIdentityTokenError",
        "request_id": "req-1",
        "place": "qcs::cam::uin/1:roleName/audit",
    }


def put_in_environment(place: Place) -> None:
    place.env.update(PAIR)


def put_in_file(place: Place) -> None:
    place.write("home/.tencentcloud/credentials", f"[default]\nsecret_id={ID}\nsecret_key={KEY}\n")


def put_in_profile(place: Place) -> None:
    place.write("home/.tccli/default.credential", profile())


def put_in_metadata(place: Place) -> None:
    place.metadata.update(
        {"cam/security-credentials/": "audit", "cam/security-credentials/audit": role_keys(1, NOW + 3600)}
    )


def put_in_pod(place: Place) -> None:
    place.env.update(oidc(place))


PLACES: list[tuple[KeySource, Callable[[Place], None]]] = [
    (KeySource.ENVIRONMENT, put_in_environment),
    (KeySource.FILE, put_in_file),
    (KeySource.TCCLI, put_in_profile),
    (KeySource.CVM_ROLE, put_in_metadata),
    (KeySource.TKE_OIDC, put_in_pod),
]


def test_every_source_of_keys_has_a_place_but_the_role_that_is_assumed_with_them() -> None:
    assert [source for source, _ in PLACES] == [source for source in KeySource if source is not KeySource.ROLE]


@pytest.mark.parametrize("first", range(len(PLACES)))
def test_places_are_looked_at_in_order(place: Place, first: int) -> None:
    for _, put in PLACES[first:]:
        put(place)
    assert place.found()[0] is PLACES[first][0]


def test_nothing_about_keys_shows(place: Place) -> None:
    put_in_environment(place)
    place.env["TENCENTCLOUD_TOKEN"] = TOKEN
    assert (
        repr(find_credentials(place.around())) == "Credentials(source='environment', location='TENCENTCLOUD_SECRET_ID')"
    )


@pytest.mark.parametrize(
    ("env", "configure", "region"),
    [
        ({"TENCENTCLOUD_REGION": " ap-shanghai "}, '{"_sys_param": {"region": "ap-guangzhou"}}', "ap-shanghai"),
        ({}, '{"_sys_param": {"region": "ap-guangzhou"}}', "ap-guangzhou"),
        ({}, '{"_sys_param": {"region": null}}', ""),
        ({}, '{"_sys_param": []}', ""),
        ({}, "[]", ""),
        ({}, "{", ""),
        ({}, None, ""),
    ],
)
def test_the_region_to_begin_with(place: Place, env: dict[str, str], configure: str | None, region: str) -> None:
    if configure is not None:
        place.write("home/.tccli/default.configure", configure)
    assert default_region(env, place.home) == region


def test_the_region_of_the_profile_that_is_named(place: Place) -> None:
    place.write("home/.tccli/prod.configure", '{"_sys_param": {"region": "ap-beijing"}}')
    assert default_region({"TCCLI_PROFILE": "prod"}, place.home) == "ap-beijing"


ARN = "qcs::cam::uin/100000000002:roleName/sgaudit-reader"


def test_a_role_is_assumed_with_whatever_keys_there_are(place: Place) -> None:
    place.env = {**PAIR, "TENCENTCLOUD_TOKEN": TOKEN}
    place.role = AssumedRole(arn=ARN, session="nightly")
    assert place.found() == (KeySource.ROLE, ARN, ("tmp-id-1", "tmp-key-1", "tmp-token-1"))
    params = {"RoleArn": ARN, "RoleSessionName": "nightly", "DurationSeconds": 7200}
    assert place.service.asked == [("sts:AssumeRole", "ap-guangzhou", params)]
    assert [signer and signer.get_credential_info() for signer in place.service.signers] == [(ID, KEY, TOKEN)]


def test_the_keys_of_an_assumed_role_are_renewed_before_they_end(place: Place) -> None:
    place.env = dict(PAIR)
    place.role = AssumedRole(arn=ARN, session="nightly")
    credentials = find_credentials(place.around())
    place.clock.time += 7200 - 601
    assert credentials.get_credential_info()[0] == "tmp-id-1"
    place.clock.time += 1
    assert credentials.get_credential_info()[0] == "tmp-id-2"


def test_a_role_that_is_denied_never_falls_back_to_the_keys_that_asked(place: Place) -> None:
    place.env = dict(PAIR)
    place.role = AssumedRole(arn=ARN, session="nightly")
    place.service.failure = CloudError(
        "fetch-cloud", service="sts", action="AssumeRole", region="", code="UnauthorizedOperation", request_id="r"
    )
    error = place.refused()
    assert (error.message_id, error.facts["place"], error.facts["code"]) == (
        "fetch-role-trust",
        ARN,
        "UnauthorizedOperation",
    )


def test_external_id_and_duration_are_sent_and_the_external_id_is_in_no_text(place: Place) -> None:
    place.env = dict(PAIR)
    place.role = AssumedRole(arn=ARN, session="nightly", external_id="secret-phrase", duration=3600)
    assert place.found()[0] is KeySource.ROLE
    assert place.service.asked[0][2] == {
        "RoleArn": ARN,
        "RoleSessionName": "nightly",
        "DurationSeconds": 3600,
        "ExternalId": "secret-phrase",
    }
    assert "secret-phrase" not in repr(place.around())
    place.service.failure = CloudError(
        "fetch-cloud",
        service="sts",
        action="AssumeRole",
        region="",
        code="InvalidParameter.secret-phrase",
        detail="secret-phrase is wrong",
        request_id="r secret-phrase",
    )
    error = place.refused()
    assert error.message_id == "fetch-role-trust-external"
    assert error.facts["code"] == "InvalidParameter.***"
    assert "secret-phrase" not in str(error)
    assert "with the configured external ID" in catalogue(Lang.EN).text(error.message_id, **error.facts)


HUB = "qcs::cam::uin/100000000001:roleName/hub"


def test_a_role_is_assumed_with_the_keys_of_another_role_and_both_are_renewed(place: Place) -> None:
    place.env = dict(PAIR)
    place.role = AssumedRole(arn=HUB, session="nightly")
    search = with_role(place.around(), search_places(place.around()), AssumedRole(arn=ARN, session="prod"))
    assert search.keys is not None
    assert [params["RoleArn"] for _, _, params in place.service.asked] == [HUB, ARN]
    first, second = place.service.signers
    assert first is not None
    assert second is not None
    assert first.get_credential_info() == (ID, KEY, None)
    assert second.get_credential_info()[0] == "tmp-id-1"
    assert search.keys.get_credential_info()[0] == "tmp-id-2"
    place.clock.time += 2 * 7200 - 600
    assert search.keys.get_credential_info()[0] == "tmp-id-3"
    assert second.get_credential_info()[0] == "tmp-id-4"
    assert [params["RoleArn"] for _, _, params in place.service.asked] == [HUB, ARN, ARN, HUB]
    assert [(result.source, result.location) for result in search.places[-2:]] == [
        (KeySource.ROLE, HUB),
        (KeySource.ROLE, ARN),
    ]


def test_a_role_that_ends_and_is_refused_then_is_an_error_and_no_silence(place: Place) -> None:
    place.env = dict(PAIR)
    place.role = AssumedRole(arn=ARN, session="nightly")
    credentials = find_credentials(place.around())
    place.service.failure = CloudError(
        "fetch-cloud",
        service="sts",
        action="AssumeRole",
        region="",
        code="ResourceNotFound.RoleNotFound",
        request_id="",
    )
    place.clock.time += 7200 - 600
    assert credentials.get_credential_info()[0] == "tmp-id-1"
    place.clock.time += 600
    with pytest.raises(AuthError) as raised:
        credentials.get_credential_info()
    assert raised.value.facts["code"] == "ResourceNotFound.RoleNotFound"


def test_without_keys_no_further_role_is_tried(place: Place) -> None:
    search = search_places(place.around())
    assert with_role(place.around(), search, AssumedRole(arn=ARN, session="prod")) is search
    assert place.service.asked == []


@pytest.mark.parametrize(
    ("arn", "session", "message_id"),
    [
        (ARN, "", "fetch-role-no-session"),
        ("", "nightly", "fetch-role-no-arn"),
        ("sgaudit-reader", "nightly", "fetch-role-arn"),
        ("qcs::cam::uin/:roleName/a", "nightly", "fetch-role-arn"),
        (ARN, "n", "fetch-role-session"),
        (ARN, "my run", "fetch-role-session"),
        (ARN, "n" * 129, "fetch-role-session"),
    ],
)
def test_half_a_role_or_a_misspelt_one_is_refused(arn: str, session: str, message_id: str) -> None:
    with pytest.raises(ConfigError) as refused:
        assumed_role(arn, session)
    assert refused.value.message_id == message_id
    for lang in Lang:
        assert catalogue(lang).text(message_id, **refused.value.facts)


@pytest.mark.parametrize("arn", [ARN, "qcs::cam::uin/100000000002:role/4611686018427733635"])
def test_a_role_goes_by_name_or_number(arn: str) -> None:
    assert assumed_role(arn, "sgaudit@ci") == AssumedRole(arn=arn, session="sgaudit@ci")
    assert assumed_role("", "") is None


@pytest.mark.parametrize(("kind", "login"), [("sso", "tccli sso login"), ("oauth", "tccli auth login")])
def test_expired_keys_of_a_profile_name_the_login_that_renews_them(place: Place, kind: str, login: str) -> None:
    place.env = {"TCCLI_PROFILE": "work"}
    place.write("home/.tccli/work.credential", profile(type=kind, token=TOKEN, expiresAt=NOW - 7200))
    assert place.refused().facts["login"] == f"{login} --profile work"


@pytest.mark.parametrize(
    "document", [{"role-arn": ARN}, {"role-arn": ARN, "type": "cvm-role"}, {"role-arn": ["a"], "secretId": ID}]
)
def test_a_profile_whose_role_cannot_be_assumed_is_not_passed_over(place: Place, document: dict[str, object]) -> None:
    keys = {"secretKey": KEY} if "secretId" in document else {}
    place.write("home/.tccli/default.credential", json.dumps({**document, **keys}))
    assert place.refused().message_id == "fetch-tccli-role"
