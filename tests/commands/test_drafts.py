"""From a captured session to a draft, and from a draft to an experience, as users run it."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from captures import OTHER, SESSION, claude_transcript, fill_spool, line, read_spool, run_hook
from hardwon.actions import drafts as action
from hardwon.errors import HardwonError
from hardwon.files.folder import TAKEN, Folder

Run = Callable[..., CompletedProcess[str]]
Git = Callable[..., str]
DRAFT = "episodic/drafts/2026-03-01-retry-payments.md"
TOKEN = "ghp_" + "R8sT2vW9xY4zA7bC1dE5fG3hJ6kL0mN2pQ4r"


@pytest.fixture
def commit(git_repo: Git, tmp_path: Path) -> Callable[[str, str, str], None]:
    """Return a function that commits a file at an hour (UTC) of 2026-03-01."""

    def commit(hour: str, file: str, subject: str) -> None:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(subject)
        git_repo("add", file)
        stamp = f"2026-03-01T{hour}:00+00:00"
        git_repo("commit", "-q", "-m", subject, GIT_COMMITTER_DATE=stamp, GIT_AUTHOR_DATE=stamp)

    return commit


def drafts(memory: Path) -> list[str]:
    return sorted(file.name for file in (memory / "episodic/drafts").glob("*"))


def captured(memory: Path, **values: object) -> None:
    """Capture a session from 15:30 to 16:00 (UTC) that said something."""
    told = {"duration_ms": 30 * 60_000, "message": "Payments are retried.", **values}
    fill_spool(memory, line(memory.parent, **told))


def test_from_the_hook_to_a_pattern(
    memory_dir: Path, run_cli: Run, git_repo: Git, tmp_path: Path
) -> None:
    """All of it: hook, draft, completion, learning; the hook's own clock included."""
    transcript = claude_transcript(
        tmp_path / f"{SESSION}.jsonl", "Payments fail.", f"Retried. The token is {TOKEN}.",
        written=str(tmp_path / "src/wait.py"), day="2020-03-01",
    )  # fmt: skip
    (tmp_path / "src").mkdir()
    (tmp_path / "src/old.py").write_text("x")
    git_repo("add", "src/old.py")
    git_repo("commit", "-q", "-m", "Start", GIT_COMMITTER_DATE="2019-03-01T10:00:00Z")
    git_repo("checkout", "-q", "-b", "fix/retry")
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    (tmp_path / "src/pay.py").write_text("x")
    git_repo("add", "src/pay.py")
    git_repo("commit", "-q", "-m", f"Retry payments {TOKEN}", GIT_COMMITTER_DATE=now)
    run_hook(
        {"session_id": SESSION, "cwd": str(tmp_path / "src"), "transcript_path": str(transcript)},
        cwd=tmp_path,
    )
    done = run_cli("note", "--drafts")
    assert done.returncode == 0
    path, title = done.stdout.rstrip("\n").split(": ")
    assert path.startswith("memory/episodic/drafts/2")
    assert title == "Retry payments ghp_…"
    assert f"hardwon: drafted {path}\n" in done.stderr
    text = (tmp_path / path).read_text(encoding="utf-8")
    assert TOKEN not in text
    assert TOKEN not in path
    assert "branch `fix/retry`" in text
    assert "- `src/pay.py`\n- `src/wait.py`\n" in text
    assert "src/old.py" not in text
    assert "> Retried. The token is ghp_…." in text
    assert read_spool(memory_dir) == []
    done = run_cli("note", "--complete", path, "--lesson", "Bound every pause.")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("memory/episodic/code/2")
    assert drafts(memory_dir) == []
    assert "created" in run_cli("learn").stdout
    assert "Bound every pause" in run_cli("list").stdout


def test_a_draft_counts_for_nothing_until_it_is_completed(
    memory_dir: Path, run_cli: Run, write_note: Callable[[str, str], Path]
) -> None:
    before = [run_cli(*args).stdout for args in (["learn"], ["check"], ["list", "--json"])]
    text = "# Retry payments\n\n**Date:** 2026-03-01\n\n## Learnings\n\n- Zebras first.\n\n"
    write_note(DRAFT, text + "## Patterns Applied\n\n- Zebra Pattern\n")
    after = [run_cli(*args).stdout for args in (["learn"], ["check"], ["list", "--json"])]
    assert after == before
    assert json.loads(run_cli("search", "zebra", "--json").stdout)["results"] == []
    stats = json.loads(run_cli("stats", "--json").stdout)
    assert stats["experiences"] == 0
    assert stats["next_steps"] == [
        {
            "kind": "draft",
            "pattern": None,
            "text": f"{DRAFT}: say what it taught, with hardwon note --complete",
        }
    ]
    assert "\nDrafts to complete: 1\n  episodic/drafts/" in run_cli("stats").stdout
    moved = memory_dir / "episodic/code/2026-03-01-retry-payments.md"
    (memory_dir / DRAFT).rename(moved)
    assert "Zebra Pattern" in run_cli("learn").stdout
    assert json.loads(run_cli("search", "zebra", "--json").stdout)["results"] != []


