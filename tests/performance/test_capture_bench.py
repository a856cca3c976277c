"""The measuring of the capture hook measures a hook that captures."""

import sys

import pytest

from benchmarks import capture


def test_prints_a_row_for_each_way_to_run_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["capture", "2"])
    monkeypatch.setattr(capture, "BAR", 1_000.0)  # two rounds on a busy machine say nothing
    monkeypatch.setattr(capture, "LIMIT", 1_000.0)
    assert capture.main() == 0
    rows = [line.split(" | ")[0] for line in capsys.readouterr().out.splitlines()]
    assert [row for row in rows if "hook" in row or "pass" in row][:4] == [
        "| python -c pass", "| hook", "| hook by its name", "| hook, no memory",
    ]  # fmt: skip
