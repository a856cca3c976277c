"""The questions of every review, and what of them needs no detector."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardwon.markup.pages import parse_page
from hardwon.markup.secrets import find_secrets, hide
from hardwon.model.change import ChangedFile
from hardwon.model.page import Page
from hardwon.model.review import Finding, Status
from hardwon.review.relevance import is_code

SECRETS = "Secrets"
"""The question to which a credential on an added line is the answer."""

# What the page is called in faults; no file of a memory has such a name.
PATH = "hardwon/questions.md"


def read_questions(text: str) -> Page:
    """Return the page of questions that comes with hardwon, a pattern for each."""
    return parse_page(text, PATH)


def find_credentials(files: Iterable[ChangedFile]) -> Iterator[Finding]:
    """Yield each credential on an added line; the evidence shows what may be shown of it."""
    for file in files:
        added = file.added
        if not added or not is_code(file.path):
            continue
        lines = list(added.items())
        text = "\n".join(line for _, line in lines)
        secrets = find_secrets(text)
        shown = hide(text, secrets).split("\n")
        for number in dict.fromkeys(secret.line for secret in secrets):
            line = lines[number - 1][0]
            kinds = ", ".join(dict.fromkeys(s.named for s in secrets if s.line == number))
            yield Finding(
                pattern=SECRETS,
                confidence=None,
                status=Status.VIOLATED,
                path=file.path,
                line=line,
                end_line=line,
                evidence=shown[number - 1].strip(),
                message=f"the line holds {kinds}: read it from the environment, and replace it",
                rule="credential",
            )