@pytest.mark.parametrize("command", [["note", "x"], ["note", "--drafts"], ["learn"], ["stats"]])
def test_commands_that_write_or_count_make_drafts(
    memory_dir: Path, run_cli: Run, command: list[str]
) -> None:
    captured(memory_dir)
    done = run_cli(*command)
    assert done.returncode == 0, done.stderr
    assert drafts(memory_dir) == ["2026-03-01-payments-are-retried.md"]


@pytest.mark.parametrize(
    "command",
    [["search", "x"], ["list"], ["check"], ["index"], ["learn", "--dry-run"], ["learn", "--diff"]],
)
def test_commands_that_read_leave_the_spool(
    memory_dir: Path, run_cli: Run, command: list[str]
) -> None:
    captured(memory_dir)
    assert run_cli(*command).returncode == 0
    assert drafts(memory_dir) == []
    assert len(read_spool(memory_dir)) == 1


def test_lines_of_one_session_are_one_draft(
    memory_dir: Path, run_cli: Run, commit: Callable[..., None]
) -> None:
    commit("15:40", "a.py", "First")
    captured(memory_dir)
    captured(memory_dir, session=OTHER, message="Something else.")
    run_cli("note", "--drafts")
    assert len(drafts(memory_dir)) == 2
    commit("16:20", "b.py", "Second")
    captured(memory_dir, time="2026-03-01T17:30:00+0100", message=None)
    done = run_cli("note", "--drafts")
    assert done.stderr.startswith("hardwon: drafted memory/episodic/drafts/2026-03-01-first.md\n")
    assert len(drafts(memory_dir)) == 2
    text = (memory_dir / "episodic/drafts/2026-03-01-first.md").read_text()
    assert "# Second\n" in text
    assert " First\n- `" in text
    assert "> Payments are retried.\n" in text


def test_an_edited_draft_is_never_touched(memory_dir: Path, run_cli: Run) -> None:
    captured(memory_dir)
    run_cli("note", "--drafts")
    (name,) = drafts(memory_dir)
    file = memory_dir / "episodic/drafts" / name
    file.write_text(file.read_text().replace("## Learnings\n", "## Learnings\n\n- Mine.\n"))
    edited = file.read_bytes()
    captured(memory_dir, time="2026-03-01T18:30:00+0100", message="Another end.")
    done = run_cli("note", "--drafts")
    assert done.stdout == f"memory/episodic/drafts/{name}: Payments are retried. (edited)\n"
    assert file.read_bytes() == edited
    assert drafts(memory_dir) == [name]


@pytest.mark.parametrize("how", ["completed", "removed", "moved"])
def test_a_session_that_somebody_dealt_with_is_not_drafted_again(
    memory_dir: Path, run_cli: Run, how: str
) -> None:
    captured(memory_dir)
    run_cli("note", "--drafts")
    (name,) = drafts(memory_dir)
    file = memory_dir / "episodic/drafts" / name
    if how == "completed":
        assert run_cli("note", "--complete", name).returncode == 0
    elif how == "removed":
        file.unlink()
    else:
        file.rename(memory_dir / "episodic/code" / name)
    captured(memory_dir, time="2026-03-01T18:30:00+0100", message="Another end.")
    run_cli("note", "--drafts")
    assert drafts(memory_dir) == []
    assert read_spool(memory_dir) == []


def test_without_a_name_what_comes_later_is_another_session(memory_dir: Path, run_cli: Run) -> None:
    """Some clients give none: then a folder and a day have one draft at a time."""
    captured(memory_dir, session=None)
    captured(memory_dir, session=None, time="2026-03-01T17:10:00+0100", message="More.")
    run_cli("note", "--drafts")
    (name,) = drafts(memory_dir)
    assert run_cli("note", "--complete", name).returncode == 0
    captured(memory_dir, session=None, time="2026-03-01T18:30:00+0100", message="Afternoon.")
    run_cli("note", "--drafts")
    assert drafts(memory_dir) == ["2026-03-01-afternoon.md"]


