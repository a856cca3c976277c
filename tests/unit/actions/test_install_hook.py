"""The hook in real repositories: what stops a commit, what lets it through, what is not touched."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from hardwon.actions.install_hook import apply_hook, plan_hook, plan_removal
from hardwon.errors import GitError, HardwonError, HookError
from hardwon.files.folder import Folder
from hardwon.files.hooks import find_hook_place

GONE = "/nowhere/bin/python"  # the environment that the hook was written in exists no more
# The whole path, so that no other hardwon is on it: git, and what it and hooks call.
TOOLS = ("git", "basename", "bash", "env", "sed", "true", "uname")
STOPPED = "hardwon stopped this commit; git commit --no-verify makes it all the same"


class Code:
    """A repository with code and a memory, and a hardwon that notes how it is called."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.top = place / "code"
        self.bin = place / "bin"
        self.log = place / "log"
        self.memory = self.top / "memory"
        (self.memory / "episodic").mkdir(parents=True)
        self.bin.mkdir()
        for name in TOOLS:
            found = shutil.which(name)
            assert found is not None, name
            (self.bin / name).symlink_to(found)
        self.git("init", "-q", "-b", "main")
        (self.top / "sub").mkdir()

    @property
    def hook(self) -> Path:
        return self.top / ".git" / "hooks" / "pre-commit"

    def git(self, *args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        own = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "HARDWON"))}
        who = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER")
               for what in ("NAME", "EMAIL")}  # fmt: skip
        return subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *args],
            cwd=cwd or self.top,
            env={
                **own, **who, "PATH": str(self.bin), "HOME": str(self.place),
                "GIT_CONFIG_NOSYSTEM": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip

    def stand_in(self, status: int = 0, name: str = "hardwon", starts: int = 0) -> Path:
        """Put a program on the path that ends with `status`, and with `starts` for `--help`."""
        file = self.bin / name
        file.write_text(
            f'#!/bin/sh\ncase "$*" in *--help) echo x >>"{self.log}.starts"; exit {starts};; esac\n'
            f'echo "$0 $*|$PWD|$GIT_INDEX_FILE" >>"{self.log}"\nexit {status}\n'
        )
        file.chmod(0o755)
        return file

    def install(self, fail_on: str = "high", python: str = GONE, cwd: Path | None = None) -> None:
        apply_hook(plan_hook(cwd or self.top, Folder(self.memory), fail_on, python))

    def uninstall(self) -> None:
        apply_hook(plan_removal(self.top))

    def commit(self, *args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Change a file, and commit it."""
        file = (cwd or self.top) / "app.py"
        file.write_text(file.read_text() + "x\n" if file.exists() else "x\n")
        self.git("add", "app.py", cwd=cwd)
        return self.git("commit", "-q", "-m", "change", *args, cwd=cwd)

    def commits(self) -> int:
        return len(self.git("log", "--format=%h", "--all").stdout.split())

    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def write_hook(self, text: str | bytes, mode: int = 0o755) -> None:
        self.hook.parent.mkdir(exist_ok=True)
        self.hook.write_bytes(text.encode() if isinstance(text, str) else text)
        self.hook.chmod(mode)


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Code:
    # The settings of whoever runs the tests are not those of the repository.
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return Code(tmp_path)


def refused(code: Code) -> HookError:
    with pytest.raises(HookError) as caught:
        code.install()
    assert caught.value.hint
    return caught.value


def test_a_finding_stops_the_commit_and_the_way_past_it_is_named(code: Code) -> None:
    code.stand_in(1)
    code.install()
    done = code.commit()
    assert (done.returncode, code.commits()) == (1, 0)
    assert done.stderr.splitlines() == [STOPPED]
    assert code.commit("--no-verify").returncode == 0
    assert code.commits() == 1


def test_without_findings_the_commit_is_made(code: Code) -> None:
    code.stand_in(0)
    code.install()
    done = code.commit()
    assert (done.returncode, done.stderr, code.commits()) == (0, "", 1)
    assert [call.split("|")[0] for call in code.calls()] == [
        f"{code.bin}/hardwon review --staged --fail-on high"
    ]


def test_what_is_to_stop_a_commit_is_handed_on(code: Code) -> None:
    code.stand_in(0)
    code.install("never")
    code.install("violated")
    code.commit()
    assert "--fail-on violated|" in code.calls()[0]
    assert code.hook.read_bytes().count(b"--fail-on") == 1


@pytest.mark.parametrize("starts", [None, 127, 1])
def test_a_hardwon_that_is_missing_or_broken_stops_no_commit(
    code: Code, starts: int | None
) -> None:
    if starts is not None:
        code.stand_in(1, starts=starts)
    code.install()
    done = code.commit()
    assert done.stderr.splitlines() == ["hardwon is not found here: this commit is not reviewed"]
    assert code.commits() == 1


@pytest.mark.parametrize("status", [2, 130])
def test_a_review_that_could_not_be_done_stops_no_commit(code: Code, status: int) -> None:
    code.stand_in(status)
    code.install()
    done = code.commit()
    assert done.stderr.splitlines() == [
        "hardwon could not review: this commit is made all the same"
    ]
    assert code.commits() == 1


def test_the_interpreter_that_installed_it_needs_no_path(code: Code) -> None:
    python = code.stand_in(1, name="a python's").rename(code.place / "it's python {}")
    code.stand_in(0)
    code.install(python=str(python))
    assert code.commit().returncode == 1
    assert (code.place / "log.starts").read_text() == "x\n", "it is tried once: a start takes time"
    assert [call.split("|")[0] for call in code.calls()] == [
        f"{python} -P -m hardwon review --staged --fail-on high"
    ]


@pytest.mark.parametrize(
    ("args", "index"), [((), ".git/index"), (("-a",), ".git/index.lock"), (("app.py",), "next")]
)
def test_the_review_sees_the_index_of_the_commit_from_any_folder(
    code: Code, args: tuple[str, ...], index: str
) -> None:
    code.stand_in(0)
    code.install(cwd=code.top / "sub")
    assert code.commit(*args, cwd=code.top / "sub").returncode == 0
    _, folder, seen = code.calls()[0].split("|")
    assert folder == str(code.top)
    assert index in seen


@pytest.mark.parametrize(
    "own",
    [
        "#!/bin/sh\nexit 0\n",
        "#!/bin/sh\nexec true\n",
        "#!/bin/sh -eu\nset -o noglob\necho mine\n",
        "#!/usr/bin/env bash\nset -euo pipefail\ntrap 'exit 0' EXIT\nexit 0\n",
        "exit 0\n",
        "",
        "#!/bin/sh",
    ],
    ids=repr,
)
def test_a_hook_of_ones_own_runs_behind_the_review_and_comes_back_byte_for_byte(
    code: Code, own: str
) -> None:
    code.write_hook(own, mode=0o751)
    code.stand_in(1)
    code.install()
    assert stat.S_IMODE(code.hook.stat().st_mode) == 0o751
    assert own.partition("\n")[2] in code.hook.read_text()
    assert code.commit().returncode == 1
    code.stand_in(0)
    done = code.commit()
    assert done.returncode == 0
    assert ("mine" in done.stderr) == ("mine" in own)
    code.uninstall()
    assert code.hook.read_text() == own
    assert stat.S_IMODE(code.hook.stat().st_mode) == 0o751


def test_a_hook_of_ones_own_still_stops_a_commit(code: Code) -> None:
    code.write_hook("#!/bin/sh\nexit 3\n")
    code.stand_in(0)
    code.install()
    assert code.commit().returncode != 0
    assert len(code.calls()) == 1


def test_the_review_leaves_nothing_behind_in_a_hook(code: Code) -> None:
    code.write_hook('#!/bin/sh\necho "$# ${1-none} $-" >seen\n')
    code.stand_in(0)
    code.commit()
    alone = (code.top / "seen").read_text()
    code.install()
    code.commit()
    assert (code.top / "seen").read_text() == alone


def test_lines_with_the_ends_of_windows_stay_so(code: Code) -> None:
    own = b"#!/bin/sh\n# a remark\r\n: \r\nexit 0\n"
    code.write_hook(own)
    code.stand_in(1)
    code.install()
    assert code.hook.read_bytes().endswith(own.removeprefix(b"#!/bin/sh\n"))
    assert code.commit().returncode == 1
    code.uninstall()
    assert code.hook.read_bytes() == own


def test_a_second_time_nothing_is_written(code: Code) -> None:
    code.install()
    before = code.hook.stat()
    code.install()
    assert code.hook.stat() == before


def test_without_a_hook_one_is_made_that_is_removed_again(code: Code) -> None:
    shutil.rmtree(code.hook.parent)
    code.install()
    assert os.access(code.hook, os.X_OK)
    assert list(code.hook.parent.iterdir()) == [code.hook]
    code.uninstall()
    assert list(code.hook.parent.iterdir()) == []


def test_what_was_added_to_our_hook_is_kept(code: Code) -> None:
    code.install()
    code.hook.write_text(code.hook.read_text() + "echo mine\n")
    code.uninstall()
    assert code.hook.read_text() == "#!/bin/sh\necho mine\n"


@pytest.mark.parametrize("own", [None, "#!/bin/sh\nmake\n", "#!/bin/sh\n"])
def test_uninstalling_where_nothing_is_installed_changes_nothing(
    code: Code, own: str | None
) -> None:
    if own is not None:
        code.write_hook(own)
    code.uninstall()
    assert (code.hook.read_text() if code.hook.exists() else None) == own


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        (b"#!/usr/bin/env python3\nprint('mine')\n", "run by python3"),
        (b"\x7fELF\0\0", "is a program"),
        (b"#!/bin/sh\r\nexit 0\r\n", "line ends"),
        (b"x" * 1_000_001, "1,000,000 bytes"),
    ],
)
def test_a_hook_that_no_shell_runs_is_not_touched(code: Code, own: bytes, reason: str) -> None:
    code.write_hook(own)
    error = refused(code)
    assert reason in error.message
    assert error.path == str(code.hook)
    assert "hardwon review --staged --fail-on high" in (error.hint or "")
    assert code.hook.read_bytes() == own


def test_a_hook_that_git_does_not_run_is_not_touched(code: Code) -> None:
    code.write_hook("#!/bin/sh\n", mode=0o644)
    assert "chmod +x" in (refused(code).hint or "")
    assert stat.S_IMODE(code.hook.stat().st_mode) == 0o644


def test_a_link_that_leads_out_of_the_repository_is_not_followed(code: Code) -> None:
    (code.place / "elsewhere" / "hooks").mkdir(parents=True)
    (code.top / "tools").symlink_to(code.place / "elsewhere")
    code.git("config", "core.hooksPath", "tools/hooks")
    with pytest.raises(HookError, match="leads out"):
        code.install()
    assert list((code.place / "elsewhere" / "hooks").iterdir()) == []


@pytest.mark.parametrize("name", ["hooks", "hooks/pre-commit"])
def test_a_link_is_not_followed(code: Code, name: str) -> None:
    link = code.top / ".git" / name
    elsewhere = code.place / "elsewhere"
    if name == "hooks":
        shutil.rmtree(link)
        elsewhere.mkdir()
    else:
        elsewhere.write_text("#!/bin/sh\n")
    link.symlink_to(elsewhere)
    assert "symbolic link" in refused(code).message
    with pytest.raises(HookError):
        code.uninstall()
    assert elsewhere.read_text() == "#!/bin/sh\n" if elsewhere.is_file() else True
    assert not elsewhere.is_dir() or list(elsewhere.iterdir()) == []


def test_what_is_no_file_is_not_opened(code: Code) -> None:
    code.hook.parent.mkdir(exist_ok=True)
    os.mkfifo(code.hook)
    assert "is no regular file" in refused(code).message


def test_hooks_that_are_switched_off_stay_off(code: Code) -> None:
    code.git("config", "core.hooksPath", os.devnull)
    assert "is no folder" in refused(code).message


def test_a_disk_that_refuses_is_told_and_the_hook_stays(
    code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    code.write_hook("#!/bin/sh\nmake\n")
    monkeypatch.setattr("hardwon.files.write._write_aside", refuse)
    with pytest.raises(HardwonError) as caught:
        code.install()
    assert str(caught.value) == f"{code.hook}: cannot be written: read-only file system"
    assert code.hook.read_text() == "#!/bin/sh\nmake\n"
    assert [x.name for x in code.hook.parent.iterdir() if x.suffix == ".tmp"] == []


def test_a_hook_that_changes_meanwhile_is_not_overwritten(code: Code) -> None:
    code.write_hook("#!/bin/sh\nmake\n")
    change = plan_hook(code.top, Folder(code.memory), "high", GONE)
    code.write_hook("#!/bin/sh\nmake more\n")
    with pytest.raises(HardwonError, match="changed on disk"):
        apply_hook(change)
    assert code.hook.read_text() == "#!/bin/sh\nmake more\n"


def test_a_worktree_and_its_repository_share_the_hook(code: Code) -> None:
    code.commit()
    tree = code.place / "tree"
    code.git("worktree", "add", "-q", str(tree))
    (tree / "memory" / "episodic").mkdir(parents=True)
    code.stand_in(1)
    apply_hook(plan_hook(tree, Folder(tree / "memory"), "high", GONE))
    assert code.hook.exists()
    assert code.commit(cwd=tree).returncode == 1
    assert code.calls()[0].split("|")[1] == str(tree)
    assert code.commit().returncode == 1


def test_a_submodule_has_a_hook_of_its_own(code: Code) -> None:
    code.commit()
    other = code.place / "other"
    code.git("clone", "-q", str(code.top), str(other))
    added = code.git("submodule", "--quiet", "add", str(other), "part")
    assert added.returncode == 0, added.stderr
    code.stand_in(1)
    code.install(cwd=code.top / "part")
    assert not code.hook.exists()
    assert code.commit(cwd=code.top / "part").returncode == 1
    assert code.commit().returncode == 0


def test_a_hook_in_the_working_tree_names_nothing_of_this_machine(code: Code) -> None:
    code.git("config", "core.hooksPath", "tools/hooks")
    code.stand_in(1)
    code.install(python=str(code.stand_in(0, name="python")), cwd=code.top / "sub")
    hook = code.top / "tools" / "hooks" / "pre-commit"
    assert str(code.place) not in hook.read_text()
    assert code.commit().returncode == 1
    code.uninstall()
    assert not hook.exists()
    elsewhere = code.place / "elsewhere" / "memory"
    with pytest.raises(HookError, match="goes to all"):
        plan_hook(code.top, Folder(elsewhere), "high", GONE)


def test_a_folder_of_hooks_outside_the_working_tree_is_found(code: Code) -> None:
    code.git("config", "core.hooksPath", "~/hooks")
    code.stand_in(1)
    code.install()
    assert (code.place / "hooks" / "pre-commit").exists()
    assert code.commit().returncode == 1


def test_a_hook_for_all_repositories_is_not_touched(code: Code) -> None:
    code.git("config", "--global", "core.hooksPath", "~/hooks")
    assert "all repositories" in refused(code).message
    assert not (code.place / "hooks").exists()
    code.git("config", "--local", "core.hooksPath", ".git/hooks")
    code.install()
    assert code.hook.exists()


@pytest.mark.parametrize(
    ("name", "text", "way"),
    [
        (".pre-commit-config.yaml", "repos: []\n", "entry: hardwon review --staged"),
        ("lefthook.yml", "", "run: hardwon review --staged"),
        (".husky/pre-commit", "npm test\n", ".husky/pre-commit:\n      hardwon review --staged"),
    ],
)
def test_where_somebody_else_looks_after_hooks_the_way_is_told(
    code: Code, name: str, text: str, way: str
) -> None:
    file = code.top / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    assert way in (refused(code).hint or "")
    assert not code.hook.exists()
    assert file.read_text() == text


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("# File generated by pre-commit: https://pre-commit.com", "pre-commit"),
        ("# File generated by prek: https://github.com/j178/prek", "pre-commit"),
        ('call_lefthook run "pre-commit" "$@"', "lefthook"),
        ('if [ "$SKIP_SIMPLE_GIT_HOOKS" = "1" ]; then', "simple-git-hooks"),
    ],
)
def test_a_hook_that_another_program_wrote_is_not_touched(code: Code, line: str, who: str) -> None:
    code.write_hook(f"#!/bin/sh\n{line}\n")
    assert refused(code).message.startswith(f"{who} looks after the hooks")
    assert code.hook.read_text() == f"#!/bin/sh\n{line}\n"


def test_the_folder_that_husky_sets_is_known(code: Code) -> None:
    code.git("config", "core.hooksPath", "web/.husky/_")
    assert refused(code).message.startswith("husky")


def test_what_was_installed_before_another_program_came_is_taken_out(code: Code) -> None:
    code.install()
    (code.top / "lefthook.yml").write_text("")
    code.uninstall()
    assert not code.hook.exists()


@pytest.mark.parametrize("name", ["docs/memory", "-it's/memory", "sub/knowledge"])
def test_a_memory_that_is_not_found_from_the_top_is_named(code: Code, name: str) -> None:
    code.memory = code.top / name
    (code.memory / "episodic").mkdir(parents=True)
    code.stand_in(0)
    code.install()
    code.commit()
    called = code.calls()[0].split("|")[0]
    assert called == f"{code.bin}/hardwon --memory=./{name} review --staged --fail-on high"


def test_a_memory_outside_the_repository_is_named_in_full(code: Code) -> None:
    shutil.rmtree(code.memory)
    code.memory = code.place / "notes"
    (code.memory / "episodic").mkdir(parents=True)
    code.install()
    assert f" --memory={code.memory} review" in code.hook.read_text()


def test_a_memory_above_the_repository_is_found_without_its_name(code: Code) -> None:
    shutil.rmtree(code.memory)
    code.memory = code.place / "memory"
    (code.memory / "episodic").mkdir(parents=True)
    code.install()
    assert "--memory" not in code.hook.read_text()


def test_the_repository_of_the_memory_itself_has_nothing_to_review(code: Code) -> None:
    code.git("init", "-q", cwd=code.memory)
    with pytest.raises(HookError, match="no code to review"):
        code.install(cwd=code.memory)


def test_outside_a_repository_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="no git repository"):
        find_hook_place(tmp_path)


def test_a_bare_repository_has_no_commits_to_review(code: Code) -> None:
    bare = code.place / "bare.git"
    code.git("init", "-q", "--bare", str(bare))
    with pytest.raises(GitError):
        find_hook_place(bare)


def test_an_empty_folder_of_hooks_is_told(code: Code) -> None:
    code.git("config", "core.hooksPath", "")
    with pytest.raises(GitError, match="is empty"):
        find_hook_place(code.top)
