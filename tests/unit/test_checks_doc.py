"""docs/checks.md and the table of checks agree, and each example does what the page says."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import click
import pytest

from hardwon.actions.check import check_memory, mend_memory
from hardwon.files.folder import Folder
from hardwon.render.check import render_finding
from hardwon.render.terminal import for_terminal
from hardwon.review.checks.table import CHECKS, FIXABLE

PAGE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## [a-z-]+\n|\Z)", PAGE, re.M | re.S))
# What cannot be shown on a page, not be made on every system, or is missing in a clone.
WITHOUT_EXAMPLE = {"merge-driver", "path-clash", "symbolic-link", "too-nested", "unreadable"}
WITH_EXAMPLE = [code for code in CHECKS if code not in WITHOUT_EXAMPLE]
TODAY = dt.date(2026, 3, 1)


def example(code: str, root: Path) -> str:
    """Write the files of a section below `root` and return what `check` is said to print."""
    section = SECTIONS[code]
    for path, text in re.findall(r"^`(\S+)`:\n\n```markdown\n(.*?)^```$", section, re.M | re.S):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    (printed,) = re.findall(r"^```text\n(.*?)^```$", section, re.M | re.S)
    return printed


def test_every_check_has_a_section_in_the_order_of_the_table() -> None:
    assert list(SECTIONS) == list(CHECKS)


def test_the_overview_says_what_can_be_mended() -> None:
    rows = re.findall(r"^\| \[(\S+)\]\(#(\S+)\) \| .+ \| (yes|no) \|$", PAGE, re.M)
    assert [(code, anchor, can == "yes") for code, anchor, can in rows] == [
        (code, code, code in FIXABLE) for code in CHECKS
    ]


@pytest.mark.parametrize("code", CHECKS)
def test_a_section_says_what_why_how_and_whether_it_is_mended(code: str) -> None:
    prose = SECTIONS[code].split("```")[0]
    words = re.findall(r"^\*\*(\S.*?):\*\* `?(\w+)", prose, re.M)
    assert [label for label, _ in words] == ["What", "Why", "How to mend", "`--fix`"]
    assert words[-1][1] == ("yes" if code in FIXABLE else "no")


@pytest.mark.parametrize("code", WITH_EXAMPLE)
def test_an_example_gives_the_findings_that_stand_below_it(code: str, tmp_path: Path) -> None:
    printed = example(code, tmp_path)
    findings = check_memory(Folder(tmp_path), today=TODAY, codes=CHECKS).findings
    lines = [
        click.unstyle(for_terminal(render_finding(f, str))) for f in findings if f.code == code
    ]
    assert "".join(f"{line}\n" for line in lines) == printed


@pytest.mark.parametrize("code", WITH_EXAMPLE)
def test_an_example_is_mended_exactly_where_the_page_says_so(code: str, tmp_path: Path) -> None:
    example(code, tmp_path)
    checked = mend_memory(Folder(tmp_path), today=TODAY, codes=[code])
    assert bool(checked.mended) is (code in FIXABLE)
    assert bool(checked.findings) is (code not in FIXABLE)
