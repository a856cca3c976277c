"""Notes as mails, for a program that indexes mail alone.

python -m benchmarks.mails MEMORY MAILS CONFIG
"""

from __future__ import annotations

import sys
from pathlib import Path

_CONFIG = """[database]
path={mails}
[user]
name=Somebody
primary_email=somebody@example.com
[new]
tags=note
[search]
exclude_tags=
"""
_HEAD = """From: Somebody <somebody@example.com>
Subject: {title}
Date: Fri, 01 Mar 2024 00:00:00 +0000
Message-ID: <{number}@example.com>
Content-Type: text/plain; charset=utf-8

"""


def write_mails(memory: Path, mails: Path, config: Path) -> int:
    """Write each note of `memory` as a mail of the same text, and the settings; return how many."""
    notes = [file for file in sorted(memory.rglob("*.md")) if ".hardwon" not in file.parts]
    for number, note in enumerate(notes):
        mail = mails / note.relative_to(memory)
        if not mail.parent.is_dir():
            mail.parent.mkdir(parents=True)
        head = _HEAD.format(title=note.stem, number=number)
        mail.write_bytes(head.encode("ascii", "replace") + note.read_bytes())
    config.write_text(_CONFIG.format(mails=mails), encoding="utf-8")
    return len(notes)


if __name__ == "__main__":
    write_mails(*map(Path, sys.argv[1:4]))
