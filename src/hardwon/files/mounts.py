"""Which file systems a folder lies on, as far as that matters for being told of changes."""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = "/proc/self/mountinfo"
# On these nobody writes but by way of this system, which reports it. Disks in the network and
# file systems in user space, which may be one, are not among them.
_REPORTING = frozenset(
    "bcachefs btrfs exfat ext2 ext3 ext4 f2fs hfsplus jfs nilfs2 ntfs3 overlay ramfs reiserfs "
    "tmpfs ubifs vfat xfs zfs".split()
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def read_mounts(root: Path) -> tuple[tuple[str, str, str], ...]:
    """Return number, place and kind of each file system at, above or below `root`.

    Raises:
        OSError: The system does not tell.
    """
    place = str(root)
    own: tuple[str, str, str] | None = None
    below = []
    for line in Path(MOUNTS).read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        fields = line.split(" ")
        kind = fields[fields.index("-") + 1]
        mounted = _OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4])
        mount = (fields[0], mounted, kind)
        if f"{place}/".startswith(mounted.rstrip("/") + "/"):
            if own is None or len(mounted) >= len(own[1]):  # of one place the last one counts
                own = mount
        elif mounted.startswith(f"{place}/"):
            below.append(mount)
    return (*((own,) if own else ()), *below)


def find_silent(mounts: tuple[tuple[str, str, str], ...]) -> str | None:
    """Return the kind of one that may change without being reported; None where all report."""
    if not mounts:
        return "an unknown file system"
    return next((kind for _, _, kind in mounts if kind not in _REPORTING), None)
