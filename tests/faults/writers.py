"""What runs beside a learning process: `python writers.py ROLE ARGUMENT...`, one role each."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

from hardwon.actions.learn import learn
from hardwon.actions.note import capture
from hardwon.errors import ChangedOnDiskError
from hardwon.files.folder import Folder
from hardwon.files.write import writing
from hardwon.markup.compose import Draft
from hardwon.model.values import PartialDate


def learns(root: str, times: str) -> None:
    """Learn so many times; print how often it had to stop because a file kept changing."""
    stopped = 0
    for _ in range(int(times)):
        try:
            learn(Folder(Path(root)))
        except ChangedOnDiskError:
            stopped += 1
    print(stopped)


def learns_until(root: str, stop: str) -> None:
    """Learn again and again until the file `stop` is there; print how often at the end."""
    print("learning", flush=True)
    count = 0
    while count == 0 or not Path(stop).exists():
        count += 1
        with contextlib.suppress(ChangedOnDiskError):
            learn(Folder(Path(root)))
        time.sleep(0.02)  # nobody learns all the time, and the lock keeps no queue
    print(count)


def edits(file: str, manner: str, times: str) -> None:
    """Add numbered lines, one in a save, each to the text as it stands at that moment."""
    path = Path(file)
    for number in range(int(times)):
        save(path, path.read_bytes() + f"- By hand, {number}.\n".encode(), manner)
        time.sleep(0.003)


def save(path: Path, data: bytes, manner: str) -> None:
    if manner == "in-place":
        path.write_bytes(data)
    else:
        aside = path.with_name(f"{path.name}~")
        aside.write_bytes(data)
        aside.replace(path)


def edits_slowly(file: str, line: str) -> None:
    """Empty a file, wait for a line on standard input, and fill the file again."""
    path = Path(file)
    data = path.read_bytes()
    with path.open("wb", buffering=0) as book:
        print("emptied", flush=True)
        sys.stdin.readline()
        book.write(data + f"{line}\n".encode())


def notes(root: str, name: str, times: str) -> None:
    """Capture notes of one title on one day."""
    for number in range(int(times)):
        draft = Draft("The same title", PartialDate(2026, 1, 5), body=f"By {name}, {number}.")
        print(capture(Folder(Path(root)), draft).path)


def holds(root: str) -> None:
    """Hold the lock until killed."""
    with writing(Folder(Path(root))):
        print("held", flush=True)
        sys.stdin.readline()


ROLES = {
    "learn": learns,
    "learn-until": learns_until,
    "editor": edits,
    "slow-editor": edits_slowly,
    "note": notes,
    "holder": holds,
}

if __name__ == "__main__":
    ROLES[sys.argv[1]](*sys.argv[2:])