def test_a_session_that_left_nothing_makes_none(memory_dir: Path, run_cli: Run) -> None:
    captured(memory_dir, message=None)
    done = run_cli("note", "--drafts")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "no draft waits to be completed\n"
    assert read_spool(memory_dir) == []


def test_junk_in_the_spool_is_counted_and_dropped(memory_dir: Path, run_cli: Run) -> None:
    captured(memory_dir)
    fill_spool(memory_dir, '{"version": 1, "client": "cla', "\x1b[31m")
    done = run_cli("stats")
    assert done.returncode == 0
    first = "hardwon: 2 lines of the capture spool could not be read; dropped\n"
    assert done.stderr.startswith(first)
    assert len(drafts(memory_dir)) == 1
    assert run_cli("stats").stderr == ""


def test_what_cannot_be_collected_ends_no_command(memory_dir: Path, run_cli: Run) -> None:
    captured(memory_dir)
    (memory_dir / "episodic/drafts").write_text("no folder")
    done = run_cli("note", "A note all the same")
    assert done.returncode == 0
    assert done.stdout == "memory/episodic/code/2026-03-01-a-note-all-the-same.md\n"
    assert done.stderr.startswith("hardwon: captured sessions wait: episodic/drafts")
    (memory_dir / "episodic/drafts").unlink()
    run_cli("stats")
    assert len(drafts(memory_dir)) == 1


def test_a_spool_that_came_with_a_clone_leads_nowhere(
    memory_dir: Path, run_cli: Run, tmp_path: Path
) -> None:
    """What a line names is looked at only where sessions are captured in this very memory."""
    own = tmp_path / "own"
    (own / "memory" / "episodic").mkdir(parents=True)
    transcript = claude_transcript(own / f"{SESSION}.jsonl", "Ask", "My secret plan.")
    (own / "a.py").write_text("x")
    named = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    env = {**os.environ, "GIT_COMMITTER_DATE": "2026-03-01T15:40:00Z"}
    for args in (["init", "-q"], ["add", "a.py"], ["commit", "-q", "-m", "Secret work"]):
        subprocess.run(["git", *named, *args], cwd=own, env=env, check=True)
    told = line(own, message="Hello.", transcript=str(transcript), duration_ms=10**7)
    fill_spool(memory_dir, told)
    run_cli("note", "--drafts")
    (name,) = drafts(memory_dir)
    text = (memory_dir / "episodic/drafts" / name).read_text()
    assert "ecret" not in text
    assert "> Hello." in text
    fill_spool(memory_dir, told.replace(SESSION, OTHER))
    run_cli("note", "--drafts", HARDWON_MEMORY=str(memory_dir))  # one's own memory for all work
    assert "2026-03-01-secret-work.md" in drafts(memory_dir)


def test_completing_takes_what_the_options_say(memory_dir: Path, run_cli: Run) -> None:
    captured(memory_dir)
    run_cli("note", "--drafts")
    (name,) = drafts(memory_dir)
    done = run_cli(
        "note", "Retries with a bound", "--complete", f"memory/episodic/drafts/{name}",
        "--lesson", "Bound every pause.", "--pattern", "Retry with Backoff",
        "--outcome", "success", "--saved", "20m", "--tag", "http", "--project", "shop",
        "--domain", "ops", "--date", "2026-02-27", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    path = "episodic/ops/2026-02-27-retries-with-a-bound.md"
    assert json.loads(done.stdout) == {
        "version": 1,
        "path": path,
        "title": "Retries with a bound",
        "date": "2026-02-27",
        "patterns": [{"name": "Retry with Backoff", "known": False}],
        "masked": [],
    }
    text = (memory_dir / path).read_text()
    assert text.startswith("---\nsession: ")
    assert (
        """# Retries with a bound

**Date:** 2026-02-27
**Project:** shop
**Outcome:** SUCCESS
**Time saved:** 20 minutes
**Tags:** http

## Learnings

- Bound every pause.

## Patterns Applied

- Retry with Backoff

## What happened
"""
        in text
    )


def test_listed_as_data(memory_dir: Path, run_cli: Run) -> None:
    captured(memory_dir)
    done = run_cli("note", "--drafts", "--json")
    assert json.loads(done.stdout) == {
        "version": 1,
        "drafts": [
            {
                "path": "episodic/drafts/2026-03-01-payments-are-retried.md",
                "title": "Payments are retried.",
                "date": "2026-03-01",
                "project": memory_dir.parent.name,
                "edited": False,
            }
        ],
    }


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--complete", "nothing"], "no draft is called 'nothing'"),
        (["--complete", "../../etc/passwd"], "no draft is called '../../etc/passwd'"),
        (["--complete", "x", "--edit"], "leave out --edit and --from-commit"),
        (["--complete", "x", "--from-commit", "HEAD"], "leave out --edit and --from-commit"),
        (["x", "--domain", "drafts"], "the domain 'drafts' is the folder of drafts"),
    ],
)
def test_what_cannot_be_done_is_told(
    memory_dir: Path, run_cli: Run, args: list[str], message: str
) -> None:
    done = run_cli("note", *args)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())


