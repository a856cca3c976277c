"""`hardwon review`: a change against what was learned."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from hardwon.cli.context import Session, pass_session
from hardwon.cli.printing import echo, print_exact, print_json

if TYPE_CHECKING:
    from hardwon.model.change import ChangeSet
    from hardwon.model.review import Review

_FORMATS = ("text", "markdown", "json", "sarif", "github", "gitlab", "rdjson")
_MAX_CHARS = 60_000


@click.command()
@click.argument("revision", required=False, metavar="[REV]")
@click.option("--staged", is_flag=True, help="Review what is staged.")
@click.option("--diff", "diff_file", metavar="FILE|-", help="Review the diff in a file.")
@click.option(
    "--format", "format_", type=click.Choice(_FORMATS), default="text", show_default=True,
    help="The form of the answer; docs/review-formats.md tells what each is for.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--fail-on", type=click.Choice(("violated", "high", "never")), default="high",
    show_default=True,
    help="Exit 1 for any finding, or for those of HIGH patterns and of built-in questions.",
)  # fmt: skip
@click.option("--fix", is_flag=True, help="Print a diff of all rewrites; write nothing.")
@click.option("--prompt", is_flag=True, help="Print a brief for a reviewer, person or model.")
@click.option(
    "--max-chars", type=click.IntRange(min=5_000), default=_MAX_CHARS, show_default=True,
    help="Bound of --prompt.",
)  # fmt: skip
@click.option("--explain", metavar="PATTERN", help="Say why a pattern is on the list, or not.")
@click.option(
    "--record", is_flag=True,
    help="Draft a note for each pattern that was followed or broken, to be confirmed.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="With --record: confirm all drafts.")
@pass_session
def command(
    session: Session,
    *,
    revision: str | None,
    staged: bool,
    diff_file: str | None,
    format_: str,
    as_json: bool,
    fail_on: str,
    fix: bool,
    prompt: bool,
    max_chars: int,
    explain: str | None,
    record: bool,
    yes: bool,
) -> None:
    """Hold a change against the memory: what it breaks, and what to look at.

    Without REV it is the working tree against HEAD. REV is a commit, A..B or A...B. Nothing is
    written, but for --record.

    \b
    Example:
      hardwon review main...HEAD --format markdown
    """
    if sum((revision is not None, staged, diff_file is not None)) > 1:
        raise click.UsageError("REV, --staged and --diff exclude each other.")
    if sum((fix, prompt, record, explain is not None, as_json or format_ != "text")) > 1:
        raise click.UsageError(
            "--format, --json, --fix, --prompt, --record and --explain exclude each other."
        )
    if yes and not record:
        raise click.UsageError("--yes belongs to --record.")
    changes = _read(session, revision, staged=staged, diff_file=diff_file)
    if explain is not None:
        _explain(session, changes, explain)
        return
    from hardwon.actions.changes import find_checkout
    from hardwon.actions.review import review_changes

    checkout = find_checkout(session.directory.resolve())
    with session.progress("reading the memory") as progress:
        review = review_changes(session.folder, changes, checkout, progress=progress)
    if record:
        _record(session, review, confirmed=yes)
    elif fix:
        _print_fixes(review, changes)
    elif prompt:
        _print_prompt(session, review, changes, max_chars)
    else:
        _print(review, changes, "json" if as_json else format_)
    _tell(review)
    if _fails(review, fail_on):
        click.get_current_context().exit(1)


def _read(
    session: Session, revision: str | None, *, staged: bool, diff_file: str | None
) -> ChangeSet:
    from hardwon.actions import changes

    here, memory = session.directory.resolve(), session.folder.root
    if staged:
        return changes.read_staged(here, memory)
    if revision is not None:
        return changes.read_revision(here, revision, memory)
    if diff_file == "-":
        from hardwon.files.diffs import MAX_DIFF_BYTES

        data = sys.stdin.buffer.read(MAX_DIFF_BYTES + 1)
        return changes.read_diff(here, data, "standard input", memory)
    if diff_file is not None:
        return changes.read_diff_file(here, diff_file, memory)
    return changes.read_working_tree(here, memory)


def _fails(review: Review, fail_on: str) -> bool:
    from hardwon.model.values import Confidence

    if fail_on == "violated":
        return bool(review.violations)
    blocking = (Confidence.HIGH, None)
    return fail_on == "high" and any(one.confidence in blocking for one in review.violations)


def _print(review: Review, changes: ChangeSet, format_: str) -> None:
    if format_ == "text":
        from hardwon.render.review.terminal import review_lines

        for line in review_lines(review):
            echo(line)
    elif format_ == "json":
        from hardwon.render.review.data import review_data

        print_json(review_data(review))
    elif format_ == "github":
        from hardwon.render.review.github import review_annotations

        for line in review_annotations(review):
            print_exact(f"{line}\n")
        _summarise(review)
    else:
        print_exact(_document(review, changes, format_))


def _summarise(review: Review) -> None:
    """Append the summary of the job where a runner of GitHub says that it is to stand."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        from hardwon.files.write import append_text
        from hardwon.render.review.markdown import review_summary

        append_text(summary, review_summary(review))


