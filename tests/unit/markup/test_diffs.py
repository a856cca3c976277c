from __future__ import annotations

import pytest

from hardwon.errors import DiffError
from hardwon.markup.diffs import (
    MAX_LINES,
    added_file,
    apply_hunks,
    decode_diff,
    parse_diff,
    undo_hunks,
    with_text_found,
)
from hardwon.model.change import ChangedFile, ChangeSet, FileKind, Unread
from hardwon.model.values import Span

HUNK = "@@ -1,2 +1,2 @@ def f():\n-old\n+new\n same\n"
INDEX = "index 1111111..2222222 100644\n"


def one(text: str) -> ChangedFile:
    (file,) = parse_diff(text, "x.diff")
    return file


def git(name: str, header: str = INDEX, hunk: str = HUNK) -> str:
    return f"diff --git a/{name} b/{name}\n{header}--- a/{name}\n+++ b/{name}\n{hunk}"


# Each is what git 2.39, GNU diff, hg, svn or difflib prints; the result is (path, kind, old path).
NAMES = {
    "git": (git("src/x.py"), ("src/x.py", "changed", None)),
    "name with a space ends in a tab": (
        git("my file.py").replace("b/my file.py\n@", "b/my file.py\t\n@"),
        ("my file.py", "changed", None),
    ),
    "name that holds the prefix": (git("a b/a b"), ("a b/a b", "changed", None)),
    "quoted octal bytes": (
        'diff --git "a/\\303\\244\\t\\"x.py" "b/\\303\\244\\t\\"x.py"\n'
        f'{INDEX}--- "a/\\303\\244\\t\\"x.py"\n+++ "b/\\303\\244\\t\\"x.py"\n{HUNK}',
        ('ä\t"x.py', "changed", None),
    ),
    "bytes that are no UTF-8": (
        f'diff --git "a/\\377.py" "b/\\377.py"\n{INDEX}--- "a/\\377.py"\n+++ "b/\\377.py"\n{HUNK}',
        ("\\xff.py", "changed", None),
    ),
    "without prefix": (
        f"diff --git a/x.py a/x.py\n{INDEX}--- a/x.py\n+++ a/x.py\n{HUNK}",
        ("a/x.py", "changed", None),
    ),
    "mnemonic prefixes": (
        f"diff --git i/x.py w/x.py\n{INDEX}--- i/x.py\n+++ w/x.py\n{HUNK}",
        ("x.py", "changed", None),
    ),
    "two files that are no repository's": (
        f"diff --git a/one.py b/two.py\n{INDEX}--- a/one.py\n+++ b/two.py\n{HUNK}",
        ("two.py", "changed", None),
    ),
    "hg without an index line": (
        f"diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n{HUNK}",
        ("x.py", "changed", None),
    ),
    "hg, plain": (
        "diff -r 0123456789ab x.py\n--- a/x.py\tThu Jan 01 00:00:01 2026 +0000\n"
        f"+++ b/x.py\tThu Jan 01 00:00:02 2026 +0000\n{HUNK}",
        ("x.py", "changed", None),
    ),
    "renamed": (
        "diff --git a/old name.py b/new.py\nsimilarity index 90%\nrename from old name.py\n"
        f"rename to new.py\n{INDEX}--- a/old name.py\t\n+++ b/new.py\n{HUNK}",
        ("new.py", "renamed", "old name.py"),
    ),
    "renamed without hunks": (
        "diff --git a/o b/n\nsimilarity index 100%\nrename from o\nrename to n\n",
        ("n", "renamed", "o"),
    ),
    "copied": (
        "diff --git a/o b/n\nsimilarity index 100%\ncopy from o\ncopy to n\n",
        ("n", "copied", "o"),
    ),
    "mode": (
        "diff --git a/run me b/run me\nold mode 100644\nnew mode 100755\n",
        ("run me", "mode_only", None),
    ),
    "mode and lines": (
        git("x.sh", "old mode 100644\nnew mode 100755\nindex 1111111..2222222\n"),
        ("x.sh", "changed", None),
    ),
    "empty file added": (
        "diff --git a/e b/e\nnew file mode 100644\nindex 0000000..e69de29\n",
        ("e", "added", None),
    ),
    "deleted": (
        "diff --git a/e b/e\ndeleted file mode 100644\nindex 1111111..0000000\n--- a/e\n"
        "+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
        ("e", "deleted", None),
    ),
    "diff -u of two folders": (
        f"diff -ru before/src/x.py after/src/x.py\n--- before/src/x.py\t2026-01-01 10:00:00.0 "
        f"+0000\n+++ after/src/x.py\t2026-01-01 10:00:00.0 +0000\n{HUNK}",
        ("src/x.py", "changed", None),
    ),
    "diff -u of a copy": (f"--- x.py.orig\n+++ x.py\n{HUNK}", ("x.py", "changed", None)),
    "diff -N": (
        "--- a/n.py\t1970-01-01 00:00:00.000000000 +0000\n+++ b/n.py\t2026-01-01 10:00:00.0 "
        "+0000\n@@ -0,0 +1 @@\n+x\n",
        ("n.py", "added", None),
    ),
    "svn": (
        f"Index: x.py\n{'=' * 67}\n--- x.py\t(revision 1)\n+++ x.py\t(working copy)\n{HUNK}",
        ("x.py", "changed", None),
    ),
    "svn, added": (
        f"Index: x.py\n{'=' * 67}\n--- x.py\t(nonexistent)\n+++ x.py\t(working copy)\n"
        "@@ -0,0 +1 @@\n+x\n",
        ("x.py", "added", None),
    ),
    "a mail": (
        "From 0123 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: [PATCH] X\n\n"
        f"--- a sentence\n---\n x.py | 2 +-\n\n{git('x.py')}-- \n2.39.5\n\n",
        ("x.py", "changed", None),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_file_is_named(name: str) -> None:
    text, expected = NAMES[name]
    file = one(text)
    assert (file.path, file.kind.value, file.old_path) == expected
    assert file.unread is None


UNREAD = {
    "binary": ("index 1..2 100644\nBinary files a/x and b/x differ\n", Unread.BINARY),
    "binary patch": (
        "index 1..2 100644\nGIT binary patch\nliteral 4\nLc${NkU|@t50RR91\n\nliteral 0\n"
        "HcmV?d00001\n\n",
        Unread.BINARY,
    ),
    "submodule": (
        "index 1111111..2222222 160000\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n"
        "-Subproject commit 11\n+Subproject commit 22\n",
        Unread.SUBMODULE,
    ),
    "link": (
        "new file mode 120000\nindex 0000000..2222222\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n"
        "+/etc/passwd\n\\ No newline at end of file\n",
        Unread.LINK,
    ),
    "pointer of LFS": (
        f"{INDEX}--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n version https://git-lfs.github.com/spec/v1\n"
        "-oid sha256:11\n-size 1\n+oid sha256:22\n+size 2\n",
        Unread.LFS_POINTER,
    ),
    "Latin-1": (f"{INDEX}--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+\udce4\n", Unread.NOT_UTF8),
    "NUL": (f"{INDEX}--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+\0\n", Unread.BINARY),
}


@pytest.mark.parametrize("name", UNREAD)
def test_file_without_text_is_named_with_the_reason(name: str) -> None:
    header, reason = UNREAD[name]
    file = one(f"diff --git a/x b/x\n{header}")
    assert (file.path, file.unread) == ("x", reason)
    assert (file.hunks, file.old_text, file.new_text) == ((), None, None)


def test_other_files_beside_one_without_text_are_read() -> None:
    files = parse_diff("".join(f"diff --git a/x b/x\n{UNREAD['binary patch'][0]}") + git("y"), "d")
    assert [(f.path, f.unread, f.added) for f in files] == [
        ("x", Unread.BINARY, {}),
        ("y", None, {1: "new"}),
    ]


def test_plain_binary_files_are_named() -> None:
    file = one("diff -r one/x.png two/x.png\nBinary files one/x.png and two/x.png differ\n")
    assert (file.path, file.unread) == ("x.png", Unread.BINARY)


def test_lines_carry_the_numbers_of_their_file() -> None:
    file = one(git("x", hunk="@@ -3,4 +3,5 @@\n a\n-b\n+B\n+BB\n c\n\n@@ -20,2 +21 @@\n-d\n e\n"))
    assert file.added == {4: "B", 5: "BB"}
    assert file.removed == {4: "b", 20: "d"}
    assert file.shown == {3: "a", 4: "B", 5: "BB", 6: "c", 7: "", 21: "e"}
    assert [hunk.new for hunk in file.hunks] == [Span(3, 8), Span(21, 22)]
    assert [hunk.old for hunk in file.hunks] == [Span(3, 7), Span(20, 22)]


def test_hunk_that_only_takes_away_shows_no_new_lines() -> None:
    file = one(git("x", hunk="@@ -3,2 +2,0 @@\n-a\n-b\n"))
    assert file.hunks[0].new == Span(3, 3)
    assert file.removed == {3: "a", 4: "b"}
    assert apply_hunks("1\n2\na\nb\n5\n", file.hunks) == "1\n2\n5\n"


def test_line_ends_stay_in_hunks_and_leave_the_lines() -> None:
    file = one(git("x", hunk="@@ -1,2 +1,2 @@\n-a\n+a\r\n \x0cb\u2028c\r\n"))
    assert file.added == {1: "a"}
    assert file.hunks[0].new_lines == ("a\r\n", "\x0cb\u2028c\r\n")
    assert apply_hunks("a\n\x0cb\u2028c\r\n", file.hunks) == "a\r\n\x0cb\u2028c\r\n"


@pytest.mark.parametrize(
    "marker", ["No newline at end of file", "Kein Zeilenumbruch am Dateiende."]
)
def test_missing_newline_is_kept_in_whatever_language(marker: str) -> None:
    for hunk, old, new in (
        (f"-a\n\\ {marker}\n+a\n", "a", "a\n"),
        (f"-a\n+a\n\\ {marker}\n", "a\n", "a"),
        (f"-a\n\\ {marker}\n+b\n\\ {marker}\n", "a", "b"),
    ):
        for text in (git("x", hunk=f"@@ -1 +1 @@\n{hunk}"), f"--- x\n+++ x\n@@ -1 +1 @@\n{hunk}"):
            assert apply_hunks(old, one(text).hunks) == new
            assert undo_hunks(new, one(text).hunks) == old


def test_removed_line_like_a_header_is_a_line() -> None:
    hunk = "@@ -1,3 +1,2 @@\n--- a/x\n-++ b/x\n+++ b/y\n @@ -1 +1 @@\n"
    for text in (git("x", hunk=hunk), f"--- a/x\n+++ b/x\n{hunk}"):
        assert one(text).removed == {1: "-- a/x", 2: "++ b/x"}
        assert one(text).added == {1: "++ b/y"}


def test_empty_lines_that_lost_their_space_are_context() -> None:
    file = one(git("x", hunk="@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n"))
    assert file.hunks[0].old_lines == ("a\n", "\n", "b\n")


def test_only_new_and_deleted_files_have_texts_from_the_diff_alone() -> None:
    added = git("x", "new file mode 100644\nindex 0000000..1\n", "@@ -0,0 +1,2 @@\n+a\n+b\n")
    assert (one(added).old_text, one(added).new_text) == ("", "a\nb\n")
    deleted = git("x", "deleted file mode 100644\nindex 1..0000000\n", "@@ -1,2 +0,0 @@\n-a\n-b\n")
    assert (one(deleted).old_text, one(deleted).new_text) == ("a\nb\n", None)
    changed = one(git("x", hunk="@@ -0,0 +1 @@\n+a\n"))  # with -U0 this is line 1 of any file
    assert (changed.old_text, changed.new_text) == (None, None)


def test_hashes_are_taken_unless_they_stand_for_nothing() -> None:
    file = one(git("x", "new file mode 100644\nindex 0000000..abc1234\n", "@@ -0,0 +1 @@\n+a\n"))
    assert (file.old_blob, file.new_blob) == (None, "abc1234")


def test_link_that_became_a_file_is_one_new_file() -> None:
    text = (
        "diff --git a/x b/x\ndeleted file mode 120000\nindex 1..0000000\n--- a/x\n+++ /dev/null\n"
        "@@ -1 +0,0 @@\n-y\n\\ No newline at end of file\n"
        "diff --git a/x b/x\nnew file mode 100644\nindex 0000000..2\n--- /dev/null\n+++ b/x\n"
        "@@ -0,0 +1 @@\n+a\n"
    )
    file = one(text)
    assert (file.kind, file.unread, file.new_text) == (FileKind.ADDED, None, "a\n")


def test_combined_diff_of_a_merge_is_named_and_not_read() -> None:
    header = "diff --cc my x.py\nindex 1,2..3\n--- a/x.py\n+++ b/x.py\n"
    combined = f"{header}@@@ -1,1 -1,1 +1,2 @@@\n- a\n -b\n"
    files = parse_diff(combined + git("y"), "d")
    assert [(f.path, f.unread) for f in files] == [("my x.py", Unread.COMBINED), ("y", None)]


def test_unmerged_file_is_named_once_and_not_read() -> None:
    files = parse_diff(f"* Unmerged path x\n{git('x')}{git('y')}", "d")
    assert [(f.path, f.unread) for f in files] == [("x", Unread.UNMERGED), ("y", None)]


def test_file_with_too_many_changed_lines_is_named_and_not_read() -> None:
    lines = "+x\n" * (MAX_LINES + 1)
    file = one(git("x", hunk=f"@@ -1,0 +2,{MAX_LINES + 1} @@\n{lines}"))
    assert (file.unread, file.hunks) == (Unread.TOO_LARGE, ())
    assert "20,001" in file.detail
    assert added_file("x", "x\n" * MAX_LINES).unread is None
    assert added_file("x", "x\n" * (MAX_LINES + 1)).unread is Unread.TOO_LARGE


def test_file_whose_time_alone_changed_is_left_out() -> None:
    assert [f.path for f in parse_diff("diff --git a/x b/x\n" + git("y"), "d")] == ["y"]


@pytest.mark.parametrize("text", ["", "\n", " \n\n"])
def test_empty_diff_changes_nothing(text: str) -> None:
    assert parse_diff(text, "x.diff") == ()


DAMAGED = {
    "no diff": ("hello\n", 1, "holds no unified diff"),
    "colours": ("\x1b[1mdiff --git a/x b/x\x1b[m\n", 1, "git diff --no-color"),
    "hunk without file": (HUNK, 1, "unexpected hunk found"),
    "only the second name": (f"+++ b/x\n{HUNK}", 1, "target without source"),
    "no names": (f"--- \n+++ \n{HUNK}", 2, "names no file"),
    "unequal names": (f"diff --git one two three\n{INDEX}", 1, "names no file"),
    "numbers": (git("x", hunk="@@ -1,x +1 @@\n+a\n"), 5, "numbers of the hunk"),
    "numbers of a later hunk": (
        f"--- x\n+++ x\n{HUNK}@@ -9 + @@\n+a\n", 7, "numbers of the hunk",
    ),
    "cut in a hunk": (git("x", hunk="@@ -1,3 +1,3 @@\n a\n-b\n"), 7, "shorter than expected"),
    "cut before the hunks": (git("x", hunk=""), 4, "cut off"),
    "hunk too long": (git("x", hunk="@@ -1 +1 @@\n-a\n+b\n+c\n"), 8, "longer than its header"),
    "hunk too long, plain": ("--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n+c\n", 6, "longer than its"),
    "text in a hunk": (git("x", hunk="@@ -1,2 +1,2 @@\n-a\nfoo\n+b\n c\n"), 7, "line expected"),
    "hunks in disorder": (
        git("x", hunk="@@ -5 +5 @@\n-a\n+b\n@@ -1 +1 @@\n-a\n+b\n"), 8, "in the one above",
    ),
    "second file": (
        git("y") + git("x", hunk="@@ -1,3 +1,3 @@\n a\n-b\n"), 15, "shorter than expected",
    ),
    "a series": (git("x") + git("y") + git("x"), 17, "a second time"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_diff_is_refused_with_its_line(name: str) -> None:
    text, line, fault = DAMAGED[name]
    with pytest.raises(DiffError) as caught:
        parse_diff(text, "x.diff")
    assert str(caught.value).startswith(f"x.diff:{line}: ")
    assert fault in str(caught.value)
    assert caught.value.hint or caught.value.expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_diff_saved_by_windows_reads_as_the_one_that_was_printed(encoding: str) -> None:
    text = git("ä.py", hunk="@@ -1 +1 @@\n-é\n+ß\n")
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    data = (mark + text.replace("\n", "\r\n")).encode(encoding)
    assert parse_diff(decode_diff(data), "d") == parse_diff(text, "d")


def test_crlf_of_a_file_is_not_taken_for_that_of_the_diff() -> None:
    text = git("x", hunk="@@ -1 +1 @@\n-a\r\n+b\r\n")
    assert one(decode_diff(text.encode())).hunks[0].new_lines == ("b\r\n",)


def test_hunks_are_laid_only_where_they_fit() -> None:
    hunks = one(git("x", hunk="@@ -2,2 +2,2 @@\n-a\n+b\n c\n")).hunks
    assert apply_hunks("1\na\nc\n4\n", hunks) == "1\nb\nc\n4\n"
    for other in ("a\nc\n4\n", "1\na\n", "1\na\nc", "1\na\nC\n", "", "1\nb\nc\n"):
        assert apply_hunks(other, hunks) is None
    shifted = one(git("x", hunk="@@ -2,2 +3,2 @@\n-a\n+b\n c\n")).hunks
    assert apply_hunks("1\na\nc\n4\n", shifted) is None


def test_found_text_is_the_old_or_the_new_one() -> None:
    file = one(git("x", hunk="@@ -1,2 +1,2 @@\n-a\n+b\n c\n"))
    for text in ("a\nc\nd\n", "b\nc\nd\n"):
        found = with_text_found(file, text)
        assert (found.old_text, found.new_text) == ("a\nc\nd\n", "b\nc\nd\n")
    assert with_text_found(file, "else\n") == file


def test_changes_below_a_folder_are_left_out_by_name() -> None:
    files = tuple(
        ChangedFile(p, FileKind.CHANGED) for p in ("memory/a.md", "memory.py", "x/memory/b")
    )
    change_set = ChangeSet("HEAD", files)
    assert [f.path for f in change_set.outside("memory").files] == ["memory.py", "x/memory/b"]
    assert change_set.outside("") == change_set