def test_a_draft_of_a_person_is_completed_as_well(
    memory_dir: Path, run_cli: Run, write_note: Callable[[str, str], Path]
) -> None:
    write_note("episodic/drafts/idea.md", "# An idea\r\n\r\nProse.\r\n")
    done = run_cli("note", "--complete", "idea")
    assert done.returncode == 2
    assert "episodic/drafts/idea.md: states no day" in done.stderr
    done = run_cli("note", "--complete", "idea", "--date", "2026-03-02")
    assert done.stdout == "memory/episodic/code/2026-03-02-an-idea.md\n"
    text = (memory_dir / "episodic/code/2026-03-02-an-idea.md").read_text()
    assert text == "# An idea\n\n**Date:** 2026-03-02\n\nProse.\n"


def test_two_commands_at_once_make_each_draft_once(memory_dir: Path, run_cli: Run) -> None:
    for number in range(15):
        captured(memory_dir, session=f"{SESSION}-{number}", message=f"End {number}.")
    command = [sys.executable, "-m", "hardwon", "note", "--drafts"]
    env = {k: v for k, v in os.environ.items() if not k.startswith("HARDWON")}
    started = [
        subprocess.Popen(command, cwd=memory_dir, env=env, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]  # fmt: skip
    outputs = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0, 0, 0]
    told = "".join(err for _, err in outputs).count("hardwon: drafted ")
    assert (told, len(drafts(memory_dir))) == (15, 15)
    assert all(out.count("\n") == 15 for out, _ in outputs)


def test_a_crash_before_the_spool_is_emptied_makes_nothing_twice(
    memory_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(memory_dir)
    captured(memory_dir)
    with monkeypatch.context() as patch:
        patch.setattr(action, "note_drafted", lambda *_: (_ for _ in ()).throw(KeyError("crash")))
        with pytest.raises(KeyError, match="crash"):
            action.collect_drafts(folder)
    assert (memory_dir / ".hardwon" / TAKEN).exists()
    written = {name: (memory_dir / "episodic/drafts" / name).read_bytes()
               for name in drafts(memory_dir)}  # fmt: skip
    assert len(written) == 1
    captured(memory_dir, session=OTHER, message="Since then.")
    found = action.collect_drafts(folder)
    assert [Path(path).name for path in found.drafts] == ["2026-03-01-since-then.md"]
    assert len(drafts(memory_dir)) == 2
    for name, data in written.items():
        assert (memory_dir / "episodic/drafts" / name).read_bytes() == data
    assert not (memory_dir / ".hardwon" / TAKEN).exists()


def test_a_crash_while_completing_leaves_no_second_experience(
    memory_dir: Path, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hardwon.markup.compose import Draft
    from hardwon.model.values import PartialDate

    folder = Folder(memory_dir)
    captured(memory_dir)
    (path,) = action.collect_drafts(folder).drafts
    given = Draft("", PartialDate(2026, 3, 1), lessons=("Once.",))
    with monkeypatch.context() as patch:
        patch.setattr(action, "remove_note", lambda *_: (_ for _ in ()).throw(HardwonError("x")))
        with pytest.raises(HardwonError):
            action.complete(folder, path, given)
    action.complete(folder, path, given)
    assert drafts(memory_dir) == []
    assert len(list((memory_dir / "episodic/code").iterdir())) == 1


def test_more_sessions_than_are_drafted_at_once(
    memory_dir: Path, monkeypatch: pytest.MonkeyPatch, run_cli: Run
) -> None:
    monkeypatch.setattr(action, "_MAX_SESSIONS", 2)
    for number in range(5):
        captured(memory_dir, session=f"{SESSION}-{number}", message=f"End {number}.")
    found = action.collect_drafts(Folder(memory_dir))
    assert (len(found.drafts), found.left_out) == (2, 3)
    assert drafts(memory_dir) == ["2026-03-01-end-3.md", "2026-03-01-end-4.md"]
