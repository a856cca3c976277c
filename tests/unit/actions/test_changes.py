"""What a review looks at, in real repositories; git is slow to start, so one serves many tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from hardwon.actions import changes
from hardwon.actions.changes import (
    read_diff,
    read_diff_file,
    read_revision,
    read_staged,
    read_working_tree,
)
from hardwon.errors import DiffError, GitError
from hardwon.files import diffs
from hardwon.model.change import ChangedFile, ChangeSet, FileKind, Unread

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 1\n"
POSIX = pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")


def git(cwd: Path, *args: str, check: bool = True, **environ: str) -> str:
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        **environ,
    }
    done = subprocess.run(["git", *args], cwd=cwd, env=env, capture_output=True, check=False)
    assert done.returncode == 0 or not check, done.stderr.decode()
    return done.stdout.decode("utf-8", "replace").strip()


def write(top: Path, files: dict[str, str | bytes]) -> None:
    for path, content in files.items():
        file = top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)


def commit(top: Path, message: str) -> str:
    git(top, "add", "-A")
    git(top, "commit", "-q", "--allow-empty", "-m", message)
    return git(top, "rev-parse", "HEAD")


def by_path(found: ChangeSet) -> dict[str, ChangedFile]:
    assert len({file.path for file in found.files}) == len(found.files)
    return {file.path: file for file in found.files}


OLD: dict[str, str | bytes] = {
    "src/edited.py": "one\ntwo\nthree\n",
    "src/crlf.py": "one\r\ntwo\r\n",
    "src/cut.py": "one\ntwo",
    "src/gone.py": "gone\n",
    "src/before.py": "".join(f"line {n}\n" for n in range(20)),
    "src/moved.py": "moved\n" * 9,
    "run.sh": "#!/bin/sh\n",
    "logo.png": b"\x89PNG\0\0",
    "latin.py": "# \xe4\n".encode("latin-1") + b"a = 1\n",
    "wide.txt": "a\n".encode("utf-16"),
    "big.txt": LFS.format("11"),
    "data/huge.csv": "1\n",
    "memory/note.md": "old\n",
    "ä b\t.py": "x\n",
    ".gitignore": "*.log\nbuild/\n",
}
NEW: dict[str, str | bytes] = {
    "src/edited.py": "one\nTWO\nthree\nfour\n",
    "src/crlf.py": "one\r\nTWO\r\n",
    "src/cut.py": "one\ntwo\nthree",
    "src/new.py": "new\n",
    "src/empty.py": "",
    "src/after.py": "".join(f"line {n}\n" for n in range(20)) + "more\n",
    "src/shifted.py": "moved\n" * 9,
    "logo.png": b"\x89PNG\0\1",
    "latin.py": "# \xe4\n".encode("latin-1") + b"a = 2\n",
    "wide.txt": "b\n".encode("utf-16"),
    "big.txt": LFS.format("22"),
    "data/huge.csv": "2,345\n" * 200_000,
    "memory/note.md": "new\n",
    "ä b\t.py": "y\n",
}


def make_changes(top: Path) -> None:
    """Turn the checkout from `OLD` into `NEW`; nothing is staged."""
    for path in OLD.keys() - NEW.keys() - {"run.sh", ".gitignore"}:
        (top / path).unlink()
    write(top, NEW)
    (top / "run.sh").chmod(0o755)
    (top / "link").symlink_to("/etc/passwd")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with two commits, the second of which is `NEW`."""
    top = tmp_path_factory.mktemp("repository")
    git(top, "init", "-q", "-b", "main")
    # Whatever a user may set to see diffs otherwise.
    for setting in (
        "diff.noprefix true", "diff.mnemonicPrefix true", "diff.renames false", "color.ui always",
        "diff.algorithm patience", "diff.context 0", "diff.relative true", "diff.statGraphWidth 1",
        "diff.submodule log", "diff.wsErrorHighlight all", "diff.suppressBlankEmpty true",
        "core.quotePath true", "diff.colorMoved zebra", "core.autocrlf false", "core.fileMode true",
        "diff.ignoreSubmodules none", "diff.orderFile .git/order", "diff.interHunkContext 9",
    ):  # fmt: skip
        git(top, "config", *setting.split())
    write(top, {**OLD, ".git/order": "*.txt\n"})
    commit(top, "old")
    make_changes(top)
    commit(top, "new")
    return top


