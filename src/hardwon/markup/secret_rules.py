"""What a credential looks like in prose, beyond what the detector's own rules know.

Detectors are made for source code: they want an assignment, quotes, a known service. People
write "the root password is …" and `curl -u admin:…`, put passwords into tables and quote keys
line by line. These rules cover that; where no detector is installed, they are all there is.
`evaluation/secrets/measure.py` measures both. Every expression is bounded: no text costs more
than a time proportional to its length.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from hardwon.markup.secret_hints import (
    LOGIN_WORDS,
    PASSWORD_WORDS,
    RUN,
    Hints,
    find_runs,
    is_mixed,
    run_map,
)

# What all tokens of a service begin with, and the service: anybody may know it. Longest first.
_TOKENS = {
    "github_pat_": "GitHub token", "ghp_": "GitHub token", "gho_": "GitHub token",
    "ghu_": "GitHub token", "ghs_": "GitHub token", "ghr_": "GitHub token",
    "glpat-": "GitLab token", "glptt-": "GitLab token", "gldt-": "GitLab token",
    "glrt-": "GitLab token", "xoxb-": "Slack token", "xoxp-": "Slack token",
    "xoxa-": "Slack token", "xoxe-": "Slack token", "xapp-": "Slack token",
    "sk_live_": "Stripe key", "sk_test_": "Stripe key", "rk_live_": "Stripe key",
    "whsec_": "webhook secret", "AIza": "Google API key", "GOCSPX-": "Google client secret",
    "ya29.": "Google token", "sk-ant-": "Anthropic key", "sk-proj-": "OpenAI key",
    "sk-svcacct-": "OpenAI key", "sk-": "API key", "npm_": "npm token", "pypi-": "PyPI token",
    "SG.": "SendGrid key", "dop_v1_": "DigitalOcean token", "hf_": "Hugging Face token",
    "shpat_": "Shopify token", "shpss_": "Shopify secret", "lin_api_": "Linear key",
    "hvs.": "Vault token", "dckr_pat_": "Docker Hub token", "dapi": "Databricks token",
    "glsa_": "Grafana token", "glc_": "Grafana token", "NRAK-": "New Relic key",
    "dp.pt.": "Doppler token", "PMAK-": "Postman key", "figd_": "Figma token",
    "ntn_": "Notion token", "ATATT3": "Atlassian token", "rubygems_": "RubyGems key",
    "AGE-SECRET-KEY-1": "age key", "django-insecure-": "Django secret key",
    "AKIA": "AWS access key ID", "ASIA": "AWS access key ID",
}  # fmt: skip
_PREFIXES = sorted(_TOKENS, key=len, reverse=True)
# Shorter than any token of the services above (AWS: 16 characters), longer than a word.
_SHORTEST_TOKEN = 16
_DRAWN = 0.42
_TOKEN = re.compile(
    rf"(?<![\w-])(?:{'|'.join(map(re.escape, _PREFIXES))})[\w.=~+-]{{{_SHORTEST_TOKEN},300}}"
)
# In a run of so many such characters lies every one of them, and a run is quickly found.
_TOKEN_MAP = run_map("_-.=~+", letters_beyond_ascii=True)
_SHORTEST_RUN = min(map(len, _PREFIXES)) + _SHORTEST_TOKEN
_DJANGO = re.compile(r"django-insecure-[^\s\"'`<>]{30,100}")
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{10,2000}\.eyJ[\w-]{10,8000}\.[\w-]{16,1000}")

_VALUE = r"(?P<value>[^\s\"'`<>|,;)\]}]{6,300})"
_PASSWORD_NAME = r"(?:passwor[dt]|passwd|passphrase|kennwort|pwd|(?<![a-z])pass(?=[\"']?[ ]?[:=]))"
_SECRET_NAME = (
    r"(?:secret(?:[_ -]access)?(?:[_ -]?key)?|token|credentials?|"
    r"(?:api|access|auth|private|signing|encryption|account)[_ -]?key)"
)
_MARKS = r"[\"'`*_\]]{0,4}"
_IS = r"(?:=>|:=|[:=]|\b(?:is|was|to|ist|war|auf|lautete?)\b:?)"
_PASSWORD = re.compile(
    rf"{_PASSWORD_NAME}\w{{0,30}}{_MARKS}[ \t]{{0,3}}{_IS}[ \t*\"'`(]{{0,6}}{_VALUE}", re.I
)
_NAMED_SECRET = re.compile(
    rf"{_SECRET_NAME}\w{{0,30}}{_MARKS}[ \t]{{0,3}}(?:{_IS})?[ \t*\"'`(]{{0,6}}{_VALUE}", re.I
)
_BEARER = re.compile(rf"\bBearer[ \t]+{_VALUE}")
_HEX_SECRET = re.compile(
    rf"(?:api|auth|access|app|secret|private|client)[_ -]?(?:key|token|secret){_MARKS}"
    r"[ \t]{0,3}(?:=>|:=|[:=])[ \t\"'`]{0,4}(?P<value>[0-9a-f]{32,128})(?![\w-])",
    re.I,
)
_WEBHOOK = re.compile(
    r"hooks\.slack\.com/services/(?P<value>T[A-Z0-9]{6,20}/B[A-Z0-9]{6,20}/\w{20,40})"
)
_URL = re.compile(
    r"\b[a-z][a-z0-9+]{1,20}://(?P<user>[^\s:/@\"'`<>]{0,100}):(?P<value>[^\s/\"'`<>]{3,200})@"
    r"(?=[\w\[])",
    re.I,
)
_URL_REST = re.compile(r"://[^\s:/@\"'`<>]{0,100}+:[^\s/\"'`<>]{3,200}@")
_LOGIN = re.compile(
    r"(?:-u|--user)[ =]{1,3}[\"']?(?P<user>[\w.@-]{1,60}):(?P<value>[^\s\"'`]{6,200})"
)
_SSHPASS = re.compile(r"\bsshpass[ \t]+-p[ \t]*[\"']?(?P<value>[^\s\"'`]{6,200})")
_MYSQL = re.compile(
    r"\bmysql(?:dump|admin)?\b[^\n|;]{0,200}?[ \t]-p[\"']?(?P<value>[^\s\"'`-][^\s\"'`]{5,200})"
)
_BASIC = re.compile(r"\bBasic[ \t]+(?P<value>[A-Za-z0-9+/]{12,400}={0,2})")
_SIGNATURE = re.compile(r"[?&;]sig=(?P<value>[A-Za-z0-9%+/=]{30,200})")
_HEX_KEY = re.compile(r"(?<![\w-])key-(?P<value>[0-9a-f]{32})(?![\w-])")
_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=_-]{16}")
_LONGEST_KEY = 20_000
_LONGEST_NAME = 300
_HEADING = re.compile(
    r"^(?P<cells>[^\n]{0,400}\|[^\n]{0,400})\r?\n[ \t]{0,8}\|?[ \t]{0,8}:?-[ \t:|-]{0,400}\r?\n",
    re.M,
)
_TELLING_CELL = re.compile(rf"\b(?:{_PASSWORD_NAME}|{_SECRET_NAME})\b", re.I)
_MAX_COLUMNS = 4

# -- values that are none ------------------------------------------------------------------

_REFERENCE = re.compile(
    r"[$%<{\[@&#*:]|\\|/|\.{1,2}/|~/|(?:op|vault|env|file|ssm|arn|secret|keyring|ref|sops|gcpsm)\b:",
    re.I,
)
_OPEN = re.compile(r"\$\{|\{\{|\$\(|<[a-z_ -]+>|%\(", re.I)
_SHORTENED = re.compile(r"\.\.\.|…|\*{3}|x{4}|X{4}|•{2}|0{6}|-{4}|_{4}")
_STAND_IN = re.compile(
    r"example|placeholder|change.?(?:me|it|this)|redacted|masked|your[_-]|my[_-](?:pass|secret|token|key)"
    r"|dummy|sample|replace|insert|goes.?here|not.?a.?real|1password|123456789|abc123|123abc|abcdef|deadbeef",
    re.I,
)
_COMMON = re.compile(
    r"(?:super|my|the|your|some|a)?[_-]?"
    r"(?:pass(?:word)?|passwd|pwd|secret|s3cr3t|admin|root|test(?:ing)?|guest|user(?:name)?|"
    r"postgres(?:ql)?|mysql|redis|rabbitmq|minio|docker|default|foo|bar|baz|foobar|qwerty|letmein|"
    r"string|none|null|true|false|required|optional|hidden|token|key)"
    r"[_-]?(?:pass(?:word)?|key|token|secret|admin|user|test)?[\d!@#_-]{0,6}",
    re.I,
)
# Words as names are made of them: lower case, CamelCase or capitals, a number at most behind.
_WORDS = re.compile(
    r"[._:/-]?(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}|[a-z])+\d{0,3}"
    r"(?:[._:/-]+(?:(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}|[a-z])+\d{0,3}|v?\d{1,4}))*[.:!?]*"
)
_CALL = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][\w$]*)*[(\[{]")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::|->)[A-Za-z_]\w*)+")
_TOKEN_TEXT = re.compile(r"[\w+/=.~-]+")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)
_CHECKSUM = re.compile(r"(?:sha\d{1,3}|md5|h1)[:-]|ssh-|AAAA[BC]3", re.I)


def is_stand_in(value: str) -> bool:
    """Return whether `value` stands for a credential that is somewhere else, or for none."""
    return (
        not any(c.isalnum() for c in value)
        or bool(_SHORTENED.search(value) or _OPEN.search(value))
        or bool(_STAND_IN.search(value))
    )


def is_drawn(value: str) -> bool:
    """Return whether a machine drew `value`: small and capital letters and digits take turns.

    Of characters drawn at random, neighbours differ in their class in 62 of 100 cases; in
    names of several words in fewer than 35.
    """
    body = value.rstrip("=")
    classes = [c.isdigit() + 2 * c.isupper() + 4 * c.islower() for c in body]
    turns = sum(a != b for a, b in itertools.pairwise(classes))
    return (
        len(body) >= _SHORTEST_TOKEN
        and turns >= _DRAWN * len(body)
        and any(c.isupper() for c in body)
        and any(c.islower() for c in body)
        and (len(body) >= 1.25 * _SHORTEST_TOKEN or any(c.isdigit() for c in body))
    )


def is_password(value: str) -> bool:
    """Return whether a person or a program may log in with `value`, rather than read it."""
    if (
        len(value) < 6
        or is_stand_in(value)
        or _CALL.match(value)
        or _COMMON.fullmatch(value)
        or value[0] in "$%<{["
        or not any(c.isalpha() for c in value)
    ):
        return False
    return is_drawn(value) or (
        any(c.isdigit() for c in value)
        and not _REFERENCE.match(value)
        and not _DOTTED.fullmatch(value)
        and not _WORDS.fullmatch(value)
        and not _UUID.fullmatch(value)
    )


def is_random(value: str) -> bool:
    """Return whether `value` was drawn, and is neither an identifier nor a checksum."""
    return (
        is_drawn(value)
        and is_password(value)
        and not _CHECKSUM.match(value)
        and _TOKEN_TEXT.fullmatch(value) is not None
    )


def public_prefix(value: str) -> str:
    """Return what anybody may know of `value`: the prefix of its service, or ""."""
    for prefix in _PREFIXES:
        if value.startswith(prefix) and len(value) >= len(prefix) + _SHORTEST_TOKEN:
            return prefix
    return ""


def kind_of_prefix(prefix: str) -> str:
    """Return what begins with `prefix`, in words."""
    return _TOKENS[prefix]


# -- rules ---------------------------------------------------------------------------------

Found = tuple[int, int, str]
"""Half-open offsets of a value, and its kind."""


def find_by_rules(text: str, hints: Hints) -> Iterator[Found]:
    """Yield what the rules of this module find in `text`, in no order; places may overlap."""
    for rule in _RULES:
        if (hints.has_run or not rule.needs_run) and any(w in hints.lower for w in rule.words):
            yield from rule.find(text, hints.lower)


@dataclass(frozen=True, slots=True)
class _Rule:
    """How one kind is found; only in a text that holds one of `words`, in lower case.

    `find` takes the text and the text in lower case.
    """

    words: tuple[str, ...]
    find: Callable[[str, str], Iterator[Found]]
    needs_run: bool = False


def _find_tokens(text: str, _: str) -> Iterator[Found]:
    runs = _token_runs(text)
    for match in itertools.chain.from_iterable(_TOKEN.finditer(text, *run) for run in runs):
        value = match[0].rstrip(".=")
        prefix = public_prefix(value)
        rest = value[len(prefix) :]
        if prefix in {"AKIA", "ASIA"}:
            if re.fullmatch(r"[A-Z2-7]{16}", rest) and not is_stand_in(rest):
                yield match.start(), match.start() + len(value), _TOKENS[prefix]
            continue
        # Those of Hugging Face are letters only.
        drawn = any(c.isdigit() for c in rest) or (prefix == "hf_" and is_drawn(rest))
        if prefix and drawn and not is_stand_in(rest) and not _WORDS.fullmatch(rest):
            yield match.start(), match.start() + len(value), _TOKENS[prefix]


def _token_runs(text: str) -> Iterator[tuple[int, int]]:
    raw = text.encode("utf-8", "surrogatepass")
    for start, end in find_runs(raw.translate(_TOKEN_MAP), _SHORTEST_RUN):
        if len(raw) == len(text):
            yield start, end
        else:
            before = len(raw[:start].decode("utf-8", "surrogatepass"))
            yield before, before + len(raw[start:end].decode("utf-8", "surrogatepass"))


def _find_django_keys(text: str, _: str) -> Iterator[Found]:
    for match in _DJANGO.finditer(text):
        yield *match.span(), "Django secret key"


def _find_jwt(text: str, _: str) -> Iterator[Found]:
    for match in _JWT.finditer(text):
        if not is_stand_in(match[0]):
            yield *match.span(), "JSON web token"


def _find_keys(text: str, _: str) -> Iterator[Found]:
    """Yield the body of each private key, whole or cut short, quoted or indented."""
    for match in _KEY_BEGIN.finditer(text):
        end = text.find("-----END", match.end(), match.end() + _LONGEST_KEY)
        if end < 0:
            end = match.end()
            for line in re.finditer(r"[^\n]*\n?", text[match.end() : match.end() + _LONGEST_KEY]):
                body = line[0].strip("> \t\r\n")
                if body and not _KEY_LINE.match(body):
                    break
                end = match.end() + line.end()
        body = text[match.end() : end]
        if _KEY_LINE.search(body) and not _SHORTENED.search(body.replace("-", "")):
            start = match.end() + len(body) - len(body.lstrip("> \t\r\n"))
            yield start, match.end() + len(body.rstrip("> \t\r\n")), "private key"


def _find_passwords(text: str, lower: str) -> Iterator[Found]:
    for start, value in _values(_matches(_PASSWORD, text, lower, ("pass", "pwd", "kennwort"))):
        if is_password(value) and not _is_plain(value):
            yield start, start + len(value), "password"


def _matches(
    pattern: re.Pattern[str], text: str, lower: str, words: tuple[str, ...]
) -> Iterator[re.Match[str]]:
    """Yield what `pattern.finditer` does, where each match begins with one of `words`."""
    if len(lower) != len(text) or "ſ" in text:  # "ſ" is an "s" to a pattern, no offset is the same
        yield from pattern.finditer(text)
        return
    places = []
    for word in words:
        at = lower.find(word)
        while at >= 0:
            places.append(at)
            at = lower.find(word, at + 1)
    end = 0
    for at in sorted(places):
        match = pattern.match(text, at) if at >= end else None
        if match:
            end = match.end()
            yield match


def _values(matches: Iterable[re.Match[str]]) -> Iterator[tuple[int, str]]:
    """Yield start and text of what is named in a sentence, without the marks that end it."""
    for match in matches:
        text = match.string
        first, last = match.span("value")
        value = match["value"].rstrip(".:*_")
        rest = text[first + len(value) : last + 3]
        if not rest.startswith(("...", "…")):  # shortened: the whole is not here
            yield first, value


def _is_plain(value: str) -> bool:
    """Return whether `value` is too near to a word for a password without quotes."""
    return len(value) < 12 and value.isalnum() and value in {value.lower(), value.upper()}


def _find_named(text: str, lower: str) -> Iterator[Found]:
    """Yield what a name announces: looked for around the runs that a machine may have drawn."""
    same = len(lower) == len(text) and "ſ" not in text
    for start, end in _around_runs(text):
        part = lower[start:end] if same else lower
        if not any(word in part for word in _SECRET_WORDS):
            continue
        for pattern in (_NAMED_SECRET, _BEARER):
            for first, value in _values(pattern.finditer(text, start, end)):
                if is_random(value):
                    yield first, first + len(value), "API key"
        for match in _HEX_SECRET.finditer(text, start, end):
            yield *match.span("value"), "API key"


def _around_runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of `text` around such runs, in order; none overlaps the next."""
    start = end = 0
    for run in RUN.finditer(text):
        if is_mixed(run[0]):
            first = max(text.rfind("\n", 0, run.start()) + 1, run.start() - _LONGEST_NAME)
            if first > end:
                yield start, end
                start = first
            end = run.end() + _LONGEST_NAME
    yield start, end


