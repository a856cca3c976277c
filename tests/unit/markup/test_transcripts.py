"""Transcripts say when a session began, what was asked, and what the agent said last."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hardwon.markup.transcripts import parse_transcript
from hardwon.model.captured import Transcript

BEGAN = dt.datetime(2026, 3, 1, 15, tzinfo=dt.UTC)


def claude(role: str, content: Any, **values: Any) -> str:
    stamp = "2026-03-01T15:00:00.000Z"
    message = {"role": role, "content": content}
    return json.dumps({"type": role, "timestamp": stamp, "message": message, **values})


def codex(role: str, text: str, kind: str) -> str:
    payload = {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}
    stamp = "2026-03-01T15:00:00.000Z"
    return json.dumps({"timestamp": stamp, "type": "response_item", "payload": payload})


def edit(path: object, name: str = "Edit") -> dict[str, Any]:
    return {"type": "tool_use", "name": name, "input": {"file_path": path}}


def test_claude() -> None:
    found = parse_transcript(
        [
            json.dumps({"type": "summary", "summary": "Something older", "leafUuid": "x"}),
            claude("user", "Caveat: what follows was made by commands", isMeta=True),
            claude("user", "<command-name>/clear</command-name>"),
            claude("user", "Payments fail at times."),
            claude("assistant", [{"type": "thinking", "thinking": "hm"}, edit("/shop/pay.py")]),
            claude("user", [{"type": "tool_result", "tool_use_id": "x", "content": "ok"}]),
            claude("assistant", [edit("/shop/pay.py", "Write"), edit("/shop/x.py", "Read")]),
            claude("assistant", [{"type": "text", "text": "A helper's."}], isSidechain=True),
            claude("assistant", [{"type": "text", "text": "Done."},
                                 {"type": "text", "text": "See the test."}]),
            claude("assistant", [edit("/shop/n.ipynb")]),
            claude("user", "Thanks."),
        ]
    )  # fmt: skip
    assert found == Transcript(
        began=BEGAN,
        asked="Payments fail at times.",
        message="Done.\n\nSee the test.",
        files=("/shop/pay.py", "/shop/n.ipynb"),
    )


def test_codex() -> None:
    patch = {
        "type": "custom_tool_call",
        "name": "apply_patch",
        "input": "*** Begin Patch\n*** Update File: src/pay.py\n+x\n*** Add File: b.py\n",
    }
    meta = {"timestamp": "2026-03-01T15:00:00Z", "type": "session_meta", "payload": {"id": "x"}}
    found = parse_transcript(
        [
            json.dumps(meta),
            codex("user", "<environment_context>…</environment_context>", "input_text"),
            codex("user", "Payments fail at times.", "input_text"),
            json.dumps({"type": "event_msg", "payload": {"type": "agent_message", "message": "x"}}),
            codex("assistant", "Done.", "output_text"),
            json.dumps({"type": "response_item", "payload": patch}),
            json.dumps({"type": "response_item", "payload": {**patch, "input": None}}),
        ]
    )
    assert found == Transcript(BEGAN, "Payments fail at times.", "Done.", ("src/pay.py", "b.py"))


def test_copilot() -> None:
    lines = [
        {"type": "session.start", "data": {"sessionId": "x"}, "timestamp": "2026-03-01T15:00:00Z"},
        {"type": "user.message", "data": {"content": "Mend it."}},
        {"type": "assistant.message", "data": {"content": "Mended.", "toolRequests": []}},
        {"type": "tool.execution_complete", "data": {"content": "no message"}},
    ]
    found = parse_transcript(map(json.dumps, lines))
    assert found == Transcript(BEGAN, "Mend it.", "Mended.")


def test_cursor() -> None:
    lines = [
        {"role": "user", "message": {"content": [{"type": "text", "text": "Mend it."}]}},
        {"role": "assistant", "message": {"content": [{"type": "text", "text": "Mended."}]}},
    ]
    found = parse_transcript(map(json.dumps, lines))
    assert found == Transcript(None, "Mend it.", "Mended.")


def test_what_is_not_understood_says_nothing() -> None:
    lines = [
        "", "no json", "[" * 9_999, "[]", "7", '{"message": 7}', '{"type": "assistant"}',
        claude("assistant", [7, None, {"type": "text"}, {"type": "text", "text": 7}, edit(7)]),
        claude("assistant", {"text": "x"}),
        '{"timestamp": 17}', '{"timestamp": "2026-03-01T15:00:00"}',
    ]  # fmt: skip
    assert parse_transcript(lines[:7] + lines[9:]) == Transcript()
    assert parse_transcript(lines).message == ""


@given(st.lists(st.text() | st.dictionaries(st.text(), st.text()).map(json.dumps)))
def test_no_line_ends_it(lines: list[str]) -> None:
    parse_transcript(lines)
