"""`hardwon.toml`: read, validated, and explained when it is wrong."""

from __future__ import annotations

import os
import tomllib
from typing import Any

from hardwon.errors import SettingsError
from hardwon.files.folder import SETTINGS_FILE, Folder, decode
from hardwon.model.settings import Semantic, Settings


def read_settings(folder: Folder) -> Settings:
    """Return the settings of the memory; the defaults where it states none.

    Raises:
        SettingsError: The file is no TOML, or a key or value in it is not known.
        UnreadableFileError: It is a link, no file, too large, or no text.
    """
    values, text = _load(folder)
    return _validate(values, text) if text else Settings()


def read_semantic(folder: Folder) -> Semantic:
    """Return what the memory says of the sentence model; raises as `read_settings`.

    A search asks, and checking all settings would take longer than the search.
    """
    values, text = _load(folder)
    table = values.get("semantic", {})
    if isinstance(table, dict) and table.keys() <= {"enabled", "model"}:
        semantic = Semantic(**table)
        if isinstance(semantic.enabled, bool) and isinstance(semantic.model, str):
            return semantic
    return _validate(values, text).semantic


def _load(folder: Folder) -> tuple[dict[str, Any], str]:
    """Return what `hardwon.toml` holds, and its text; nothing and "" where there is none."""
    if not os.path.lexists(folder.root / SETTINGS_FILE):
        return {}, ""
    text = decode(folder.read_bytes(SETTINGS_FILE), SETTINGS_FILE).removeprefix("\ufeff")
    try:
        return tomllib.loads(text), text
    except (ValueError, RecursionError) as error:  # too long a number, too many brackets
        raise SettingsError(f"is not valid TOML: {error}", path=SETTINGS_FILE) from error


def _validate(values: dict[str, Any], text: str) -> Settings:
    from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

    from hardwon.model.settings import Matching
    from hardwon.model.values import Thresholds

    strict = ConfigDict(extra="forbid")
    for kind in (Settings, Matching, Semantic, Thresholds):
        with_config(strict)(kind)
    try:
        settings = TypeAdapter(Settings).validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        name = str(first["loc"][-1]) if first["loc"] else ""
        line = next((n for n, row in enumerate(text.split("\n"), 1) if name and name in row), None)
        raise SettingsError(
            f"{key}: {first['msg'].lower()}",
            path=SETTINGS_FILE,
            line=line,
            hint="the keys and their values are listed in docs/format.md",
        ) from error
    if not 1 <= settings.confidence.medium <= settings.confidence.high:
        raise SettingsError(
            "confidence: medium must be at least 1 and at most high", path=SETTINGS_FILE
        )
    return settings
