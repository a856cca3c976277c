"""The diff of the rewrites is what git applies, to exactly the bytes that are meant."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardwon.model.review import Fix, Review
from hardwon.render.review.fixes import FixDiff, fix_diff, left_out_lines, quoted
from reviews import EMPTY, N_PLUS_ONE, REVIEW, TEXTS

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def review_of(*fixes: Fix) -> Review:
    return replace(EMPTY, findings=tuple(replace(N_PLUS_ONE, fix=fix) for fix in fixes))


def fix_at(text: str, start: int, end: int, new: str, path: str = "a.py") -> Fix:
    """Return the rewrite of the characters from `start` to `end`."""

    def place(at: int) -> tuple[int, int]:
        return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1

    return Fix(path, *place(start), *place(end), text[start:end], new)


def replaced(text: str, old: str, new: str, path: str = "a.py") -> Fix:
    at = text.index(old)
    return fix_at(text, at, at + len(old), new, path)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", str(root)], check=True, timeout=60)
    return root


def apply(root: Path, texts: dict[str, str], diff: FixDiff) -> dict[str, str]:
    """Return the texts after `git apply`, byte for byte."""
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    for options in (["--check"], []):
        if diff.text:
            done = subprocess.run(
                ["git", "apply", "--whitespace=nowarn", *options, "-"],
                cwd=root,
                input=diff.text.encode(),
                capture_output=True,
                check=False,
                timeout=60,
            )
            assert done.returncode == 0, (done.stderr.decode(), diff.text)
    return {path: (root / path).read_bytes().decode() for path in texts}


def test_a_rewrite_is_a_hunk() -> None:
    assert fix_diff(REVIEW, TEXTS).text == (
        """\
diff --git a/shop/views.py b/shop/views.py
--- a/shop/views.py
+++ b/shop/views.py
@@ -2,5 +2,5 @@
 from shop.models import Order
 @staff
 def totals(request):
-    for order in Order.objects.all():
+    for order in Order.objects.select_related("customer"):
         yield order.customer.name