@pytest.fixture
def repository(original: Path, tmp_path: Path) -> Path:
    """Return a copy of the repository, with `OLD` checked out at HEAD."""
    top = tmp_path / "repository"
    shutil.copytree(original, top, symlinks=True)
    git(top, "reset", "-q", "--hard", "HEAD~1")
    return top


def assert_new(found: ChangeSet) -> None:
    """Hold that `found` is what leads from `OLD` to `NEW`."""
    files = by_path(found)
    assert {path: (file.kind.value, file.old_path) for path, file in files.items()} == {
        "src/edited.py": ("changed", None),
        "src/crlf.py": ("changed", None),
        "src/cut.py": ("changed", None),
        "src/new.py": ("added", None),
        "src/empty.py": ("added", None),
        "src/gone.py": ("deleted", None),
        "src/after.py": ("renamed", "src/before.py"),
        "src/shifted.py": ("renamed", "src/moved.py"),
        "run.sh": ("mode_only", None),
        "logo.png": ("changed", None),
        "latin.py": ("changed", None),
        "wide.txt": ("changed", None),
        "big.txt": ("changed", None),
        "data/huge.csv": ("changed", None),
        "memory/note.md": ("changed", None),
        "link": ("added", None),
        "ä b\t.py": ("changed", None),
    }
    assert {path: file.unread for path, file in files.items() if file.unread} == {
        "logo.png": Unread.BINARY,
        "latin.py": Unread.NOT_UTF8,
        "wide.txt": Unread.BINARY,
        "big.txt": Unread.LFS_POINTER,
        "data/huge.csv": Unread.TOO_LARGE,
        "link": Unread.LINK,
    }
    assert "1,200,000 bytes" in files["data/huge.csv"].detail
    for path in ("src/edited.py", "src/crlf.py", "src/cut.py", "src/new.py", "src/empty.py",
                 "src/after.py", "memory/note.md", "ä b\t.py"):  # fmt: skip
        file = files[path]
        assert file.new_text == NEW[path], path
        assert file.old_text == OLD.get(file.old_path or path, ""), path
    assert files["src/edited.py"].added == {2: "TWO", 4: "four"}
    assert files["src/edited.py"].removed == {2: "two"}
    assert files["src/crlf.py"].added == {2: "TWO"}
    assert files["src/after.py"].added == {21: "more"}
    assert (files["src/gone.py"].removed, files["src/gone.py"].old_text) == ({1: "gone"}, "gone\n")
    assert files["src/shifted.py"].hunks == files["run.sh"].hunks == ()