def _find_urls(text: str, _: str) -> Iterator[Found]:
    if not _URL_REST.search(text):
        return
    for match in _URL.finditer(text):
        value = match["value"]
        known = is_stand_in(value) or _COMMON.fullmatch(value) or value == match["user"]
        word = _WORDS.fullmatch(value) and not any(c.isdigit() for c in value)
        if not (known or word or value.startswith(("$", "%", "{"))):
            yield *match.span("value"), "password in a URL"


def _find_logins(text: str, _: str) -> Iterator[Found]:
    for word, pattern in (("-u", _LOGIN), ("sshpass", _SSHPASS), ("mysql", _MYSQL)):
        for match in pattern.finditer(text) if word in text else ():
            if is_password(match["value"]):
                yield *match.span("value"), "password"


def _find_basic(text: str, _: str) -> Iterator[Found]:
    for match in _BASIC.finditer(text):
        value = match["value"]
        try:
            decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        user, colon, password = decoded.partition(":")
        if colon and user.isprintable() and is_password(password):
            yield *match.span("value"), "password of basic authentication"


def _find_signatures(text: str, _: str) -> Iterator[Found]:
    for match in _SIGNATURE.finditer(text):
        if is_random(match["value"].replace("%", "").rstrip("=")):
            yield *match.span("value"), "signature of a shared link"
    for match in _HEX_KEY.finditer(text):
        yield *match.span("value"), "API key"
    for match in _WEBHOOK.finditer(text):
        yield *match.span("value"), "address of a Slack webhook"


