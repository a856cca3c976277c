"""The evaluation says for its process whether the extra `semantic` is used; tests undo that."""

import pytest

from evaluation.quality.searching import SWITCH


@pytest.fixture(autouse=True)
def _switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "0")