def _document(review: Review, changes: ChangeSet, format_: str) -> str:
    if format_ == "markdown":
        from hardwon.render.review.markdown import review_markdown

        return review_markdown(review)
    if format_ == "sarif":
        from importlib.metadata import version

        from hardwon.render.review.sarif import review_sarif

        return review_sarif(review, version("hardwon"))
    if format_ == "gitlab":
        from hardwon.render.review.gitlab import review_gitlab

        return review_gitlab(review)
    from hardwon.render.review.rdjson import review_rdjson

    return review_rdjson(review, changes.texts)


def _tell(review: Review) -> None:
    from hardwon.render.review.terminal import review_notices

    for line in review_notices(review):
        echo(line, err=True)


def _print_fixes(review: Review, changes: ChangeSet) -> None:
    from hardwon.render.review.fixes import fix_diff, left_out_lines

    fixes = fix_diff(review, changes.texts)
    print_exact(fixes.text)
    for line in left_out_lines(fixes):
        echo(line, err=True)
    if not fixes.text:
        echo("no finding proposes a rewrite", err=True)


def _print_prompt(session: Session, review: Review, changes: ChangeSet, max_chars: int) -> None:
    from hardwon.actions.review import detail_patterns
    from hardwon.render.review.diff import diff_text
    from hardwon.render.review.prompt import review_prompt

    details = detail_patterns(session.folder, review, session.today)
    lines = {file.path: (len(file.added), len(file.removed)) for file in changes.files}
    print_exact(review_prompt(review, details, lines, max_chars, diff_text(changes)))


def _explain(session: Session, changes: ChangeSet, name: str) -> None:
    from hardwon.actions.changes import find_checkout
    from hardwon.actions.review import explain_pattern
    from hardwon.render.review.signals import signal_lines

    checkout = find_checkout(session.directory.resolve())
    for line in signal_lines(explain_pattern(session.folder, changes, name, checkout)):
        echo(line)


def _record(session: Session, review: Review, *, confirmed: bool) -> None:
    """Write the drafts that a person confirms, each by one key; without a terminal print them."""
    from hardwon.actions.note import capture
    from hardwon.actions.review import draft_notes

    asks = sys.stdin.isatty() and sys.stdout.isatty() and not confirmed
    drafts = draft_notes(review, session.today)
    for draft in drafts:
        echo(f"{draft.title}\n  {draft.body}")
        if asks and not click.confirm("Write this note?", default=False):
            continue
        if asks or confirmed:
            echo(f"wrote {session.shown(capture(session.folder, draft).path)}")
    if not drafts:
        echo("no pattern was seen followed or broken: there is nothing to record")
    elif not (asks or confirmed):
        echo("nothing was written: --yes confirms all of them", err=True)
    else:
        echo("hardwon learn counts what was written", err=True)