@POSIX
def test_every_source_tells_the_same_of_the_same_changes(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = git(repository, "rev-parse", "main", "main@{1}").split()
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER"):
        monkeypatch.setenv(name, "false")
    monkeypatch.setenv("GIT_DIFF_OPTS", "-u0")
    for revision in (
        second,
        f"{first}..{second}",
        f"{first}...{second}",
        "main@{1}",
        "HEAD..main@{1}",
    ):
        found = read_revision(repository, revision)
        assert_new(found)
        assert (found.base, found.commit) == (revision, second)
    make_changes(repository)
    with_intent = ["add", "-N", "src/after.py", "src/shifted.py"]  # so that git sees two renames
    git(repository, *with_intent)
    found = read_working_tree(repository / "src")
    assert_new(found)
    assert (found.base, found.commit) == ("HEAD", None)
    assert read_staged(repository) == ChangeSet("HEAD, staged", ())
    git(repository, "add", "-A")
    found = read_staged(repository)
    assert_new(found)
    assert found.commit is None
    assert read_staged(repository) == found


def test_diff_is_read_with_texts_before_and_after_it_is_applied(
    repository: Path, tmp_path: Path
) -> None:
    args = ["-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false", "diff", "-M", "-U3",
            "--no-color", "HEAD", "main@{1}", "--", ":(exclude)data"]  # fmt: skip
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    data = subprocess.run(["git", *args], cwd=repository, env=env, capture_output=True, check=True)
    paths = ("src/edited.py", "src/crlf.py", "src/cut.py", "src/after.py", "ä b\t.py")
    for applied in (False, True):
        if applied:
            git(repository, "reset", "-q", "--hard", "main@{1}")
        for cwd in (repository, repository / "src"):
            files = by_path(read_diff(cwd, data.stdout, "d"))
            for path in paths:
                old = OLD[files[path].old_path or path]
                assert (files[path].old_text, files[path].new_text) == (old, NEW[path]), path
    write(repository, {"src/edited.py": "else\n"})
    edited = by_path(read_diff(repository, data.stdout, "d"))["src/edited.py"]
    assert (edited.new_text, edited.added) == (None, {2: "TWO", 4: "four"})
    elsewhere = tmp_path / "elsewhere"
    write(elsewhere, {"x.diff": data.stdout})
    found = read_diff_file(elsewhere, "x.diff")
    assert found.base == "x.diff"
    files = by_path(found)
    assert files["src/edited.py"].new_text is None
    assert files["src/new.py"].new_text == "new\n"


def test_diff_does_not_lead_out_of_the_checkout(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    write(tmp_path, {"secret": "a\n"})
    (top / "link").symlink_to(tmp_path / "secret")
    for path in ("../secret", "link", str(tmp_path / "secret"), "x/../../secret"):
        data = f"--- {path}\n+++ {path}\n@@ -1 +1 @@\n-a\n+b\n".encode()
        (file,) = read_diff(top, data, "d").files
        assert (file.path, file.new_text) == (path, None)


def test_memory_is_left_out(repository: Path, tmp_path: Path) -> None:
    write(repository, {"memory/new.md": "x\n", "memory/note.md": "y\n", "new.py": "x\n"})
    memory = repository / "memory"
    assert [f.path for f in read_working_tree(repository, memory).files] == ["new.py"]
    assert read_working_tree(memory, repository).files == ()
    assert len(read_working_tree(repository, tmp_path / "other").files) == 3
    data = b"--- memory/a.md\n+++ memory/a.md\n@@ -1 +1 @@\n-a\n+b\n"
    assert read_diff(repository, data, "d", memory).files == ()


def test_new_files_that_git_does_not_know_are_read_or_named(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        repository,
        {
            "a.py": "one\ntwo",
            "a.log": "ignored\n",
            "build/a.py": "ignored\n",
            "deep/er/b.py": "b\r\n",
            "c.bin": b"\0",
            "d.py": b"\xff\n",
            "e.csv": "1" * 1_000_001,
            "f.bin": LFS.format(11),
            "nested/x.py": "x\n",
        },
    )
    (repository / "g").symlink_to("/etc/passwd")
    git(repository / "nested", "init", "-q")
    commit(repository / "nested", "x")
    files = by_path(read_working_tree(repository / "src"))
    assert {path: file.unread for path, file in files.items()} == {
        "a.py": None,
        "c.bin": Unread.BINARY,
        "d.py": Unread.NOT_UTF8,
        "deep/er/b.py": None,
        "e.csv": Unread.TOO_LARGE,
        "f.bin": Unread.LFS_POINTER,
        "g": Unread.LINK,
        "nested": Unread.SUBMODULE,
    }
    assert {file.kind for file in files.values()} == {FileKind.ADDED}
    assert (files["a.py"].added, files["a.py"].new_text) == ({1: "one", 2: "two"}, "one\ntwo")
    assert (files["deep/er/b.py"].added, files["deep/er/b.py"].new_text) == ({1: "b"}, "b\r\n")
    monkeypatch.setattr(changes, "MAX_UNTRACKED", 1)
    files = by_path(read_working_tree(repository))
    assert [path for path, file in files.items() if file.unread is None] == ["a.py"]
    assert files["deep/er/b.py"].unread is Unread.TOO_LARGE


def test_what_git_stages_counts_not_the_line_ends_of_the_checkout(repository: Path) -> None:
    git(repository, "config", "core.autocrlf", "true")
    write(repository, {"src/edited.py": "one\r\nTWO\r\nthree\r\n"})
    file = by_path(read_working_tree(repository))["src/edited.py"]
    assert (file.added, file.new_text) == ({2: "TWO"}, "one\nTWO\nthree\n")
    data = git(repository, "diff", "-U3", "--no-color", "--no-relative").encode()
    assert by_path(read_diff(repository, data, "d"))["src/edited.py"].new_text == file.new_text


def test_file_that_was_only_touched_did_not_change(repository: Path) -> None:
    index = (repository / ".git/index").read_bytes()
    for path in ("src/edited.py", "logo.png"):
        os.utime(repository / path, (1, 1))
    assert read_working_tree(repository).files == ()
    assert (repository / ".git/index").read_bytes() == index


@POSIX
def test_programs_of_the_repository_are_not_run(repository: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    program = repository / ".git/program.sh"
    program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{mark}'\ncat\n")
    program.chmod(0o755)
    for key in (
        "core.fsmonitor", "diff.external", "diff.x.command", "diff.x.textconv", "filter.x.clean",
        "filter.x.smudge", "filter.y.process", "filter.a.b.clean",
    ):  # fmt: skip
        git(repository, "config", key, str(program))
    git(repository, "config", "filter.y.required", "true")
    attributes = "*.py diff=x filter=x\n*.sh filter=y\n*.txt filter=a.b\n*.csv filter=unknown\n"
    (repository / ".git/info/attributes").write_text(attributes)
    mark.unlink(missing_ok=True)
    write(
        repository,
        {"src/edited.py": "one\n", "run.sh": "x\n", "big.txt": "x\n", "data/huge.csv": "2\n"},
    )
    os.utime(repository / "src/crlf.py", (1, 1))
    files = by_path(read_working_tree(repository))
    assert {path: file.unread for path, file in files.items()} == {
        "src/edited.py": Unread.FILTERED,
        "run.sh": Unread.FILTERED,
        "big.txt": Unread.FILTERED,
        "data/huge.csv": None,
    }
    assert "'x'" in files["src/edited.py"].detail
    assert files["data/huge.csv"].new_text == "2\n"
    assert read_staged(repository).files == ()
    assert read_revision(repository, "main@{1}").files
    assert not mark.exists(), mark.read_text()
    git(repository, "diff", check=False)
    assert mark.exists(), "git itself would have run it"


def test_first_commit_is_compared_with_nothing(original: Path) -> None:
    found = read_revision(original, "HEAD~1")
    files = by_path(found)
    assert {file.kind for file in files.values()} == {FileKind.ADDED}
    assert files.keys() == OLD.keys()
    assert files["src/cut.py"].new_text == "one\ntwo"
    assert found.commit == git(original, "rev-parse", "HEAD~1")


def test_before_the_first_commit_every_file_is_new(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert read_working_tree(tmp_path).files == ()
    write(tmp_path, {"a.py": "a\n", "b.py": "b\n"})
    git(tmp_path, "add", "a.py")
    assert [(f.path, f.new_text) for f in read_staged(tmp_path).files] == [("a.py", "a\n")]
    assert [f.path for f in read_working_tree(tmp_path).files] == ["a.py", "b.py"]
    with pytest.raises(GitError, match="'HEAD' names no commit"):
        read_revision(tmp_path, "HEAD")
    shutil.rmtree(tmp_path / ".git")
    git(tmp_path, "init", "-q", "--object-format=sha256")
    git(tmp_path, "add", "a.py")
    assert [f.path for f in read_working_tree(tmp_path).files] == ["a.py", "b.py"]
    commit(tmp_path, "first")
    assert [f.new_text for f in read_revision(tmp_path, "HEAD").files] == ["a\n", "b\n"]


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """Return a repository whose branches `main` and `side` changed one line each, and both `x`."""
    top = tmp_path / "merged"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    write(top, {"x.py": "x\n", "main.py": "m\n", "side.py": "s\n"})
    commit(top, "base")
    git(top, "checkout", "-q", "-b", "side")
    write(top, {"x.py": "side\n", "side.py": "S\n"})
    commit(top, "side")
    git(top, "checkout", "-q", "main")
    write(top, {"x.py": "main\n", "main.py": "M\n"})
    commit(top, "main")
    git(top, "merge", "-q", "side", check=False)
    return top


def test_merge_is_compared_with_its_first_parent(merged: Path) -> None:
    files = by_path(read_working_tree(merged))
    assert {path: file.unread for path, file in files.items()} == {
        "x.py": Unread.UNMERGED,
        "side.py": None,
    }
    data = subprocess.run(["git", "diff"], cwd=merged, capture_output=True, check=True).stdout
    assert [(f.path, f.unread) for f in read_diff(merged, data, "d").files] == [
        ("x.py", Unread.COMBINED)
    ]
    write(merged, {"x.py": "both\n"})
    commit(merged, "merge")
    files = by_path(read_revision(merged, "HEAD"))
    assert {path: file.added for path, file in files.items()} == {
        "x.py": {1: "both"},
        "side.py": {1: "S"},
    }
    git(merged, "checkout", "-q", "--detach", "main~1")
    assert [f.path for f in read_revision(merged, "main~1...side").files] == ["side.py", "x.py"]
    assert len(read_revision(merged, "main~1..side").files) == 3
    assert len(read_revision(merged, "..side").files) == 3
    assert read_revision(merged, "main~1..").files == ()
    write(merged, {"x.py": "detached\n"})
    assert [f.added for f in read_working_tree(merged).files] == [{1: "detached"}]


def test_submodule_is_named(merged: Path, original: Path) -> None:
    git(merged, "merge", "--abort")
    git(merged, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(original), "sub")
    commit(merged, "sub")
    git(merged / "sub", "checkout", "-q", "HEAD~1")
    write(merged / "sub", {"src/edited.py": "dirty\n", "new.py": "untracked\n"})
    (file,) = read_working_tree(merged).files
    assert (file.path, file.kind, file.unread) == ("sub", FileKind.CHANGED, Unread.SUBMODULE)
    files = by_path(read_revision(merged, "HEAD"))
    assert (files["sub"].kind, files["sub"].unread) == (FileKind.ADDED, Unread.SUBMODULE)
    # Inside it is a repository like any other.
    assert [f.path for f in read_working_tree(merged / "sub").files] == ["src/edited.py", "new.py"]


def test_shallow_clone_says_what_it_lacks(original: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{original}", "clone")
    for revision, fault, way in (
        ("HEAD", "the parent of 'HEAD' is not in this shallow clone", "git fetch --deepen=1"),
        ("HEAD~1", "'HEAD~1' names no commit", "git fetch --unshallow"),
        ("v1..HEAD", "'v1' names no commit", "git fetch --unshallow"),
    ):
        with pytest.raises(GitError, match=fault) as caught:
            read_revision(clone, revision)
        assert way in (caught.value.hint or "")
    write(clone, {"src/edited.py": "x\n"})
    assert len(read_working_tree(clone).files) == 1


@pytest.mark.parametrize(
    ("revision", "fault"),
    [
        ("--output=stolen", "no revision"),
        ("-x", "no revision"),
        ("^HEAD", "no revision"),
        ("HEAD..--output=stolen", "no revision"),
        ("", "no revision"),
        ("nowhere", "names no commit"),
        ("HEAD^{tree}", "names no commit"),
        ("a\0b", "cannot be run|names no commit"),
        ("HEAD..HEAD..HEAD", "no range"),
        ("HEAD....HEAD", "no range"),
        ("HEAD..nowhere", "'nowhere' names no commit"),
    ],
)
def test_bad_revision_is_a_sentence(original: Path, revision: str, fault: str) -> None:
    with pytest.raises(GitError, match=fault):
        read_revision(original, revision)
    assert not (original / "stolen").exists()


def test_file_given_as_a_revision_is_told_from_one(
    original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(original)
    with pytest.raises(GitError) as caught:
        read_revision(original, "run.sh")
    assert "--diff run.sh" in (caught.value.hint or "")


def test_histories_without_a_common_commit_are_told(merged: Path) -> None:
    git(merged, "merge", "--abort")
    git(merged, "checkout", "-q", "--orphan", "lone")
    commit(merged, "lone")
    with pytest.raises(GitError, match="no commit in common"):
        read_revision(merged, "main...lone")


def test_folder_without_a_usable_repository_is_told(original: Path, tmp_path: Path) -> None:
    lone = tmp_path / "lone"
    lone.mkdir()
    git(tmp_path, "clone", "-q", "--bare", str(original), "bare")
    for cwd, fault in (
        (lone, "there is no git repository in"),
        (tmp_path / "bare", "without a working tree"),
        (original / ".git", "without a working tree"),
        (tmp_path / "missing", "there is no folder"),
    ):
        for read in (read_working_tree, read_staged, lambda cwd: read_revision(cwd, "HEAD")):
            with pytest.raises(GitError, match=fault) as caught:
                read(cwd)
            assert "--diff" in (caught.value.hint or "--diff")


@POSIX
def test_hook_reviews_the_index_that_the_commit_is_made_from(
    repository: Path, merged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = repository / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        '#!/bin/sh\necho "$GIT_INDEX_FILE" > .git/named\ncp "$GIT_INDEX_FILE" .git/kept\n'
    )
    hook.chmod(0o755)
    write(repository, {"src/edited.py": "a\n", "src/cut.py": "b\n"})
    git(repository, "add", "src/cut.py")
    git(repository, "commit", "-q", "-m", "only one", "src/edited.py")
    git(repository, "reset", "-q", "--soft", "HEAD~1")
    named = Path((repository / ".git/named").read_text().strip())
    (repository / named).write_bytes((repository / ".git/kept").read_bytes())
    monkeypatch.setenv("GIT_INDEX_FILE", str(named))
    assert [f.path for f in read_staged(repository).files] == ["src/edited.py"]
    assert [f.path for f in read_staged(repository / "src").files] == ["src/edited.py"]
    # Sent to another repository, hardwon does not take the index of this one.
    git(merged, "reset", "-q", "--hard")
    monkeypatch.setenv("GIT_INDEX_FILE", str(repository / named))
    assert read_staged(merged).files == ()


def test_linked_working_tree_has_an_index_of_its_own(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    write(tmp_path / "tree", {"new.py": "x\n"})
    git(tmp_path / "tree", "add", "new.py")
    assert [f.path for f in read_staged(tmp_path / "tree").files] == ["new.py"]
    assert read_staged(repository).files == ()


def test_diff_that_is_too_long_is_read_in_part_and_the_rest_named(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, {f"many/{n}.py": f"{n}\n" * 50 for n in range(9)})
    git(repository, "add", "-A")
    whole = by_path(read_staged(repository))
    for module in (changes, diffs):
        monkeypatch.setattr(module, "MAX_DIFF_BYTES", 1_500)
    files = by_path(read_staged(repository))
    assert files.keys() == whole.keys()
    known = [path for path, file in files.items() if file.unread is None]
    assert 0 < len(known) < 9
    assert all(files[path] == whole[path] for path in known)
    assert {files[path].unread for path in files.keys() - set(known)} == {Unread.TOO_LARGE}
    with pytest.raises(DiffError, match="has more than the 1,500 bytes"):
        read_diff(repository, b" " * 1_501, "d")


def test_file_of_a_diff_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for path, fault in (("x.diff", "no such file"), (".", "is a directory"), ("a\0b", "cannot be")):
        with pytest.raises(DiffError, match=fault):
            read_diff_file(tmp_path, path)


def test_missing_objects_of_a_partial_clone_are_told(repository: Path) -> None:
    blob = git(repository, "rev-parse", "HEAD:src/edited.py")
    git(repository, "config", "gc.auto", "0")
    stored = repository / ".git/objects" / blob[:2] / blob[2:]
    stored.unlink()
    write(repository, {"src/edited.py": "x\n"})
    with pytest.raises(GitError) as caught:
        read_working_tree(repository)
    assert "git diff" in (caught.value.hint or "")
