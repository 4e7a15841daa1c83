from __future__ import annotations

import subprocess
import sys

import pytest

from auditor.errors import ConfigError
from auditor.words import Lang, catalogue, lang_of
from auditor.words.messages import Words, entries_of


def words(lang: Lang = Lang.EN, **sources: str) -> Words:
    text = "".join(f"{name.replace('_', '-')} = {source}\n" for name, source in sources.items())
    return Words(lang, dict(entries_of(text)))


def test_blanks_are_filled() -> None:
    assert words(a_rule="Rule { $index } of { $group }").text("a-rule", index=3, group="sg-1") == "Rule 3 of sg-1"


def test_a_port_is_written_without_grouping() -> None:
    assert words(a_port="{ $port }").text("a-port", port=10250) == "10250"


def test_a_number_chooses_its_plural() -> None:
    said = words(a_node="{ $count ->\n    [one] 1 node\n   *[other] { $count } nodes\n}")
    assert [said.text("a-node", count=count) for count in (1, 2)] == ["1 node", "2 nodes"]


def test_a_text_chooses_a_variant() -> None:
    said = words(a_way="{ $way ->\n    [in] inbound\n   *[out] outbound\n}")
    assert [said.text("a-way", way=way) for way in ("in", "out")] == ["inbound", "outbound"]


def test_an_unknown_id_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        words(a="b").text("a-message-that-is-not-there")


def test_a_blank_without_its_fact_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="index"):
        words(a_rule="Rule { $index }").text("a-rule")


def test_a_fact_without_a_blank_is_ignored() -> None:
    assert words(a="b").text("a", index=3) == "b"


def test_a_long_fact_is_written_whole() -> None:
    assert words(a="<{ $long }>").text("a", long="x" * 10_000) == f"<{'x' * 10_000}>"


def test_a_fact_that_looks_like_a_blank_stays_text() -> None:
    assert words(a="{ $name }").text("a", name="{ $other }") == "{ $other }"


def test_no_bidi_isolates_are_added() -> None:
    assert words(a="<{ $name }>").text("a", name="sg-1") == "<sg-1>"


@pytest.mark.parametrize(("count", "expected"), [(0, "none"), (1, "1 node"), (2, "a pair"), (3, "3 nodes")])
def test_a_number_chooses_its_own_variant_before_its_plural(count: int, expected: str) -> None:
    source = "{ $count ->\n    [0] none\n    [2] a pair\n    [one] 1 node\n   *[other] { $count } nodes\n}"
    assert words(a_node=source).text("a-node", count=count) == expected


def test_chinese_has_one_plural_category() -> None:
    source = "{ $count ->\n    [one] 一个\n   *[other] { $count } 个\n}"
    assert words(Lang.ZH, a_node=source).text("a-node", count=1) == "1 个"


def test_a_text_is_not_counted() -> None:
    source = "{ $count ->\n    [1] number\n    [one] plural\n   *[other] text\n}"
    assert words(a_node=source).text("a-node", count="1") == "text"


def test_only_the_facts_of_the_chosen_variant_are_needed() -> None:
    source = "{ $way ->\n    [in] from { $source }\n   *[out] out\n}"
    assert words(a_way=source).text("a-way", way="out") == "out"
    with pytest.raises(KeyError, match="a-way: no fact 'source'"):
        words(a_way=source).text("a-way", way="in")


def test_a_choice_without_its_fact_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="way"):
        words(a_way="{ $way ->\n   *[out] out\n}").text("a-way")


@pytest.mark.parametrize(
    ("fact", "expected"),
    [("sg-1", "绑定 sg-1 的节点"), ("安全组", "绑定安全组的节点"), ("sg-1（基础）", "绑定 sg-1（基础）的节点")],
)
def test_the_space_beside_a_blank_is_for_latin_alone(fact: str, expected: str) -> None:
    assert words(Lang.ZH, a="绑定 { $group } 的节点").text("a", group=fact) == expected


def test_spaces_inside_a_chinese_fact_stay() -> None:
    assert words(Lang.ZH, a="集群 { $name } 已审计").text("a", name="生产 一号") == "集群生产 一号已审计"


def test_the_catalogue_of_a_language_is_read_once() -> None:
    assert catalogue(Lang.ZH) is catalogue(Lang.ZH)


@pytest.mark.parametrize(
    ("explicit", "env", "expected"),
    [
        ("zh", {}, Lang.ZH),
        ("EN", {"SGAUDIT_LANG": "zh"}, Lang.EN),
        (None, {"SGAUDIT_LANG": "zh", "LANG": "en_US.UTF-8"}, Lang.ZH),
        (None, {"SGAUDIT_LANG": "", "LANG": "zh_CN.UTF-8"}, Lang.ZH),
        (None, {"LC_ALL": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, Lang.ZH),
        (None, {"LC_ALL": "C", "LC_MESSAGES": "zh_CN.UTF-8"}, Lang.EN),
        (None, {"LC_ALL": "", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US"}, Lang.ZH),
        (None, {"LANG": "fr_FR.UTF-8"}, Lang.EN),
        (None, {}, Lang.EN),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_locales(
    explicit: str | None, env: dict[str, str], expected: Lang
) -> None:
    assert lang_of(explicit, env) is expected


@pytest.mark.parametrize(("explicit", "env"), [("fr", {}), (None, {"SGAUDIT_LANG": "fr"})])
def test_a_language_that_is_not_spoken_is_refused(explicit: str | None, env: dict[str, str]) -> None:
    with pytest.raises(ConfigError) as caught:
        lang_of(explicit, env)
    assert catalogue(Lang.EN).text(caught.value.message_id, **caught.value.facts) == (
        'unknown language "fr"; languages: en, zh'
    )


def test_importing_the_package_loads_no_catalogue() -> None:
    code = "import sys, auditor.words; sys.exit('auditor.words.messages' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
