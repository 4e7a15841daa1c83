"""Every complaint of this package has its sentence in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import auditor.config
from auditor.config import baseline
from auditor.errors import ConfigError
from auditor.words import Lang, catalogue
from tests.unit.config.files import load_settings, written

SOURCES = Path(auditor.config.__file__).parent
IN_CODE = {
    found for path in SOURCES.glob("*.py") for found in re.findall(r'"(config-[a-z0-9-]+)"', path.read_text("utf-8"))
}
NEAR = {
    f"config-{name}-near"
    for name in ("unknown-key", "unknown-word", "unknown-action", "unknown-baseline", "unknown-id", "unknown-class")
}
FACTS: dict[str, str | int] = {
    "file": "a.yaml",
    "line": 1234,
    "key": "some.key",
    "found": "found",
    "expected": "list",
    "near": "near",
    "first": 7,
    "detail": "detail",
}


@pytest.mark.parametrize("lang", Lang)
def test_the_catalogue_has_the_messages_of_the_code_and_no_others(lang: Lang) -> None:
    in_catalogue = {name for name in catalogue(lang).ids() if name.startswith("config-")}
    assert in_catalogue == IN_CODE | NEAR


@pytest.mark.parametrize("lang", Lang)
def test_a_message_needs_no_other_facts(lang: Lang) -> None:
    texts = {message_id: catalogue(lang).text(message_id, **FACTS) for message_id in sorted(IN_CODE | NEAR)}
    assert {message_id: text for message_id, text in texts.items() if "{" in text} == {}
    fileless = [message_id for message_id, text in texts.items() if "a.yaml" not in text]
    assert [message_id for message_id in fileless if not message_id.startswith("config-waiver")] == []


def sentence(error: ConfigError, lang: Lang) -> str:
    return catalogue(lang).text(error.message_id, **error.facts)


def test_a_complaint_reads_as_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "name: x\nextends: tke-default\ndrop:\n  - node-ingres-ssh\n", "ours.yaml")
    with pytest.raises(ConfigError) as caught:
        baseline.load("ours.yaml")
    assert sentence(caught.value, Lang.EN).startswith(
        'ours.yaml:4: drop[0]: "node-ingres-ssh" is not inherited; did you mean node-ingress-ssh? '
        "Expected one of: node-ingress-container, node-ingress-cluster, "
    )
    assert sentence(caught.value, Lang.ZH).startswith(
        'ours.yaml:4：drop[0]：继承的内容中没有 "node-ingres-ssh"，是否想写 node-ingress-ssh？应为其中之一：'
    )


def test_a_glob_that_is_no_list_reads_as_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(
            tmp_path, "allow:\n  - {id: a, direction: ingress, protocol: gre, cidrs: [::1], clusters: cls-*}\n"
        )
    assert sentence(caught.value, Lang.EN).endswith(
        ':2: allow[0].clusters: found "cls-*"; expected a list, as in [a, b]'
    )
    assert sentence(caught.value, Lang.ZH).endswith(':2：allow[0].clusters：写的是 "cls-*"；应为列表，例如 [a, b]')
