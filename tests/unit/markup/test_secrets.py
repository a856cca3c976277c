"""Credentials are found and masked; what only looks like one is left alone."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import CORPUS, needs_corpus
from hardwon.markup import secret_hints, secret_rules
from hardwon.markup.pages import parse_page, read_page
from hardwon.markup.secret_hints import Hints, find_hints, find_runs, run_map
from hardwon.markup.secret_rules import find_by_rules
from hardwon.markup.secrets import find_secrets, has_detector, hide, mask_secrets
from hardwon.markup.text import split_lines
from labelled import held_out, is_left, look_alikes, needs_detector, one, planted

# A hundred times what any of the long texts takes, and minutes where an expression goes astray.
SECONDS = 20
PLANTED = planted(3)
ALL = [*PLANTED, *look_alikes(3), *held_out(3)]


def key() -> str:
    return one("rsa key in fence").values[0]


@needs_detector
@pytest.mark.parametrize("kind", sorted({sample.kind for sample in PLANTED}))
def test_a_planted_credential_is_masked_and_its_lines_are_named(kind: str) -> None:
    for sample in (s for s in PLANTED if s.kind == kind):
        found = find_secrets(sample.text)
        masked = hide(sample.text, found)
        assert not is_left(sample.values[0], masked), masked
        lines = split_lines(sample.text)
        assert any(is_left(sample.values[0], line) for line in lines[found[0].line - 1 :])


@pytest.mark.parametrize("kind", sorted({sample.kind for sample in look_alikes()}))
def test_a_look_alike_is_left_alone(kind: str) -> None:
    for sample in (s for s in look_alikes(3) if s.kind == kind):
        assert mask_secrets(sample.text) == sample.text


def test_own_rules_find_what_is_written_in_prose_where_no_detector_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "betterleaks", None)
    assert not has_detector()
    caught = [s for s in PLANTED if not is_left(s.values[0], mask_secrets(s.text))]
    assert len(caught) >= 0.95 * len(PLANTED)
    assert all(mask_secrets(s.text) == s.text for s in look_alikes())


@needs_detector
def test_the_detector_is_installed_where_the_tests_run() -> None:
    assert has_detector()


@pytest.mark.skipif(sys.platform == "win32", reason="knows no such limit")
def test_where_a_process_may_address_little_the_detector_is_not_loaded() -> None:
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30));"
        "from hardwon.markup.secrets import has_detector, mask_secrets;"
        "sys.exit(has_detector() or 'password: hunter' in mask_secrets('password: hunter2+9Kq'))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@needs_detector
def test_the_cheap_look_beforehand_loses_nothing() -> None:
    for sample in ALL:
        hints = find_hints(sample.text)
        everything = Hints(sample.text.lower(), has_word=True, has_run=True)
        found = set(find_by_rules(sample.text, everything))
        assert found == set(find_by_rules(sample.text, hints) if hints else ())
        if hints is None:
            assert sample not in PLANTED
            assert not _library(sample.text)


@pytest.mark.slow
@needs_detector
def test_the_cheap_look_beforehand_loses_nothing_of_many_credentials() -> None:
    for sample in [*planted(40), *held_out(40)]:
        if find_hints(sample.text) is None:
            everything = Hints(sample.text.lower(), has_word=True, has_run=True)
            assert not set(find_by_rules(sample.text, everything)), sample.text
            assert not _library(sample.text), sample.text


def test_every_word_that_announces_a_password_is_looked_for() -> None:
    for word in secret_hints._ANNOUNCING:
        hints = find_hints(f"a\n{word.decode().upper()}\n")
        assert hints is not None, word
        assert hints.has_word


@pytest.mark.parametrize(
    ("run", "is_hint"),
    [
        ("2025-01-09-use-oauth2-login", False),
        ("CVE-2024-21647", False),
        ("formatSearchResultsWithContextLines", False),
        ("--------------------", False),
        ("550e8400-e29b-41d4-a716-446655440000", True),
        ("91948b63c2b06912f2f625458e45e2c7", True),
        ("AKIAQWERTZUIOPLKJH42", True),
        ("qwertzuiop-ab12345678", True),
        ("release-20260718-0914", False),
        ("xKqPzWvTbNmLsRdFgHjYcVbQw", True),
        ("Ab1-Cd2-Ef3-Gh4-Ij5", True),
    ],
)
def test_runs_that_people_wrote_are_no_hints(run: str, is_hint: bool) -> None:
    assert (find_hints(f"Größe: `{run}` and more.") is not None) is is_hint


@given(st.text(alphabet="aZ0_-+. é\n", max_size=60), st.integers(1, 5))
def test_runs_are_found_as_by_an_expression(text: str, shortest: int) -> None:
    raw = text.encode()
    found = [raw[start:end] for start, end in find_runs(raw.translate(run_map("_+-")), shortest)]
    assert found == re.findall(rb"[A-Za-z0-9_+-]{%d,}" % shortest, raw)


pieces = st.sampled_from(
    [
        "password", "PASSWORT", "pass", "pwd", "Kennwort", "compass", ": ", "=", " is ", '"', "`",
        "hunter2+9Kq", "sk-", "ghp_", "SG.", "aB3dE6gH9jK2mN5p", "é", "ß", "İ", "ſ", "\u212a", " ",
        "\n", ".", "|", "-",
    ]
)  # fmt: skip


@given(st.lists(pieces, max_size=30).map("".join))
def test_short_cuts_find_what_the_expressions_find(text: str) -> None:
    pattern = secret_rules._PASSWORD
    words = ("pass", "pwd", "kennwort")
    found = [m.span() for m in secret_rules._matches(pattern, text, text.lower(), words)]
    assert found == [match.span() for match in pattern.finditer(text)]
    pattern = secret_rules._TOKEN
    runs = secret_rules._token_runs(text)
    found = [match.span() for run in runs for match in pattern.finditer(text, *run)]
    assert found == [match.span() for match in pattern.finditer(text)]


@needs_detector
@needs_corpus
def test_the_cheap_look_beforehand_loses_nothing_in_real_notes() -> None:
    ordinary = 0
    for file in sorted((CORPUS / "B").rglob("*.md")):
        text = file.read_bytes().decode("utf-8", "replace")
        if find_hints(text) is None:
            ordinary += 1
            assert not set(find_by_rules(text, Hints(text.lower(), has_word=True, has_run=True)))
            assert not _library(text), file
    assert ordinary > 1_900  # or the look spares nothing


def _library(text: str) -> list:
    """Return what the detector finds in a text that is not looked at beforehand."""
    import betterleaks

    return [f for f in betterleaks.scan_string(text) if f.confidence != "low"]


def test_a_credential_has_a_place_a_kind_and_its_public_prefix() -> None:
    value = "gh" + "p_" + "Kd93kfLs02Jq" * 3
    text = f"# Deploy\r\n\r\nThe token `{value}` was\r\nwrong.\r\n"
    (secret,) = find_secrets(text)
    assert (secret.line, secret.column, secret.end_line) == (3, 12, 3)
    assert secret.end_column == secret.column + len(value)
    assert secret.named == "a GitHub token (ghp_…)"
    assert mask_secrets(text) == "# Deploy\r\n\r\nThe token `ghp_…` was\r\nwrong.\r\n"
    assert value[4:12] not in repr(secret)


def test_what_is_shown_is_never_more_than_a_public_prefix() -> None:
    for sample in PLANTED:
        for secret in find_secrets(sample.text):
            start, _ = secret.pieces[0]
            prefix = secret.shown.removesuffix("…")
            assert sample.text[start:].startswith(prefix)
            assert not is_left(sample.values[0], secret.shown + secret.kind)
            assert len(prefix) <= len("AGE-SECRET-KEY-1")


def test_of_a_private_key_each_line_of_the_body_is_masked() -> None:
    text = f"Before\n\n```\n{key()}\n```\n\nafter\n"
    masked = split_lines(mask_secrets(text))
    assert len(masked) == len(split_lines(text))
    assert masked[3].startswith("-----BEGIN")
    assert masked[12] == "…\n"
    assert masked[13].startswith("-----END")
    assert masked[16:] == ["after\n"]
    (secret,) = find_secrets(text)
    assert (secret.kind, secret.line, secret.end_line) == ("private key", 5, 13)


def test_a_private_key_in_a_quote_keeps_its_marks() -> None:
    quoted = "\n".join(f"> {line}" for line in key().split("\n"))
    lines = mask_secrets(f"{quoted}\n\nSo the log.\n").split("\n")
    assert lines[1:9] == ["> …"] * 8
    assert lines[-2] == "So the log."


def test_a_key_that_was_cut_short_is_masked_to_its_last_line() -> None:
    cut = "\n".join(key().split("\n")[:5])
    masked = mask_secrets(f"{cut}\n\nThe rest was lost in the mail of the second day.\n")
    assert not is_left(cut, masked)
    assert "The rest was lost in the mail of the second day." in masked


def test_a_value_is_masked_wherever_it_stands_again() -> None:
    value = "Winterkettle*7434"
    masked = mask_secrets(f"password: {value}\n\nLater {value} did not work.\n")
    assert masked == "password: …\n\nLater … did not work.\n"


@pytest.mark.parametrize(
    "mark",
    [
        "<!-- hardwon: not a secret -->",
        "# hardwon: not a secret",
        "# betterleaks:allow",
        "// gitleaks:allow",
        "# pragma: allowlist secret",
    ],
)
def test_a_mark_on_its_line_says_that_a_value_is_none(mark: str) -> None:
    text = f"password: Winterkettle*7434 {mark}\n"
    assert mask_secrets(text) == text
    assert mask_secrets(text + "password: Mangobridge+2291\n").endswith("password: …\n")


def test_a_mark_alone_on_the_line_before_counts_for_one_line_or_one_fence() -> None:
    mark = "<!-- hardwon: not a secret -->"
    line = "password: Winterkettle*7434"
    other = "password: Mangobridge+2291"
    assert mask_secrets(f"{mark}\n{line}\n{other}\n") == f"{mark}\n{line}\npassword: …\n"
    fence = f"```yaml\na: 1\n{line}\n```"
    assert mask_secrets(f"{mark}\n{fence}\n{other}\n") == f"{mark}\n{fence}\npassword: …\n"
    key_text = f"{mark}\n```\n{key()}\n```\n"
    assert mask_secrets(key_text) == key_text


def test_words_before_a_mark_do_not_open_the_next_line() -> None:
    text = "a <!-- hardwon: not a secret -->\npassword: Winterkettle*7434\n"
    assert mask_secrets(text).endswith("password: …\n")


def test_masking_again_changes_nothing_and_lines_stay_lines() -> None:
    for sample in ALL:
        masked = mask_secrets(sample.text)
        assert mask_secrets(masked) == masked
        assert len(split_lines(masked)) == len(split_lines(sample.text))


@given(
    st.lists(
        st.one_of(
            st.sampled_from([sample.text for sample in ALL]),
            st.text(max_size=40),
            st.sampled_from(["\r\n", "\r", "```", "password: ", "> ", "\0", "\u2028", "…", "= "]),
        ),
        max_size=6,
    )
)
def test_of_any_text_only_the_pieces_that_are_named_change(parts: list[str]) -> None:
    text = "\n".join(parts)
    secrets = find_secrets(text)
    masked = hide(text, secrets)
    assert len(split_lines(masked)) == len(split_lines(text))
    assert mask_secrets(masked) == masked
    rest, at = [], 0
    for start, end in (piece for secret in secrets for piece in secret.pieces):
        assert at <= start < end
        rest.append(text[at:start])
        at = end
    assert re.fullmatch(".*?".join(map(re.escape, [*rest, text[at:]])), masked, re.DOTALL)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="@:=|"), max_size=300))
def test_a_text_of_any_letters_stays_as_it_is(text: str) -> None:
    if not re.search(r"[\w.-]{16}", text):
        assert mask_secrets(text) == text


@needs_corpus
def test_real_notes_read_as_they_did() -> None:
    files = sorted((CORPUS / "B").rglob("*.md"))[::40]
    for file in files:
        text = file.read_bytes().decode("utf-8", "replace")
        if not find_secrets(text):
            assert read_page(text, file.name) == parse_page(text, file.name)
    assert len(files) > 50


def test_a_page_names_its_credentials_and_keeps_what_it_holds_beside_them() -> None:
    text = "# Deploy\n\n**Date:** 2025-01-09\n\nPassword: `Winterkettle*7434`\n\n- Lesson: wait\n"
    page = read_page(text, "episodic/code/a.md")
    assert [(f.code, f.line, f.message) for f in page.faults] == [("secret", 5, "holds a password")]
    (note,) = page.experiences
    assert "`…`" in note.body
    assert note.title == "Deploy"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "token=" * 30_000,
        "aA1" * 60_000,
        "password: " * 20_000,
        "| password |\n|---|\n" * 10_000,
        "eyJaaaaaaaaaaa." * 13_000,
        "a://b:c" * 30_000,
        "a@://" + "://:" * 40_000,
        "aB" * 90_000 + "1-" * 9_000,
        "password" * 20_000,
        ("-----BEGIN RSA PRIVATE" + " KEY-----\n") * 5_000,
        "token aB1cD2eF3gH4iJ5kL6 " * 8_000,
    ],
    ids=lambda text: text[:16].strip(),
)
def test_no_text_takes_long(text: str) -> None:
    start = time.perf_counter()
    find_secrets(text)
    assert time.perf_counter() - start < SECONDS