def _find_in_tables(text: str, lower: str) -> Iterator[Found]:
    """Yield the credentials in columns that say in their heading that they hold some."""
    if not any(word in lower for word in ("pass", "pwd", "kennwort", *_SECRET_WORDS)):
        return
    offset = 0
    for heading in _HEADING.finditer(text):
        if heading.start() < offset:  # a row of the table before
            continue
        columns = [
            number
            for number, cell in enumerate(heading["cells"].split("|"))
            if _TELLING_CELL.search(cell)
        ]
        offset = heading.end()
        for line in text[offset : offset + _LONGEST_KEY].split("\n"):
            cells = line.split("|")
            if not columns or len(cells) <= columns[0]:
                break
            for column in columns[:_MAX_COLUMNS]:
                value = cells[column].strip(" \t`*\r") if column < len(cells) else ""
                if is_password(value) and " " not in value and not _is_plain(value):
                    before = sum(len(cell) + 1 for cell in cells[:column])
                    at = offset + before + cells[column].find(value)
                    yield at, at + len(value), "password"
            offset += len(line) + 1


_SECRET_WORDS = ("secret", "token", "key", "credential", "bearer")
_RULES = (
    _Rule(("",), _find_tokens, needs_run=True),
    _Rule(("django-insecure-",), _find_django_keys),
    _Rule(("eyj",), _find_jwt, needs_run=True),
    _Rule(("-----begin",), _find_keys),
    _Rule(PASSWORD_WORDS, _find_passwords),
    _Rule(_SECRET_WORDS, _find_named, needs_run=True),
    _Rule(("@",), _find_urls),
    _Rule(LOGIN_WORDS, _find_logins),
    _Rule(("basic",), _find_basic, needs_run=True),
    _Rule(("sig=", "key-", "hooks.slack"), _find_signatures, needs_run=True),
    _Rule(("|-", "| -", "|:", "| :", "-|", "- |"), _find_in_tables),
)