"""
    )


def test_hunks_count_lines_as_git_does(repository: Path) -> None:
    path = "with blank.py"
    text = "".join(f"line {n}\n" for n in range(1, 31))
    fixes = [
        replaced(text, "line 2\nline 3\n", "line 2\nmore\nmore\n", path),  # its first line stays
        replaced(text, "line 20\n", "", path),
        replaced(text, "line 30\n", "last", path),
    ]
    diff = fix_diff(review_of(*fixes), {path: text})
    apply(repository, {path: text}, FixDiff("", ()))
    git = ["git", "-C", str(repository)]
    subprocess.run([*git, "add", "."], check=True, timeout=60)
    apply(repository, {path: text}, diff)
    shown = subprocess.run(
        [*git, "diff", "--no-color"], capture_output=True, check=True, timeout=60
    ).stdout.decode()
    lines = [line for line in shown.split("\n") if not line.startswith("index ")]
    # What git writes behind the second @@ is the line above the hunk, for people.
    assert diff.text.split("\n") == [re.sub(r"^(@@ .* @@).*", r"\1", line) for line in lines]


def test_there_is_no_diff_without_a_rewrite() -> None:
    assert fix_diff(EMPTY, {}) == FixDiff("", ())


@pytest.mark.parametrize(
    "path",
    [
        "a.py", "with blank.py", "ü/ö.py", 'quote".py', "back\\slash.py", "tab\there.py",
        "a b/ü c.py", "new\nline.py",
    ],
)  # fmt: skip
def test_git_applies_it_whatever_the_name(repository: Path, path: str) -> None:
    text = "".join(f"line {n}\n" for n in range(30))
    fixes = [replaced(text, f"line {n}\n", f"other {n}\n", path) for n in (3, 20)]
    done = apply(repository, {path: text}, fix_diff(review_of(*fixes), {path: text}))
    assert done[path] == text.replace("line 3\n", "other 3\n").replace("line 20\n", "other 20\n")


@pytest.mark.parametrize(
    ("text", "old", "new", "after"),
    [
        ("a\r\nb\r\nc\r\n", "b", "x\ny", "a\r\nx\r\ny\r\nc\r\n"),  # lines end as before
        ("a\nb", "b", "x", "a\nx"),  # no newline at the end
        ("a\nb", "a", "x", "x\nb"),  # nor where it is context
        ("a\nb\n", "b\n", "", "a\n"),
        ("a\n", "a\n", "", ""),
        ("a", "a", "a\n", "a\n"),
        ("a\fb\u2028c\rd\ne\n", "c", "x", "a\fb\u2028x\rd\ne\n"),  # git ends lines at \n only
        ("\ufeffa\nb\n", "b", "x", "\ufeffa\nx\n"),
    ],
)
def test_line_ends_are_kept(repository: Path, text: str, old: str, new: str, after: str) -> None:
    done = apply(
        repository, {"a.py": text}, fix_diff(review_of(replaced(text, old, new)), {"a.py": text})
    )
    assert done["a.py"] == after


def test_an_empty_file_can_be_filled(repository: Path) -> None:
    fix = Fix("a.py", 1, 1, 1, 1, "", "x\n")
    assert apply(repository, {"a.py": ""}, fix_diff(review_of(fix), {"a.py": ""})) == {
        "a.py": "x\n"
    }


def test_of_two_that_overlap_the_first_stays() -> None:
    text = "one two three\n"
    fixes = (
        replaced(text, "two three", "2 3"),
        replaced(text, "one two", "1 2"),
        replaced(text, "one", "1"),
    )
    diff = fix_diff(review_of(*fixes), {"a.py": text})
    assert diff.text.endswith("-one two three\n+1 2 3\n")
    assert list(left_out_lines(diff)) == [
        "a.py:1: not rewritten: it overlaps with the rewrite of a.py:1"
    ]


def test_the_same_rewrite_twice_is_one() -> None:
    fix = replaced("one\n", "one", "1")
    assert fix_diff(review_of(fix, fix), {"a.py": "one\n"}).left_out == ()


@pytest.mark.parametrize(
    ("fix", "reason"),
    [
        (Fix("b.py", 1, 1, 1, 2, "a", "b"), "the file is not known as text"),
        (Fix("\\xff.py", 1, 1, 1, 2, "a", "b"), "the file is not known as text"),
        (Fix("a.py", 1, 1, 1, 2, "z", "b"), "the file does not hold what it replaces"),
        (Fix("a.py", 9, 1, 9, 2, "a", "b"), "the file does not hold what it replaces"),
        (Fix("a.py", 1, 2, 1, 1, "", "b"), "the file does not hold what it replaces"),
        (Fix("a.py", 1, 1, 1, 2, "a", "a"), "it changes nothing"),
    ],
)
def test_what_cannot_be_rewritten_is_named(fix: Fix, reason: str) -> None:
    diff = fix_diff(review_of(fix), {"a.py": "a\n", "\\xff.py": "a\n"})
    assert diff == FixDiff("", ((fix, reason),))


def test_a_rewrite_near_a_credential_is_left_out(repository: Path) -> None:
    text = f'KEY = "{SECRET}"\na\nb\nc\nd\ne\nf\ng\nh\n'
    near, far = replaced(text, "b\n", "x\n"), replaced(text, "g\n", "y\n")
    diff = fix_diff(review_of(near, far), {"a.py": text})
    assert SECRET not in diff.text
    assert [fix for fix, _ in diff.left_out] == [near]
    assert apply(repository, {"a.py": text}, diff)["a.py"] == text.replace("g\n", "y\n")


def test_names_are_quoted_as_git_does() -> None:
    assert quoted("a/b c.py") == "a/b c.py"
    assert quoted('a/ü\t"\\.py') == '"a/\\303\\274\\t\\"\\\\.py"'
    assert quoted("a/\x01\x7f") == '"a/\\001\\177"'


_PIECE = st.sampled_from(["a", "b", "  x = 1", "ü", "", "\t", "é\u2028"])


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Fix], str]:
    """Return a text, rewrites of it that do not overlap, and what they make of it."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = end.join(draw(st.lists(_PIECE, max_size=30)))
    # Where `\r` and `\n` are parted, lines would end in another way than before.
    places = [n for n in range(len(text) + 1) if text[n - 1 : n + 1] != "\r\n"]
    cuts = sorted(draw(st.lists(st.sampled_from(places), max_size=8, unique=True)))
    fixes, parts, at = [], [], 0
    for start, stop in zip(cuts[::2], cuts[1::2], strict=False):
        new = draw(st.lists(_PIECE, max_size=3).map(end.join))
        if new != text[start:stop]:
            fixes.append(fix_at(text, start, stop, new))
            parts += [text[at:start], new]
            at = stop
    return text, draw(st.permutations(fixes)), "".join([*parts, text[at:]])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shared")
    subprocess.run(["git", "init", "-q", str(root)], check=True, timeout=60)
    return root


def check_any(shared: Path, made: tuple[str, list[Fix], str]) -> None:
    text, fixes, after = made
    diff = fix_diff(review_of(*fixes), {"a.py": text})
    assert diff.left_out == ()
    assert apply(shared, {"a.py": text}, diff) == {"a.py": after}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edited())
def test_git_makes_of_any_text_what_the_rewrites_say(
    shared: Path, made: tuple[str, list[Fix], str]
) -> None:
    check_any(shared, made)


@pytest.mark.slow
@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edited())
def test_git_makes_of_many_texts_what_the_rewrites_say(
    shared: Path, made: tuple[str, list[Fix], str]
) -> None:
    check_any(shared, made)
