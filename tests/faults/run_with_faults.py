"""`python run_with_faults.py learn`: hardwon with a fault at its n-th call, without a compiler.

It understands the variables that `faults.c` describes and wraps what hardwon changes files
with: `os`, `open` and the exchange of two files. What SQLite does is not seen: there is no
FAULTS_PART=index here. The numbers of the calls may differ from the library's.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

ROOT = os.environ["FAULTS_ROOT"]
LOG = os.environ.get("FAULTS_LOG")
KIND = os.environ.get("FAULTS_KIND", "")
AT = int(os.environ.get("FAULTS_AT", "0"))

_os = {name: getattr(os, name) for name in dir(os) if callable(getattr(os, name))}
_open = io.open
_paths: dict[int, str] = {}  # of what is open for writing, by its number
_count = 0


def within(path: Any) -> str | None:
    """Return the absolute path of what is counted; None for all else."""
    if isinstance(path, int):
        return _paths.get(path)
    found = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - no link is to be followed
    below = found == ROOT or found.startswith(ROOT + os.sep)
    return found if below and "/.hardwon/index.sqlite" not in found else None


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def edit(*, aside: bool) -> None:
    """Add the line to the file as an editor would that read it this moment."""
    file, line = os.environ["FAULTS_FILE"], os.environ["FAULTS_LINE"]
    try:
        with _open(file, "rb") as old:
            text = old.read()
    except FileNotFoundError:
        text = b""
    with _open(f"{file}~" if aside else file, "wb") as new:
        new.write(text + line.encode() + b"\n")
    if aside:
        _os["replace"](f"{file}~", file)


def step(call: str, path: str, *, room: bool) -> bool:
    """Count a call and log it; return whether it is to be made by half. Raises OSError."""
    global _count  # noqa: PLW0603 - one process, one count
    _count += 1
    if LOG:
        with _open(LOG, "a", encoding="utf-8") as log:
            log.write(f"{_count} {call} {os.path.relpath(path, ROOT)}\n")
    if not AT or _count < AT:
        return False
    if _count > AT:
        if _count == AT + 1 and KIND in {"editkill", "savekill"}:
            die()
        if KIND == "full" and room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        return False
    if KIND == "kill":
        die()
    if KIND in {"eio", "enospc"} or (KIND == "full" and room):
        number = errno.EIO if KIND == "eio" else errno.ENOSPC
        raise OSError(number, os.strerror(number), path)
    if KIND.startswith(("edit", "save")):
        edit(aside=KIND.startswith("save"))
    return KIND == "half"


def whole(call: str, path: str, make: Callable[[], Any], *, room: bool = False) -> Any:
    """Make a call that is made whole or not at all."""
    half = step(call, path, room=room)
    try:
        return make()
    finally:
        if half:
            die()


def wrap(name: str, call: str, place: int = 0, *, room: bool = False) -> None:
    """Count `os.<name>` by the path that is its argument number `place`."""
    real = _os[name]

    def counted(*args: Any, **options: Any) -> Any:
        path = within(args[place])
        if path is None:
            return real(*args, **options)
        return whole(call, path, lambda: real(*args, **options), room=room)

    setattr(os, name, counted)


def os_open(path: Any, flags: int, *args: Any, **options: Any) -> int:
    found = within(path)
    changes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    if found is None or not changes:
        handle = _os["open"](path, flags, *args, **options)
    else:
        handle = whole(
            "open",
            found,
            lambda: _os["open"](path, flags, *args, **options),
            room=bool(flags & os.O_CREAT),
        )
    _paths.pop(handle, None)
    if found is not None:
        _paths[handle] = found
    return int(handle)


def os_write(handle: int, data: bytes) -> int:
    path = _paths.get(handle)
    if path is not None and step("write", path, room=True):
        _os["write"](handle, bytes(data)[: len(data) // 2])
        die()
    return int(_os["write"](handle, data))


class CountedFile(io.FileIO):
    """A file whose writes are counted."""

    def __init__(self, path: str, *args: Any) -> None:
        super().__init__(*args)
        self._path = path

    def write(self, data: Any) -> int:
        if step("write", self._path, room=True):
            super().write(bytes(data)[: len(data) // 2])
            die()
        return super().write(data) or 0


def counted_open(
    file: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Any = None,
) -> Any:
    path = within(file)
    if path is None or not set(mode) & set("wax+"):
        return _open(file, mode, buffering, encoding, errors, newline, closefd, opener)
    plain = mode.replace("b", "").replace("t", "")
    if isinstance(file, int):
        raw = CountedFile(path, file, plain, closefd)
    else:
        raw = whole("open", path, lambda: CountedFile(path, file, plain), room=True)
        _paths[raw.fileno()] = path
    binary = io.BufferedWriter(raw)
    if "b" in mode:
        return binary
    return io.TextIOWrapper(binary, encoding or "utf-8", errors, newline)


def wrap_exchange() -> None:
    from hardwon.files import exchange

    real = exchange._find_call()

    def counted(one: bytes, other: bytes) -> int:
        path = within(other)
        if path is None:
            return int(real(one, other))
        try:
            return int(whole("rename", path, lambda: real(one, other)))
        except OSError as error:
            return error.errno or errno.EIO

    if real is not None:
        exchange._find_call = lambda: counted


def run() -> None:
    os.open, os.write = os_open, os_write
    io.open = builtins.open = counted_open
    for name, call, place, room in (
        ("fsync", "fsync", 0, False),
        ("fdatasync", "fsync", 0, False),
        ("ftruncate", "truncate", 0, False),
        ("unlink", "unlink", 0, False),
        ("remove", "unlink", 0, False),
        ("chmod", "chmod", 0, False),
        ("mkdir", "mkdir", 0, True),
        ("rename", "rename", 1, False),
        ("replace", "rename", 1, False),
        ("link", "link", 1, True),
    ):
        if name in _os:
            wrap(name, call, place, room=room)
    wrap_exchange()
    from hardwon.cli.main import main

    sys.argv[0] = "hardwon"
    main()


if __name__ == "__main__":
    run()
