from __future__ import annotations

from pathlib import Path

import pytest

from auditor import resources


def test_a_checkout_has_its_baselines_at_the_top() -> None:
    assert {"tke-default.yaml", "tke-hardened.yaml", "tke-least.yaml"} <= set(resources.names("configs"))
    assert "\nname: tke-default\n" in resources.text("configs/tke-default.yaml")


def test_names_are_sorted_and_hold_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs" / "deploy").mkdir(parents=True)
    for name in ("b.yaml", "a.yaml"):
        (tmp_path / "configs" / name).write_text("")
    monkeypatch.setattr(resources, "_INSTALLED", tmp_path)
    assert resources.names("configs") == ("a.yaml", "b.yaml")


def test_an_installed_wheel_has_its_files_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cassettes").mkdir()
    (tmp_path / "cassettes" / "demo.json").write_text("放通", encoding="utf-8")
    monkeypatch.setattr(resources, "_INSTALLED", tmp_path)
    assert resources.text("cassettes/demo.json") == "放通"


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        resources.text("configs/none.yaml")


def test_a_checkout_that_was_never_installed_still_has_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "DISTRIBUTION", "no-such-distribution-anywhere")
    assert resources.version().count(".") == 2
