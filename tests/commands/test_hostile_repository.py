"""A repository may come from anywhere: nothing that it names is run, whatever hardwon asks git."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hardwon.errors import GitError
from hardwon.files.commits import read_commit
from hardwon.files.git import run_git
from hardwon.files.head import read_head

Git = Callable[..., str]
Cli = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")

# Every command that may ask git: for the dates of undated notes, or for a commit.
COMMANDS = (
    ("search", "zebra"),
    ("list",),
    ("show", "Stripes"),
    ("check",),
    ("learn",),
    ("stats",),
    ("index", "--rebuild"),
    ("workflow", "list"),
    ("note", "--from-commit", "HEAD"),
)


@pytest.fixture
def repository(tmp_path: Path, memory_dir: Path, git_repo: Git) -> Path:
    """Return a repository with a memory that holds an undated note."""
    (memory_dir / "episodic/code/zebra.md").write_text("# Zebra\n\nStripes help.\n")
    (memory_dir / "semantic/patterns/dev-patterns.md").write_text(
        "## Stripes\n\n**Confidence:** LOW\n**Pattern:**\nPaint.\n"
    )
    git_repo("add", ".")
    git_repo("commit", "-qm", "first", GIT_AUTHOR_DATE="2024-05-06T12:00:00")
    (memory_dir / "episodic/code/zebra.md").write_text("# Zebra\n\nStripes help a lot.\n")
    git_repo("commit", "-qam", "second", GIT_AUTHOR_DATE="2024-05-07T12:00:00")
    return tmp_path


@pytest.fixture
def programs(repository: Path, git_repo: Git) -> Path:
    """Name programs wherever a repository can; return the folder in which each leaves a mark."""
    marks = repository.parent / f"{repository.name}-marks"
    marks.mkdir()

    def program(name: str) -> str:
        script = repository / ".git" / f"{name}.sh"
        script.write_text(f"#!/bin/sh\ntouch '{marks}/{name}'\ncat 2>/dev/null || true\n")
        script.chmod(0o755)
        return str(script)

    for key in (
        "core.fsmonitor", "core.pager", "pager.log", "pager.show", "core.editor", "core.askPass",
        "core.sshCommand", "core.gitProxy", "core.alternateRefsCommand", "diff.external",
        "diff.x.command", "diff.x.textconv", "filter.x.clean", "filter.x.smudge",
        "filter.x.process", "gpg.program", "credential.helper", "sequence.editor",
        "uploadpack.packObjectsHook", "merge.x.driver", "alias.log", "alias.show",
    ):  # fmt: skip
        value = program(key)
        git_repo("config", key, f"!{value}" if key.startswith("alias") else value)
    git_repo("config", "log.showSignature", "true")
    git_repo("config", "diff.x.cachetextconv", "true")
    (repository / ".gitattributes").write_text("* diff=x filter=x merge=x\n")
    (repository / ".git/info").mkdir(exist_ok=True)
    (repository / ".git/info/attributes").write_text("* diff=x filter=x merge=x\n")
    hooks = repository / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc"):
        (hooks / hook).write_text(f"#!/bin/sh\ntouch '{marks}/{hook}'\n")
        (hooks / hook).chmod(0o755)
    git_repo("config", "core.hooksPath", str(hooks))
    return marks


def test_programs_of_the_repository_are_not_run(
    repository: Path, programs: Path, run_cli: Cli
) -> None:
    for command in COMMANDS:
        done = run_cli(*command)
        assert done.returncode in {0, 1}, done.stderr
        assert sorted(path.name for path in programs.iterdir()) == [], command
    # The dates did come from git.
    assert "2024-05-06" in run_cli("search", "stripes", "--json").stdout
    # The same repository runs programs for who asks git plainly, or this test shows nothing.
    for words in (["status"], ["log", "-p", "--ext-diff"], ["diff", "--textconv", "HEAD~1"]):
        subprocess.run(["git", *words], cwd=repository, capture_output=True, check=False)
    marks = {path.name for path in programs.iterdir()}
    assert {"core.fsmonitor", "diff.x.command"} <= marks


def test_diffs_are_gits_own(repository: Path, programs: Path) -> None:
    for words in (["diff", "HEAD~1", "HEAD"], ["log", "-p"], ["show", "HEAD"]):
        assert "+Stripes help a lot." in run_git(words, repository)
    assert list(programs.iterdir()) == []


@pytest.mark.parametrize("url", ["ext", "ssh", "file"])
def test_missing_objects_are_not_fetched(
    repository: Path, git_repo: Git, run_cli: Cli, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = repository.parent / f"{repository.name}-fetched"
    script = repository / ".git" / "fetch.sh"
    script.write_text(f"#!/bin/sh\ntouch '{mark}'\n")
    script.chmod(0o755)
    urls = {"ext": f"ext::{script}", "ssh": "ssh://nowhere.invalid/x", "file": str(repository)}
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": urls[url],
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": str(script),
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
        "core.sshCommand": str(script),
    }.items():
        git_repo("config", key, value)
    tree = git_repo("rev-parse", "HEAD:memory").strip()
    (repository / ".git/objects" / tree[:2] / tree[2:]).unlink()
    for command in (COMMANDS[0], COMMANDS[-1]):
        assert "Traceback" not in run_cli(*command).stderr
    with pytest.raises(GitError):
        read_commit("HEAD", repository)
    assert not mark.exists()
    subprocess.run(["git", "log", "-p"], cwd=repository, capture_output=True, check=False)
    assert mark.exists(), "git itself would have run it"


def test_folder_like_a_bare_repository_brings_no_settings(
    repository: Path, memory_dir: Path, run_cli: Cli
) -> None:
    mark = repository.parent / f"{repository.name}-bare"
    script = repository / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch '{mark}'\n")
    script.chmod(0o755)
    subprocess.run(["git", "init", "-q", "--bare", memory_dir], check=True)
    config = memory_dir / "config"
    config.write_text(config.read_text() + f"[core]\n\tfsmonitor = {script}\n\tbare = false\n")
    for command in (COMMANDS[0], COMMANDS[-1]):
        assert "Traceback" not in run_cli(*command).stderr
    assert not mark.exists()


def test_environment_of_a_hook_does_not_name_another_repository(
    repository: Path, run_cli: Cli, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    subprocess.run(["git", "init", "-q", other], check=True)
    hook = {
        "GIT_DIR": str(other / ".git"),
        "GIT_WORK_TREE": str(other),
        "GIT_INDEX_FILE": str(other / "index"),
        "GIT_OBJECT_DIRECTORY": str(other / ".git/objects"),
        "GIT_PREFIX": "x/",
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_PAGER": "false",
    }
    done = run_cli("search", "stripes", "--json", **hook)
    assert '"date": "2024-05-06"' in done.stdout
    done = run_cli("note", "--from-commit", "HEAD", "--json", **hook)
    assert '"title": "second"' in done.stdout


@pytest.mark.parametrize("revision", ["--output=x", "-x", "--all", "^HEAD", "--", "-"])
def test_revision_is_no_option(repository: Path, run_cli: Cli, revision: str) -> None:
    before = sorted(path.name for path in repository.iterdir())
    done = run_cli("note", f"--from-commit={revision}")
    assert done.returncode == 2
    assert "is no revision" in done.stderr
    assert sorted(path.name for path in repository.iterdir()) == before


def _fifo(file: Path) -> None:
    file.unlink(missing_ok=True)
    os.mkfifo(file)


def _huge(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(10**9)


def _device(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.symlink_to("/dev/zero")


def _folder(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.mkdir()


def _text(text: str) -> Callable[[Path], None]:
    return lambda file: file.write_text(text) and None


@pytest.mark.parametrize("place", ["HEAD", "refs/heads/main", "packed-refs", "commondir"])
@pytest.mark.parametrize(
    "damage",
    [
        _fifo, _huge, _device, _folder, _text("ref: ../../../../../etc/passwd\n"), _text("\0\n"),
        _text("ref: refs/heads/\0\n"), _text(""), _text("ref: /etc/passwd"),
    ],
    ids="fifo huge device folder outside nul nul-in-name empty absolute".split(),
)  # fmt: skip
def test_files_of_the_repository_are_read_with_bounds(
    repository: Path, place: str, damage: Callable[[Path], None]
) -> None:
    damage(repository / ".git" / place)
    script = (
        "import resource, sys; from pathlib import Path;"
        "from hardwon.files.head import read_head;"
        "resource.setrlimit(resource.RLIMIT_AS, (10**9, 10**9));"
        "print(read_head(Path(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(repository / "memory")],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert len(done.stdout.strip()) in {0, 40}
    assert "root" not in done.stdout


@pytest.mark.parametrize("text", ["gitdir: /dev", "gitdir: \0", "gitdir: ../..", "gitdir:", "x"])
def test_pointer_to_a_repository_leads_nowhere(tmp_path: Path, text: str) -> None:
    (tmp_path / ".git").write_text(text)
    assert read_head(tmp_path) == ""


def test_head_is_found_in_each_of_its_places(repository: Path, git_repo: Git) -> None:
    head = git_repo("rev-parse", "HEAD").strip()
    assert read_head(repository / "memory") == head
    git_repo("pack-refs", "--all")
    assert read_head(repository) == head
    git_repo("checkout", "-q", "--detach")
    assert read_head(repository) == head
    git_repo("worktree", "add", "-q", str(repository / "tree"), "main")
    assert read_head(repository / "tree") == head
