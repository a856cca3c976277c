"""What the benchmark ran on, without the names of anything private."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sqlite3
from pathlib import Path


def describe_machine(folder: Path) -> dict[str, str]:
    """Return what the figures depend on, in words, for the disk that holds `folder`."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{_memory() / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "file system": _file_system(folder),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "SQLite": sqlite3.sqlite_version,
        "load before the run": f"{os.getloadavg()[0]:.1f}",
    }


def today() -> str:
    """Return the day by the machine's clock, ISO."""
    return dt.datetime.now().astimezone().date().isoformat()


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        label, _, value = line.partition(":")
        if label.strip() == "model name":
            return value.strip()
    return platform.processor() or platform.machine()


def _memory() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _file_system(folder: Path) -> str:
    """Return the type of the file system that is mounted nearest above `folder`."""
    place = folder.resolve()
    best, found = -1, "unknown"
    for line in _lines("/proc/mounts"):
        _, mounted, kind, *_ = line.split()
        point = Path(mounted)
        if (point == place or point in place.parents) and len(point.parts) >= best:
            best, found = len(point.parts), kind
    return found


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
