"""Linux' own report of changes, as it comes: nothing is added, and nothing is kept back.

watchfiles leaves out two things that must not be missed: that the system had to drop reports,
and that a file which was written through memory was closed. docs/adr/0008-watch.md has more.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import NamedTuple

from hardwon.errors import HardwonError

# From <sys/inotify.h>.
MODIFY = 0x2
ATTRIB = 0x4
CLOSE_WRITE = 0x8
OPEN = 0x20
MOVED_FROM = 0x40
MOVED_TO = 0x80
CREATE = 0x100
DELETE = 0x200
DELETE_SELF = 0x400
MOVE_SELF = 0x800
UNMOUNT = 0x2000
OVERFLOW = 0x4000
IGNORED = 0x8000
ONLY_FOLDER = 0x1000000
NO_LINK = 0x2000000
IS_FOLDER = 0x40000000

_HEAD = struct.Struct("iIII")
_ROOM = 1 << 16


class NoInotifyError(Exception):
    """This system has no inotify: changes are to be heard of by other means."""


class Event(NamedTuple):
    """One report: the watch that it belongs to, what happened, and to which name in a folder."""

    watch: int
    mask: int
    name: str


class Inotify:
    """A queue of reports.

    Raises:
        HardwonError: The system gives no more of them to this user.
        NoInotifyError: It has none.
    """

    def __init__(self) -> None:
        try:
            self._library = ctypes.CDLL(None, use_errno=True)
            handle: int = self._library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, AttributeError, TypeError) as error:
            raise NoInotifyError("the system knows no such call") from error
        if handle < 0:
            number = ctypes.get_errno()
            if number == errno.EMFILE:
                raise HardwonError(
                    "this user's programs watch as many folders as the system allows at once",
                    hint="end one of them, or: sudo sysctl fs.inotify.max_user_instances=1024",
                )
            raise NoInotifyError(os.strerror(number))
        self._handle = handle

    def fileno(self) -> int:
        """Return what can be polled: it is readable when something was reported."""
        return self._handle

    def watch(self, path: str, mask: int) -> int:
        """Have `path` reported on, and return the number of the watch; one a file or folder.

        Raises:
            HardwonError: The system watches no more files for this user.
            OSError: It is gone, is no folder, or may not be read.
        """
        number: int = self._library.inotify_add_watch(
            self._handle, ctypes.c_char_p(os.fsencode(path)), ctypes.c_uint32(mask)
        )
        if number < 0:
            code = ctypes.get_errno()
            if code == errno.ENOSPC:
                raise HardwonError(
                    "the system watches no more folders for this user",
                    hint="raise the limit: sudo sysctl fs.inotify.max_user_watches=1048576",
                )
            raise OSError(code, os.strerror(code), path)
        return number

    def forget(self, number: int) -> None:
        """End a watch; one that has ended with its folder is no error."""
        self._library.inotify_rm_watch(self._handle, number)

    def read(self) -> list[Event]:
        """Return all that was reported until now, oldest first; some may be newer."""
        events: list[Event] = []
        # Bounded, or a program that never stops writing would keep us here.
        left = self._pending()
        while left > 0:
            try:
                data = os.read(self._handle, max(_ROOM, min(left, 1 << 20)))
            except BlockingIOError:
                break
            left -= len(data)
            at = 0
            while at < len(data):
                number, mask, _, length = _HEAD.unpack_from(data, at)
                at += _HEAD.size + length
                name = data[at - length : at].rstrip(b"\0")
                events.append(Event(number, mask, os.fsdecode(name)))
        return events

    def _pending(self) -> int:
        """Return how many bytes of reports wait to be read."""
        import fcntl
        import termios

        answer = fcntl.ioctl(self._handle, termios.FIONREAD, b"\0" * 4)
        return int.from_bytes(answer, "little" if struct.pack("=H", 1)[0] else "big")

    def close(self) -> None:
        """End all watches."""
        os.close(self._handle)
