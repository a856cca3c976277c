"""Instructions of GitHub Copilot: a block in `copilot-instructions.md`, and files for paths.

Format: docs.github.com, "Adding repository custom instructions", as read in 2026:
`.github/copilot-instructions.md` is Markdown for every request;
`.github/instructions/NAME.instructions.md` has front matter with `applyTo`, globs parted by
commas.
"""

from __future__ import annotations

from hardwon.markup.contain import front_matter, inline
from hardwon.model.export import Contents, Rendered
from hardwon.model.globs import long_globs
from hardwon.model.listing import PatternDetail
from hardwon.render.export.blocks import block
from hardwon.render.export.guidance import (
    description,
    fitted,
    guidance,
    joined,
    standing,
    unique_names,
)

GENERAL = "copilot-instructions.md"
FOLDER = "instructions"
# GitHub advises at most 1,000 lines for the whole file (agnix COP-006, 2026), which goes with every
# request and holds what people write, too.
MAX_LINES = 300


def render_copilot(contents: Contents) -> Rendered:
    """Return a file for each pattern that names files, and a block with all others."""
    scoped = [one for one in contents.patterns if _globs(one)]
    general = [one for one in contents.patterns if not _globs(one)]
    named = unique_names(scoped, lambda one: f"hardwon-{one.entry.pattern.slug}")
    files = {f"{FOLDER}/{name}.instructions.md": _instructions(one) for name, one in named}
    return Rendered(files, {GENERAL: _block(general, contents.folder)} if general else {})


def _globs(detail: PatternDetail) -> str:
    """Return what `applyTo` says, "" for every file."""
    return ",".join(long_globs(detail.entry.pattern.applies_to)[0])


def _instructions(detail: PatternDetail) -> str:
    header = {"description": description(detail), "applyTo": _globs(detail)}
    name = inline(detail.entry.pattern.name)
    return joined(
        ["\n".join(front_matter(header)), f"# {name}", *guidance(detail), standing(detail)]
    )


def _block(patterns: list[PatternDetail], folder: str) -> str:
    parts = [
        "## Patterns this project has learned",
        f"hardwon writes these lines from the notes in `{folder}/`: change the notes, not the"
        " lines.",
    ]
    parts += fitted(patterns, _general, MAX_LINES - 6)
    return block(parts)


def _general(_: int, detail: PatternDetail) -> list[str]:
    return [f"### {inline(detail.entry.pattern.name)}", *guidance(detail), standing(detail)]
