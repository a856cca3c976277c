"""Matching one text against the patterns of a memory, without writing anything."""

from __future__ import annotations

from dataclasses import asdict

from hardwon.actions.read import read_snapshot
from hardwon.files.folder import Folder
from hardwon.files.settings import read_settings
from hardwon.learning.evidence import Notes
from hardwon.learning.links import Links, Trust
from hardwon.learning.match import profile
from hardwon.model.match import Decision, Match, MatchCandidate


def match_text(folder: Folder, title: str, text: str) -> Match:
    """Return which pattern a note with this title and text would be an example of.

    The same scores and bounds decide as in learning.
    """
    settings = read_settings(folder)
    snapshot = read_snapshot(folder)
    links = Links(Notes(snapshot))
    for pattern in snapshot.patterns:
        links.add(pattern)
    notes = {note.key: note for note in snapshot.experiences}
    trusted = Trust(links, notes, settings.matching).score
    candidates = tuple(
        MatchCandidate(
            links.patterns[key].name, links.patterns[key].path, signals.score, asdict(signals)
        )
        for key, signals in links.texts.find(profile(title, text))
    )
    best = candidates[0] if candidates else None
    if best is not None and best.score >= trusted:
        decision = Decision.PATTERN
    elif best is not None and best.score >= settings.matching.propose:
        decision = Decision.UNDECIDED
    else:
        decision = Decision.NEW
    return Match(decision, best, candidates)
