from __future__ import annotations

import pytest

from auditor.reporter.text.names import translated
from auditor.words import Lang, catalogue


@pytest.mark.parametrize(
    ("message_id", "facts"),
    [
        ("fetch-no-credentials", {"places": "$A, ~/b (c)"}),
        ("fetch-keys-missing", {"place": "~/.tencentcloud/credentials", "name": "secret_key"}),
        ("fetch-tccli-expired", {"place": "a\nb", "login": "tccli auth login"}),
        ("fetch-cancelled", {}),
    ],
)
def test_a_message_of_our_own_is_said_in_the_reader_s_language(message_id: str, facts: dict[str, str]) -> None:
    english = catalogue(Lang.EN).text(message_id, **facts)
    assert translated(english, Lang.ZH, "fetch") == catalogue(Lang.ZH).text(message_id, **facts)
    assert translated(english, Lang.EN, "fetch") == english


def test_the_words_of_others_stay() -> None:
    assert translated("you are not authorized", Lang.ZH, "fetch") == "you are not authorized"
