"""Lines of the spool, transcripts, and the hook run as a coding agent runs it."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import hardwon.capture
from hardwon.capture import SPOOL, VERSION, capture_command

SESSION = "0f3c6a1e-2b7d-4c55-9f0e-aa77bb66cc12"
OTHER = "77aa66bb-55cc-44dd-83ee-220011aa99ff"


def line(place: Path, /, **values: Any) -> str:
    """Return a line as the hook writes it in `place`; None as a value leaves its key out."""
    told = {
        "version": VERSION,
        "client": "claude",
        "event": "SessionEnd",
        "session": SESSION,
        "time": "2026-03-01T17:00:00+0100",
        "cwd": str(place),
        **values,
    }
    return json.dumps({key: value for key, value in told.items() if value is not None})


def fill_spool(memory: Path, *lines: str) -> Path:
    """Add lines to the spool of a memory as hooks do; return its file."""
    spool = memory / ".hardwon" / SPOOL
    spool.parent.mkdir(exist_ok=True)
    with spool.open("a", encoding="utf-8", newline="") as file:
        file.writelines(f"\n{text}\n" for text in lines)
    return spool


def read_spool(memory: Path) -> list[dict[str, Any]]:
    """Return the lines of the spool; none where there is no spool."""
    spool = memory / ".hardwon" / SPOOL
    if not spool.exists():
        return []
    return [json.loads(text) for text in spool.read_text("ascii").splitlines() if text]


@functools.cache
def _patient() -> tuple[tempfile.TemporaryDirectory[str], str]:
    """Return the hook with half a minute for what it does: a busy machine is no fault of it."""
    source = Path(hardwon.capture.__file__).read_text(encoding="utf-8")
    for name, seconds in (("_SECONDS", "1.0"), ("_READ_SECONDS", "0.5")):
        assert f"\n{name} = {seconds}\n" in source
        source = source.replace(f"\n{name} = {seconds}\n", f"\n{name} = 20.0\n")
    folder = tempfile.TemporaryDirectory()
    file = Path(folder.name) / "capture.py"
    file.write_text(source, encoding="utf-8")
    return folder, str(file)


def patient_command(client: str) -> list[str]:
    """Return the command of the hook, which takes longer before it gives up."""
    real = hardwon.capture.__file__
    return [
        _patient()[1] if word == real else word for word in capture_command(client, sys.executable)
    ]


def run_hook(
    told: Any = None, *args: str, client: str = "claude", cwd: Path, **environ: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the hook as a client does, but in no hurry, and return how it ended.

    Args:
        told: Bytes for standard input, or what is to be JSON there.
        args: More arguments, as Codex gives its JSON.
        client: Name of the client.
        cwd: Where it is run.
        environ: Variables.
    """
    data = told if isinstance(told, bytes) else b"" if told is None else json.dumps(told).encode()
    env = {k: v for k, v in os.environ.items() if not k.startswith("HARDWON")}
    return subprocess.run(
        [*patient_command(client), *args],
        input=data,
        capture_output=True,
        cwd=cwd,
        env={**env, **environ},
        check=False,
        timeout=30,
    )


def claude_transcript(file: Path, *texts: str, written: str = "", day: str = "2026-03-01") -> Path:
    """Write a transcript in which a person and the agent talk in turn; return its file."""
    entries: list[dict[str, Any]] = [{"type": "summary", "summary": "x"}]
    for number, text in enumerate(texts):
        role = ("user", "assistant")[number % 2]
        content: Any = text if role == "user" else [{"type": "text", "text": text}]
        if written and role == "assistant":
            block = {"type": "tool_use", "name": "Edit", "input": {"file_path": written}}
            content = [block, *content]
        entries.append(
            {
                "type": role,
                "timestamp": f"{day}T15:{number:02d}:00.000Z",
                "message": {"role": role, "content": content},
            }
        )
    file.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    return file
