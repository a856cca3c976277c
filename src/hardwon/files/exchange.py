"""Two files change places in one step, and who still writes to one is seen, where a system can."""

from __future__ import annotations

import errno
import os
import sys
from functools import cache
from typing import Any

_AT_FDCWD = -100
_LINUX_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2, Linux 3.15 and glibc 2.28
_MACOS_SWAP = 2  # RENAME_SWAP of renamex_np, macOS 10.12
# What systems and file systems answer that cannot do it.
_UNABLE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EXDEV}


def exchange(one: str, other: str) -> bool:
    """Let two existing files of one folder change places; return False where that cannot be done.

    A plain rename destroys what stood at the target, whoever wrote it in the last moment; after
    an exchange it is still there to be looked at.

    Raises:
        OSError: The disk refuses; nothing is changed then.
    """
    call = _find_call()
    if call is None:
        return False
    number = call(os.fsencode(one), os.fsencode(other))
    if number in _UNABLE:
        return False
    if number:
        raise OSError(number, os.strerror(number), other)
    return True


def has_writer(file: str) -> bool:
    """Return whether a process has `file` open for writing; False where that cannot be told.

    Linux grants a lease for reading only on a file that nobody has open for writing, and only
    to its owner.
    """
    try:
        import fcntl
        import signal

        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    except (ImportError, OSError):
        return False
    try:
        # Who breaks the lease in the instant that it lasts must not end this process.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except AttributeError:
        return False
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(handle)
    return False


@cache
def _find_call() -> Any:
    """Return a function of two paths that returns 0 or an errno; None where there is none."""
    try:
        import ctypes

        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            swap = library.renamex_np
            swap.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint)
            return lambda one, other: ctypes.get_errno() if swap(one, other, _MACOS_SWAP) else 0
        rename = library.renameat2
        path, number = ctypes.c_char_p, ctypes.c_int
        rename.argtypes = (number, path, number, path, ctypes.c_uint)
    except (ImportError, OSError, AttributeError, TypeError):
        return None

    def call(one: bytes, other: bytes) -> int:
        failed = rename(_AT_FDCWD, one, _AT_FDCWD, other, _LINUX_EXCHANGE)
        return ctypes.get_errno() if failed else 0

    return call
