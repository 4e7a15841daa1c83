from pathlib import Path

import pytest
import requests
import responses

from auditor.fetcher.http import UNINSPECTED, HttpSession
from auditor.fetcher.response_limits import Limits


@pytest.fixture
def session() -> HttpSession:
    return HttpSession(connections=2, limits=Limits(seconds=30))


def test_a_redirect_is_an_answer_and_not_followed(wire: responses.RequestsMock, session: HttpSession) -> None:
    wire.post("https://tke.example.com/", status=307, headers={"Location": "https://elsewhere.example.com/"})
    assert session.request("POST", "https://tke.example.com/", headers={"X-TC-Token": "t"}).status_code == 307
    assert len(wire.calls) == 1


def test_no_cookie_comes_back(wire: responses.RequestsMock, session: HttpSession) -> None:
    wire.post("https://tke.example.com/", headers={"Set-Cookie": "who=me; Path=/"})
    session.request("POST", "https://tke.example.com/")
    session.request("POST", "https://tke.example.com/")
    assert "Cookie" not in wire.calls[1].request.headers


def test_netrc_takes_no_part(
    wire: responses.RequestsMock, session: HttpSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password hush-hush\n")
    monkeypatch.setenv("NETRC", str(netrc))
    wire.post("https://tke.example.com/")
    session.request("POST", "https://tke.example.com/", headers={"Authorization": "ours"})
    assert wire.calls[0].request.headers["Authorization"] == "ours"


def test_what_came_is_remembered_and_hidden_from_the_sdk(wire: responses.RequestsMock, session: HttpSession) -> None:
    wire.post("https://tke.example.com/", body="{}", content_type="application/json; charset=utf-8")
    response = session.request("POST", "https://tke.example.com/")
    assert session.seen().content_type == "application/json; charset=utf-8"
    assert session.seen().response is response
    assert response.headers["Content-Type"] == UNINSPECTED


def test_a_failure_is_remembered_as_it_was(wire: responses.RequestsMock, session: HttpSession) -> None:
    failure = requests.exceptions.ConnectTimeout("too slow")
    wire.post("https://tke.example.com/", body=failure)
    with pytest.raises(requests.exceptions.ConnectTimeout):
        session.request("POST", "https://tke.example.com/")
    assert session.seen().failure is failure


def test_what_is_forgotten_is_nothing(wire: responses.RequestsMock, session: HttpSession) -> None:
    wire.post("https://tke.example.com/")
    session.request("POST", "https://tke.example.com/")
    session.forget()
    assert session.seen().response is None
    assert session.seen().failure is None


def test_a_request_is_the_one_that_requests_would_make(wire: responses.RequestsMock, session: HttpSession) -> None:
    wire.post("https://tke.example.com/")
    headers = {"Content-Type": "application/json", "Host": "tke.example.com", "X-TC-Action": "DescribeClusters"}
    for sender in (requests.Session(), session):
        sender.request(
            "POST", "https://tke.example.com", data='{"Name": "\u96c6\u7fa4"}', headers=headers, proxies={}, stream=True
        )
    usual, ours = (call.request for call in wire.calls)
    assert (ours.method, ours.url, ours.body) == (usual.method, usual.url, usual.body)
    assert dict(ours.headers) == dict(usual.headers)
    assert ours.headers["Content-Length"] == "18"
