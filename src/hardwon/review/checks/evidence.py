"""Lists of a pattern against each other, and against the notes."""

from __future__ import annotations

from collections.abc import Iterator

from hardwon.learning.evidence import find_contradiction
from hardwon.learning.leftovers import find_leftovers, is_as_written, without_leftovers
from hardwon.model.finding import Finding
from hardwon.model.pattern import Source
from hardwon.model.snapshot import Snapshot
from hardwon.review.checks.context import Context
from hardwon.review.checks.wording import quote

# Below this likeness (0 to 100) a path is another note, not a slip of the pen.
_NEAR = 85.0


def check_lists(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the patterns with more sources than examples, or with a wrong "and N more"."""
    for pattern in snapshot.patterns:
        counted = without_leftovers(pattern, context.notes)
        contradiction = find_contradiction(counted, context.weigh(pattern))
        if contradiction is None:
            continue
        yield Finding(
            code="lists-disagree",
            path=pattern.path,
            line=pattern.sources[0].line if pattern.sources else pattern.line,
            message=f"{quote(pattern.name)} has {contradiction}: each comes from a note of its own",
        )


def check_sources(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the sources and the refused notes that name no note of the memory, or several."""
    for pattern in snapshot.patterns:
        evidence = context.weigh(pattern)
        listed = [("source", *pair) for pair in evidence.sources]
        listed += [("refused note", *pair) for pair in evidence.refused]
        for what, source, path in listed:
            if path is not None or _is_elsewhere(source, context):
                continue
            name = source.target.partition("#")[0].rsplit("/", 1)[-1].removesuffix(".md")
            same = [p for p in context.paths if p.endswith(f"/{name}.md")]
            if "/" not in source.target and len(same) > 1:
                message = f"{what} {quote(source.target)} names {len(same)} notes of this memory"
                hint = "write the path of one: " + ", ".join(same)
            else:
                message = f"{what} {quote(source.target)} names no note of this memory"
                near = _nearest_path(source, context)
                hint = f"did you mean '{near}'?" if near else ""
            yield Finding("missing-source", pattern.path, source.line, message, hint=hint)


def check_refused(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the notes that one pattern lists as a source, or an example of, and as no example."""
    for pattern in snapshot.patterns:
        evidence = context.weigh(pattern)
        listed = {path or source.target: source.line for source, path in evidence.sources}
        for note, path in evidence.refused:
            line = listed.get(path or note.target)
            if line is not None:
                yield Finding(
                    code="listed-and-refused",
                    path=pattern.path,
                    line=note.line,
                    message=f"{quote(pattern.name)} lists {quote(note.target)} as a source "
                    f"(line {line}) and as no example",
                )
        for experience, example in find_leftovers(pattern, context.notes):
            learned = is_as_written(example, experience)
            yield Finding(
                code="listed-and-refused",
                path=pattern.path,
                line=example.line,
                message=f"{quote(pattern.name)} lists {quote(experience.key)} as no example, "
                f"and counts {quote(example.text)}",
                hint="hardwon learn takes the line away" if learned else "delete the line",
            )


def check_repeats(snapshot: Snapshot, context: Context) -> Iterator[Finding]:
    """Yield the examples and the sources that one pattern lists twice."""
    for pattern in snapshot.patterns:
        for example in pattern.repeated_examples:
            yield Finding(
                code="repeated-example",
                path=pattern.path,
                line=example.line,
                message=f"{quote(pattern.name)} lists the example {quote(example.text)} twice; "
                "it counts once",
            )
        first: dict[str, Source] = {}
        for source, path in context.weigh(pattern).sources:
            earlier = first.setdefault(path or source.target, source)
            if earlier is not source:
                yield Finding(
                    code="repeated-example",
                    path=pattern.path,
                    line=source.line,
                    message=f"{quote(pattern.name)} lists the source {quote(source.target)} twice "
                    f"(first in line {earlier.line}); a note counts once",
                )


def _is_elsewhere(source: Source, context: Context) -> bool:
    """Return whether a source is no note by its kind, or one that is reported as unreadable."""
    return "://" in source.target or context.unread.find(source.target) is not None


def _nearest_path(source: Source, context: Context) -> str | None:
    from rapidfuzz import fuzz, process

    found = process.extractOne(source.target, context.paths, scorer=fuzz.ratio, score_cutoff=_NEAR)
    return found[0] if found is not None else None
