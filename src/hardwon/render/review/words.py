"""What all formats say alike: names, questions, causes, and what is hidden in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import replace

from hardwon.markup.secrets import mask_secrets
from hardwon.markup.text import counted
from hardwon.model.review import Cause, Finding, Fix, Item, ItemKind, Review, Status
from hardwon.model.values import Confidence
from hardwon.render.terminal import one_line

HEADINGS = {
    ItemKind.VERIFY: "HIGH: verify",
    ItemKind.CONSIDER: "MEDIUM: consider",
    ItemKind.VALIDATE: "LOW: does this still hold?",
    ItemKind.CHECKLIST: "Checklists",
    ItemKind.BUILTIN: "Review questions",
}
"""What stands above the items of a kind, in the order in which the kinds are shown."""

_BASE = 200  # characters of what was compared; a revision may be any text
_SURROGATE = re.compile("[\ud800-\udfff]")


def masked(review: Review) -> Review:
    """Return `review` with credentials in its texts replaced by what may be shown of them.

    A fix that holds one is left out: masked, it would write the mask into the file. Every format
    begins with this, as everything does that hardwon prints (docs/adr/0005-secrets.md).
    """
    return replace(
        review,
        findings=tuple(map(_masked_finding, review.findings)),
        checklist=tuple(map(_masked_item, review.checklist)),
        unread=tuple(replace(f, message=mask_secrets(f.message)) for f in review.unread),
        faults=tuple(replace(f, message=mask_secrets(f.message)) for f in review.faults),
    )


def _masked_finding(finding: Finding) -> Finding:
    return replace(
        finding,
        evidence=mask_secrets(finding.evidence),
        message=mask_secrets(finding.message),
        fix=finding.fix if finding.fix is None or not holds_secret(finding.fix) else None,
    )


def holds_secret(fix: Fix) -> bool:
    """Return whether a text of `fix` holds a credential."""
    return any(mask_secrets(text) != text for text in (fix.old, fix.new))


def _masked_item(item: Item) -> Item:
    causes = tuple(replace(cause, text=mask_secrets(cause.text)) for cause in item.causes)
    return replace(item, item=mask_secrets(item.item), causes=causes)


def standing(confidence: Confidence | None) -> str:
    """Return what stands in brackets behind a name: `HIGH`, or `built in` for no pattern."""
    return str(confidence) if confidence else "built in"


def is_pattern(one: Finding | Item) -> bool:
    """Return whether it comes from a pattern, which `hardwon show` prints."""
    return one.confidence is not None


def show_command(pattern: str) -> str:
    """Return the command that prints `pattern`, quoted for a shell."""
    name = shlex.quote(pattern)
    return f"hardwon show {'-- ' if pattern.startswith('-') else ''}{name}"


def place(path: str, line: int | None) -> str:
    """Return `path:line`, or `path` for the file itself."""
    return path if line is None else f"{path}:{line}"


def because(cause: Cause) -> str:
    """Return a cause in words with its place: "adds `ForeignKey` (models.py:4)"."""
    return f"{cause.text} ({place(cause.path, cause.line)})"


def by_kind(items: Iterable[Item]) -> list[tuple[ItemKind, list[Item]]]:
    """Return the items of each kind that has some, in the order of `HEADINGS`."""
    items = list(items)
    groups = [(kind, [item for item in items if item.kind is kind]) for kind in HEADINGS]
    return [(kind, group) for kind, group in groups if group]


def followed(review: Review) -> list[Finding]:
    """Return the findings that show a pattern followed."""
    return [one for one in review.findings if one.status is Status.FOLLOWED]


def open_items(review: Review) -> list[Item]:
    """Return the items that a person must still decide."""
    return [item for item in review.checklist if item.status is Status.TO_CHECK]


def summary(review: Review) -> str:
    """Return how much was found and asked, and in what, as one plain sentence without a stop."""
    base = plain_line(review.base, _BASE)
    found, asked = len(review.violations), len(open_items(review))
    if not review.files:
        return f"nothing to review: nothing differs from {base}"
    where = f"{counted(len(review.files), 'changed file')} against {base}"
    if not review.findings and not review.checklist:
        return f"nothing to report: no pattern applies to {where}"
    said = [f"{counted(found, 'finding')}"] if found else []
    said += [f"{asked} to check"] if asked else []
    said += [f"{len(followed(review))} followed"] if followed(review) else []
    return f"{', '.join(said) or 'nothing to check'} in {where}"


def cut(text: str, most: int) -> str:
    """Return `text`, or its beginning with `…` when it has more than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def plain_line(text: str, most: int) -> str:
    r"""Return `text` on one line of at most `most` characters, what is hidden as `\u202e`.

    So is what is no Unicode at all: half of a pair, for which strict readers refuse a whole file.
    """
    # Cut first: a line of a million characters is not worth looking through.
    return cut(one_line(text[: most + 1]), most)


def real(text: str) -> str:
    """Return `text` with what is no Unicode as U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)
