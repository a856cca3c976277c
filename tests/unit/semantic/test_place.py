"""Which model is loaded: a memory names one, and the user says where models lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hardwon.errors import ModelError
from hardwon.semantic.place import MODELS, SWITCH, find_model_folder, is_switched_off


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    (folder / "own").mkdir(parents=True)
    monkeypatch.setenv(MODELS, str(folder))
    return folder


def test_a_model_lies_in_the_folder_that_the_user_names(models: Path) -> None:
    assert find_model_folder("own") == models / "own"


def test_the_first_of_several_folders_that_holds_it_counts(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS, os.pathsep.join([str(tmp_path / "none"), str(models)]))
    assert find_model_folder("own") == models / "own"


def test_no_model_is_loaded_where_the_user_names_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(MODELS, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own").mkdir()
    with pytest.raises(ModelError, match="no folder of models is named") as caught:
        find_model_folder("own")
    assert MODELS in str(caught.value)


@pytest.mark.parametrize("name", ["../models/own", "/own", "own/..", "C:own", "a\\own", "."])
def test_a_name_leads_out_of_that_folder_by_no_means(models: Path, name: str) -> None:
    with pytest.raises(ModelError, match="names no model"):
        find_model_folder(name)


def test_a_link_out_of_that_folder_is_not_followed(models: Path, tmp_path: Path) -> None:
    (tmp_path / "clone").mkdir()
    (models / "linked").symlink_to(tmp_path / "clone")
    with pytest.raises(ModelError, match="symbolic link"):
        find_model_folder("linked")


def test_a_model_that_is_missing_is_named_with_its_place(models: Path) -> None:
    with pytest.raises(ModelError, match="no model 'other'"):
        find_model_folder("other")


@pytest.mark.parametrize(
    ("value", "expected"), [("off", True), ("0", True), ("No", True), ("", False), ("on", False)]
)
def test_the_user_switches_it_off(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: bool
) -> None:
    monkeypatch.setenv(SWITCH, value)
    assert is_switched_off() is expected
