"""Transcripts of coding agents: one object of JSON a line.

Three families are read, each by its own words, and what is in none is passed over:

- Claude Code, 2.1: `type` is `user` or `assistant`, `message.content` a text or a list of blocks
  (`text`, `tool_use` with `input.file_path`). Entries with `isSidechain` are another agent's,
  with `isMeta` the program's own. Cursor's have `role` in the place of `type`.
- Codex, 0.46 and later: `type` is `response_item` with a `payload` of type `message`, whose
  `role` is `user` or `assistant` and whose `content` holds `input_text` and `output_text`; or of
  type `custom_tool_call` and name `apply_patch`, whose `input` is a patch with its own headers.
- GitHub Copilot CLI, 2026: `type` is `user.message` or `assistant.message`, `data.content` a text.

No vendor calls its form an interface: what is not as said here is no error.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from hardwon.markup.captures import parse_time
from hardwon.model.captured import Transcript

_TEXTS = frozenset({"text", "input_text", "output_text"})
_WRITING = frozenset({"Edit", "MultiEdit", "NotebookEdit", "Write"})
_PATHS = ("file_path", "notebook_path")
_PATCHED = re.compile(r"^\*\*\* (?:Add|Update|Delete) File: (.+)$", re.M)
# So begins what the program itself tells the agent in a person's name.
_NO_QUESTION = ("<", "Caveat:", "# AGENTS.md")


def parse_transcript(lines: Iterable[str]) -> Transcript:
    """Return what the lines of a transcript say; a line that is not understood says nothing."""
    began: dt.datetime | None = None
    asked = message = ""
    files: dict[str, None] = {}
    for entry in _entries(lines):
        began = began or parse_time(_aware(entry.get("timestamp")))
        files.update(dict.fromkeys(_patched(entry)))
        role, content = _said(entry)
        text = _text(content)
        if role == "user" and not asked and not text.startswith(_NO_QUESTION):
            asked = text
        if role == "assistant":
            message = text or message
            files.update(dict.fromkeys(_written(content)))
    return Transcript(began, asked, message, tuple(files))


def _entries(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict) and not entry.get("isSidechain") and not entry.get("isMeta"):
            yield entry


def _aware(stamp: object) -> object:
    """Return a time stamp that may be trusted to be one moment: none without an offset."""
    return stamp if isinstance(stamp, str) and stamp.endswith(("Z", "+00:00")) else None


def _said(entry: dict[str, Any]) -> tuple[object, object]:
    """Return who says what in an entry; None where nobody does."""
    kind = entry.get("type")
    role, _, rest = kind.partition(".") if isinstance(kind, str) else ("", "", "")
    place = "payload" if role == "response_item" else "data" if rest == "message" else "message"
    inner = entry.get(place)
    if not isinstance(inner, dict):
        return None, None
    return inner.get("role") or entry.get("role") or role, inner.get("content")


def _patched(entry: dict[str, Any]) -> Iterator[str]:
    """Yield the files that an entry of Codex patches."""
    call = entry.get("payload")
    if isinstance(call, dict) and call.get("name") == "apply_patch":
        patch = call.get("input")
        yield from _PATCHED.findall(patch) if isinstance(patch, str) else ()


def _text(content: object) -> str:
    if isinstance(content, str):
        return content.strip()
    texts = (
        block.get("text")
        for block in _blocks(content)
        if block.get("type") in _TEXTS and isinstance(block.get("text"), str)
    )
    return "\n\n".join(text.strip() for text in texts if text).strip()


def _written(content: object) -> Iterator[str]:
    """Yield the files that a message has tools write to."""
    for block in _blocks(content):
        given = block.get("input")
        if block.get("type") == "tool_use" and block.get("name") in _WRITING:
            paths = (given.get(key) for key in _PATHS) if isinstance(given, dict) else ()
            yield from (path for path in paths if isinstance(path, str) and path)


def _blocks(content: object) -> Iterator[dict[str, Any]]:
    if isinstance(content, list):
        yield from (block for block in content if isinstance(block, dict))
