"""Where in a text credentials stand, and what kind each is.

Asked only for a text with a hint at one (`secret_hints.py`): most notes never get here.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator

from hardwon.markup.secret_hints import Hints
from hardwon.markup.secret_rules import (
    Found,
    find_by_rules,
    is_password,
    is_stand_in,
    kind_of_prefix,
    public_prefix,
)
from hardwon.markup.text import split_lines
from hardwon.model.secret import MASK, Secret

# Marks of detectors: on the line itself; the last one, alone on a line, is for the next.
_MARK = re.compile(
    r"hardwon: not a secret|betterleaks:allow|gitleaks:allow|pragma: allowlist secret", re.I
)
_MARK_BEFORE = re.compile(
    r"\s*(?:[-*>]\s+)?(?:<!--|#|//|--|/\*)?\s*"
    r"(?:hardwon: not a secret|pragma: allowlist nextline secret)\s*(?:-->|\*/)?\s*",
    re.I,
)
_FENCE = re.compile(r"\s*(?:[-*>]\s+)?(?P<fence>`{3,}|~{3,})")
# Before a value that is seen once can be looked for elsewhere, it must not be a word.
_SHORTEST_REPEATED = 10
_MAX_REPEATED = 200  # a file of more is a dump, and each is found for itself
# Addresses that the detector is given at least; it was ended with 1.5 GB.
_ROOM = 4 << 30
_LINE_PREFIX = re.compile(r"[> \t]*")

# Words of rules as people write them.
_NAMES = {
    "api": "API", "aws": "AWS", "gcp": "Google Cloud", "github": "GitHub", "gitlab": "GitLab",
    "openai": "OpenAI", "npm": "npm", "pypi": "PyPI", "pat": "token", "oauth": "OAuth",
    "url": "URL", "id": "ID", "jwt": "JSON web token", "ci": "CI", "sdk": "SDK", "ptt": "token",
    "rrt": "token", "huggingface": "Hugging Face", "dockerhub": "Docker Hub", "sts": "STS",
    "sendgrid": "SendGrid", "digitalocean": "DigitalOcean", "ad": "AD", "hashicorp": "HashiCorp",
    "tf": "Terraform", "new": "New", "relic": "Relic", "rubygems": "RubyGems",
}  # fmt: skip
_KINDS = {
    "generic-api-key": "API key", "generic-password": "password",
    "generic-credential-uri": "password in a URL", "private-key": "private key",
    "jwt": "JSON web token", "jwt-base64": "JSON web token", "age-secret-key": "age key",
    "curl-auth-user": "password", "curl-auth-header": "token of a request",
    "aws-access-token": "AWS access key", "kubernetes-secret-yaml": "Kubernetes secret",
    "pkcs12-file": "key file",
}  # fmt: skip
# Rules that know no service take any value behind a telling name.
_GENERIC = ("generic-", "curl-")


Scan = Callable[[str], Iterator[tuple[str, str, str, int, int]]]
"""A function that yields rule, value, whole match, first and last line of each finding."""


def _has_room() -> bool:
    """Return whether a process may address as much as a library in Go reserves.

    One that may not is ended by that library, where no exception could be caught.
    """
    try:
        import resource
    except ImportError:  # Windows knows no such limit
        return True
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return limit == resource.RLIM_INFINITY or limit >= _ROOM


def detect(text: str, hints: Hints, *, library: bool) -> tuple[Secret, ...]:
    """Return the credentials in `text` in their order, but for those that are called none.

    Args:
        text: With `hints` at some.
        hints: What was seen of it.
        library: Whether the detector is asked, if it is installed.
    """
    found = list(find_by_rules(text, hints))
    if library:
        found += _find_by_library(text)
    if not found:
        return ()
    found += _find_again(text, found)
    starts = _line_starts(text)
    marked = _marked_lines(text)
    secrets = (_secret(text, place, starts) for place in _united(found))
    return tuple(secret for secret in secrets if secret.line not in marked)


def _find_by_library(text: str) -> Iterator[Found]:
    scan = scanner()
    if scan is None:
        return
    # The library takes UTF-8 up to the first NUL.
    clean = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text)]
    for rule, value, whole, first, last in scan(clean):
        # Of a key only the body is a secret: our own rule knows its lines.
        if not value or "-----BEGIN" in value or not _is_credible(rule, value):
            continue
        start, end = starts[first - 1], starts[min(last, len(starts) - 1)]
        for wanted in (value, whole):  # a value that was decoded stands nowhere as it is
            at = text.find(wanted, start, end)
            if wanted and at >= 0:
                yield at, at + len(wanted), _kind(rule, value)
                break


def scanner() -> Scan | None:
    """Return the detector as a function; None where none is installed, or has no room."""
    if not _has_room():
        return None
    try:
        from betterleaks import BetterleaksError, scan_string
    except (ImportError, OSError):
        return None

    def scan(text: str) -> Iterator[tuple[str, str, str, int, int]]:
        try:
            found = scan_string(text)
        except BetterleaksError:  # its library is missing or of another machine
            return
        for finding in found:
            place = finding.location
            match = finding.match
            yield finding.rule_id, match.value, match.full, place.start_line, place.end_line

    return scan


def _is_credible(rule: str, value: str) -> bool:
    """Return whether a finding is one in prose: names, references and stand-ins are none."""
    if not rule.startswith(_GENERIC):
        return not is_stand_in(value)
    return is_password(value)


def _kind(rule: str, value: str) -> str:
    prefix = public_prefix(value)
    if prefix:
        return kind_of_prefix(prefix)
    if rule in _KINDS:
        return _KINDS[rule]
    first, *rest = rule.partition(".")[0].split("-")
    words = [_NAMES.get(first, first.capitalize()), *(_NAMES.get(word, word) for word in rest)]
    return " ".join(words)


def _find_again(text: str, found: Iterable[Found]) -> Iterator[Found]:
    """Yield the other places at which a value that was found stands."""
    values = {text[start:end]: kind for start, end, kind in found}
    for value, kind in itertools.islice(values.items(), _MAX_REPEATED):
        if len(value) < _SHORTEST_REPEATED or "\n" in value:
            continue
        at = text.find(value)
        while at >= 0:
            yield at, at + len(value), kind
            at = text.find(value, at + len(value))


def _united(found: Iterable[Found]) -> list[Found]:
    """Return the places in order, those that overlap as one; the more telling kind stays."""
    united: list[Found] = []
    for start, end, kind in sorted(found, key=lambda f: (f[0], -f[1])):
        if united and start < united[-1][1]:
            first, last, other = united[-1]
            best = kind if other in {"API key", "password"} else other
            united[-1] = (first, max(last, end), best)
        else:
            united.append((start, end, kind))
    return united


def _secret(text: str, place: Found, starts: list[int]) -> Secret:
    start, end, kind = place
    value = text[start:end]
    pieces = []
    at = start
    for line in split_lines(value):
        skipped = _LINE_PREFIX.match(line) if at > start else None
        left = at + (skipped.end() if skipped else 0)
        right = at + len(line.rstrip())
        if right > left:
            pieces.append((left, right))
        at += len(line)
    first, last = bisect.bisect_right(starts, start), bisect.bisect_right(starts, end - 1)
    return Secret(
        kind=kind,
        line=first,
        column=start - starts[first - 1] + 1,
        end_line=last,
        end_column=end - starts[last - 1] + 1,
        shown=public_prefix(value) + MASK,
        pieces=tuple(pieces),
    )


def _line_starts(text: str) -> list[int]:
    starts, at = [], 0
    for line in split_lines(text):
        starts.append(at)
        at += len(line)
    return starts or [0]


def _marked_lines(text: str) -> set[int]:
    """Return the 1-based lines whose values a person calls no secrets."""
    if not (_MARK.search(text) or "nextline secret" in text):
        return set()
    lines = split_lines(text)
    marked: set[int] = set()
    for number, line in enumerate(lines, start=1):
        if _MARK_BEFORE.fullmatch(line):
            marked |= {number + 1, *_fenced(lines, number + 1)}
        elif _MARK.search(line):
            marked.add(number)
    return marked


def _fenced(lines: list[str], number: int) -> Iterator[int]:
    """Yield the lines of the fence that the line `number` opens, if it does."""
    opening = _FENCE.match(lines[number - 1]) if number <= len(lines) else None
    if opening is None:
        return
    for inner in range(number + 1, len(lines) + 1):
        yield inner
        closing = _FENCE.match(lines[inner - 1])
        if closing and closing["fence"].startswith(opening["fence"]):
            return
