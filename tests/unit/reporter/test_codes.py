from __future__ import annotations

import pytest

from auditor.model.codes import Code, GapKind
from auditor.reporter.codes import code_text, code_texts
from auditor.words import Lang


@pytest.mark.parametrize("lang", Lang)
def test_every_code_is_explained(lang: Lang) -> None:
    texts = code_texts(lang)
    assert [text.code for text in texts] == [*(code.value for code in Code), *(kind.value for kind in GapKind)]
    assert all(text.title and text.what and text.example and text.fix for text in texts)


def test_a_finding_has_its_stable_name_and_a_gap_has_none() -> None:
    assert code_text(Code.EXCESS_ACCESS, Lang.ZH).name == "excess-access"
    assert code_text(GapKind.UNREAD, Lang.EN).name == ""


def test_codes_stay_when_the_language_changes() -> None:
    assert code_text(Code.EXCESS_ACCESS, Lang.EN).title == "More is open than needed"
    assert code_text(Code.EXCESS_ACCESS, Lang.ZH).title == "放通超出需要"
