"""Counting a memory, with the notes that learning could not assign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from hardwon.actions.read import read_with_texts
from hardwon.files.folder import Folder
from hardwon.files.settings import read_settings
from hardwon.learning.plan import find_undecided
from hardwon.learning.statistics import count_memory
from hardwon.model.statistics import Statistics
from hardwon.model.values import Fault


def read_statistics(
    folder: Folder, today: dt.date, *, progress: Callable[[int, int], None] | None = None
) -> tuple[Statistics, tuple[Fault, ...]]:
    """Return the counts of the memory, and the files that could not be read.

    Args:
        folder: The memory; nothing in it is changed.
        today: Decides what is stale.
        progress: Told how many of how many notes were compared with the patterns.

    Raises:
        SettingsError: `hardwon.toml` cannot be used.
    """
    settings = read_settings(folder)
    snapshot, read_text = read_with_texts(folder)
    undecided = find_undecided(snapshot, read_text, settings, progress=progress)
    return count_memory(snapshot, settings, today, undecided), snapshot.skipped
