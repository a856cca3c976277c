"""The findings of `check` as text, as JSON data and as a diff."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hardwon.markup.text import counted
from hardwon.model.finding import Finding
from hardwon.render.terminal import safe, styled


def render_finding(finding: Finding, show_path: Callable[[str], str]) -> str:
    """Return `path:line: code message`, and the way out on a second line.

    Args:
        finding: What was found.
        show_path: Turns a path of the memory into one that the reader can open.
    """
    place = styled(f"{safe(show_path(finding.path))}:{finding.line}:", "bold")
    text = f"{place} {styled(finding.code, 'yellow')} {safe(finding.message)}"
    return f"{text}\n  hint: {safe(finding.hint)}" if finding.hint else text


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
    files = counted(len({finding.path for finding in findings}), "file")
    return f"{before}{counted(len(findings), 'finding')}{can} in {files}"
