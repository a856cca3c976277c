"""The findings of `check` as text, as JSON data and as a diff."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import click

from hardwon.model.finding import Finding

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def render_finding(finding: Finding, show_path: Callable[[str], str]) -> str:
    """Return `path:line: code message`, and the way out on a second line.

    Args:
        finding: What was found.
        show_path: Turns a path of the memory into one that the reader can open.
    """
    place = click.style(f"{_safe(show_path(finding.path))}:{finding.line}:", bold=True)
    text = f"{place} {click.style(finding.code, fg='yellow')} {_safe(finding.message)}"
    return f"{text}\n  hint: {_safe(finding.hint)}" if finding.hint else text


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return the finding as JSON data; the hint stands in brackets behind the message."""
    return {
        "code": finding.code,
        "path": finding.path,
        "line": finding.line,
        "message": f"{finding.message} ({finding.hint})" if finding.hint else finding.message,
        "fixable": finding.fixable,
    }


def render_summary(findings: Sequence[Finding], looked_at: str, mended: int) -> str:
    """Return one line: how many findings there are, and how many `--fix` would mend.

    Args:
        findings: What is left.
        looked_at: What was checked, in words.
        mended: Findings that were mended just now.
    """
    before = f"{mended} mended, " if mended else ""
    if not findings:
        return f"{before}nothing to report: {looked_at}"
    fixable = sum(finding.fixable for finding in findings)
    can = f" ({fixable} can be mended with --fix)" if fixable else ""
    files = number(len({finding.path for finding in findings}), "file")
    return f"{before}{number(len(findings), 'finding')}{can} in {files}"


def number(count: int, noun: str) -> str:
    """Return `1 file`, `2 files`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _safe(text: str) -> str:
    """Return `text` without control characters, which could drive the reader's terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
