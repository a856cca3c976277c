"""The hook: one line in the spool, whatever happens, and nothing that its host would notice."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hardwon.capture
from captures import SESSION, patient_command, read_spool, run_hook
from hardwon.capture import MAX_SPOOL, SPOOL, capture, capture_command, find_memory
from hardwon.errors import MemoryNotFoundError
from hardwon.files import folder, listing
from hardwon.files.folder import find_folder
from hardwon.markup import captures, session_draft

SOURCE = Path(hardwon.capture.__file__)
TOLD = {
    "session_id": SESSION,
    "transcript_path": "/home/a/.claude/projects/x/y.jsonl",
    "hook_event_name": "SessionEnd",
    "reason": "exit",
}
posix = pytest.mark.skipif(os.name != "posix", reason="as POSIX has it")


def no_root(folder: Path) -> None:
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        folder.chmod(0o700)
        pytest.skip("root may write everywhere")


def test_writes_what_the_client_tells(memory_dir: Path) -> None:
    done = run_hook({**TOLD, "cwd": str(memory_dir.parent)}, cwd=memory_dir)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (line,) = read_spool(memory_dir)
    assert time.strptime(line.pop("time"), "%Y-%m-%dT%H:%M:%S%z")
    assert line == {
        "version": 1,
        "client": "claude",
        "event": "SessionEnd",
        "session": SESSION,
        "cwd": str(memory_dir.parent),
        "transcript": TOLD["transcript_path"],
    }
    assert (memory_dir / ".hardwon/.gitignore").read_text() == "*\n"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            {"session_id": "s", "hook_event_name": "Stop", "last_assistant_message": "Done.",
             "transcript_path": None},
            {"session": "s", "event": "Stop", "message": "Done."},
        ),
        (
            {"session_id": "s", "hook_event_name": "AfterAgent", "prompt_response": "Done."},
            {"session": "s", "event": "AfterAgent", "message": "Done."},
        ),
        (
            {"conversation_id": "s", "hook_event_name": "sessionEnd", "duration_ms": 60_000},
            {"session": "s", "event": "sessionEnd", "duration_ms": 60_000},
        ),
        (
            {"sessionId": "s", "transcriptPath": "/t.jsonl", "timestamp": 1},
            {"session": "s", "transcript": "/t.jsonl"},
        ),
        (
            {"session_id": ["s"], "hook_event_name": {}, "duration_ms": "1"},
            {},
        ),
    ],
    ids=["codex", "gemini", "cursor", "copilot", "of other types"],
)  # fmt: skip
def test_clients_have_names_of_their_own(
    memory_dir: Path, told: dict[str, object], expected: dict[str, object]
) -> None:
    capture("x", json.dumps(told).encode(), str(memory_dir))
    (line,) = read_spool(memory_dir)
    own = {"version": 1, "client": "x", "cwd": str(memory_dir)}
    assert {k: v for k, v in line.items() if k != "time"} == {**own, **expected}


def test_codex_notify_gives_json_as_last_argument(memory_dir: Path) -> None:
    told = {
        "type": "agent-turn-complete", "thread-id": "t-1", "cwd": str(memory_dir),
        "input-messages": ["Fix it."], "last-assistant-message": "Fixed “it”.",
    }  # fmt: skip
    done = run_hook(None, json.dumps(told), client="codex", cwd=memory_dir.parent)
    assert done.returncode == 0
    (line,) = read_spool(memory_dir)
    assert (line["session"], line["message"]) == ("t-1", "Fixed “it”.")
    assert (line["client"], line["cwd"]) == ("codex", str(memory_dir))


def test_the_folder_of_the_session_decides_before_that_of_the_hook(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name / "memory" / "episodic").mkdir(parents=True)
    run_hook({"cwd": str(tmp_path / "two")}, cwd=tmp_path / "one")
    run_hook({"workspace_roots": [str(tmp_path / "three"), "/x"]}, cwd=tmp_path / "one")
    run_hook({"cwd": "relative"}, cwd=tmp_path / "one")
    found = [len(read_spool(tmp_path / name / "memory")) for name in ("one", "two", "three")]
    assert found == [1, 1, 1]


def test_the_memory_may_be_named(memory_dir: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    run_hook(TOLD, cwd=away, HARDWON_MEMORY=str(memory_dir))
    run_hook(TOLD, cwd=away, HARDWON_MEMORY="../memory")
    run_hook(TOLD, cwd=away, HARDWON_MEMORY=str(tmp_path / "missing"))
    assert len(read_spool(memory_dir)) == 2


@pytest.mark.parametrize(
    "told",
    [
        b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe\x00", b"{} {}", b"[" * 100_000,
        b'{"cwd": "\\u0000"}', b"9" * 10_000, b'{"a":' * 50_000,
    ],
    ids=lambda told: repr(told[:12]),
)  # fmt: skip
def test_junk_ends_in_silence(memory_dir: Path, told: bytes) -> None:
    done = run_hook(told, cwd=memory_dir)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert all(line["cwd"] == str(memory_dir) for line in read_spool(memory_dir))


def test_without_a_memory_nothing_is_written(tmp_path: Path) -> None:
    done = run_hook({**TOLD, "cwd": str(tmp_path)}, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("args", [[], ["--client"], ["--nonsense", "-x"], ["{"], ["--client={}"]])
def test_any_arguments_will_do(memory_dir: Path, args: list[str]) -> None:
    command = [*capture_command("x", sys.executable)[:-2], *args]
    done = subprocess.run(
        command, input=b"{}", capture_output=True, cwd=memory_dir, timeout=30, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_whoever_never_closes_its_input_is_not_waited_for(memory_dir: Path) -> None:
    begun = time.monotonic()
    command = capture_command("claude", sys.executable)
    with subprocess.Popen(command, cwd=memory_dir, stdin=subprocess.PIPE) as hook:
        assert hook.stdin is not None
        hook.stdin.write(json.dumps(TOLD).encode())
        hook.stdin.flush()
        assert hook.wait(timeout=20) == 0
        assert time.monotonic() - begun < 10  # it took 0.5 s, on a machine that may be busy
    assert [line["session"] for line in read_spool(memory_dir)] == [SESSION]


def test_a_huge_input_is_read_to_its_end_and_dropped(memory_dir: Path) -> None:
    """A client that is left with a full pipe might fail for it."""
    for told in (b'{"text": "' + b"x" * 3_000_000 + b'"}', b"{}" + b" " * 3_000_000):
        assert run_hook(told, cwd=memory_dir).returncode == 0
        assert read_spool(memory_dir) == []


@pytest.mark.slow
def test_an_input_without_an_end_is_given_up(memory_dir: Path) -> None:
    with Path("/dev/zero").open("rb") as zero:
        command = capture_command("claude", sys.executable)
        done = subprocess.run(command, cwd=memory_dir, stdin=zero, timeout=20, check=False)
    assert done.returncode == 0
    assert read_spool(memory_dir) == []


@posix
def test_closed_streams_are_no_fault(memory_dir: Path) -> None:
    command = subprocess.list2cmdline(patient_command("claude"))
    shell = f"{command} <&- >&- 2>&-"
    done = subprocess.run(["sh", "-c", shell], cwd=memory_dir, timeout=20, check=False)
    assert done.returncode == 0
    assert read_spool(memory_dir) == []


@posix
def test_a_folder_that_takes_nothing_is_no_fault(memory_dir: Path) -> None:
    no_root(memory_dir)
    done = run_hook(TOLD, cwd=memory_dir)
    memory_dir.chmod(0o700)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert not (memory_dir / ".hardwon").exists()


def test_a_file_in_the_place_of_the_state_folder_is_no_fault(memory_dir: Path) -> None:
    (memory_dir / ".hardwon").write_text("kept")
    done = run_hook(TOLD, cwd=memory_dir)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (memory_dir / ".hardwon").read_text() == "kept"


@posix
def test_a_full_disk_is_no_fault_and_spoils_one_line(memory_dir: Path) -> None:
    """What is cut off ends before the next line."""
    import resource

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    command = patient_command("claude")
    for limit in (little_room, None):
        done = subprocess.run(
            command, input=json.dumps(TOLD).encode(), cwd=memory_dir, timeout=20,
            preexec_fn=limit, capture_output=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    data = (memory_dir / ".hardwon" / SPOOL).read_bytes()
    found, junk = captures.parse_captures(data)
    assert ([one.id for one in found], junk) == ([SESSION], 1)


@posix
@pytest.mark.parametrize("place", [".hardwon", f".hardwon/{SPOOL}"])
def test_no_link_is_followed(memory_dir: Path, tmp_path: Path, place: str) -> None:
    target = tmp_path / "elsewhere"
    (memory_dir / place).parent.mkdir(exist_ok=True)
    if place == ".hardwon":
        target.mkdir()
    else:
        target.write_text("kept")
    (memory_dir / place).symlink_to(target)
    assert run_hook(TOLD, cwd=memory_dir).returncode == 0
    assert list(target.iterdir()) == [] if target.is_dir() else target.read_text() == "kept"


@posix
def test_a_pipe_in_the_place_of_the_spool_is_not_waited_for(memory_dir: Path) -> None:
    (memory_dir / ".hardwon").mkdir()
    os.mkfifo(memory_dir / ".hardwon" / SPOOL)
    assert run_hook(TOLD, cwd=memory_dir).returncode == 0


@posix
def test_others_may_not_read_the_spool(memory_dir: Path) -> None:
    run_hook(TOLD, cwd=memory_dir)
    assert (memory_dir / ".hardwon" / SPOOL).stat().st_mode & 0o077 == 0


def test_the_spool_is_bounded(memory_dir: Path) -> None:
    spool = memory_dir / ".hardwon" / SPOOL
    spool.parent.mkdir()
    with spool.open("wb") as file:
        file.truncate(MAX_SPOOL - 10)
    capture("claude", json.dumps(TOLD).encode(), str(memory_dir))
    assert spool.stat().st_size == MAX_SPOOL - 10


def test_a_line_is_bounded(memory_dir: Path) -> None:
    told = dict.fromkeys(("session_id", "transcript_path", "hook_event_name"), "x" * 100_000)
    capture("c" * 9_999, json.dumps({**told, "text": "é" * 100_000}).encode(), str(memory_dir))
    assert (memory_dir / ".hardwon" / SPOOL).stat().st_size < 45_000


def test_many_at_once_lose_nothing(memory_dir: Path) -> None:
    hooks = []
    for number in range(12):
        hook = subprocess.Popen(patient_command("claude"), cwd=memory_dir, stdin=subprocess.PIPE)
        assert hook.stdin is not None
        hook.stdin.write(json.dumps({"session_id": f"s{number}", "text": "x" * 3_000}).encode())
        hooks.append(hook)
    for hook in hooks:
        hook.stdin.close()
    assert [hook.wait(timeout=60) for hook in hooks] == [0] * 12
    assert {line["session"] for line in read_spool(memory_dir)} == {f"s{n}" for n in range(12)}


@posix
def test_a_spool_that_is_being_taken_is_left_for_a_new_one(memory_dir: Path) -> None:
    """The line of a hook goes where it is read: not into a file that was read already."""
    import fcntl

    capture("claude", json.dumps(TOLD).encode(), str(memory_dir))
    spool, taken = (memory_dir / ".hardwon" / name for name in (SPOOL, folder.TAKEN))
    real = os.open
    seen = []

    def take_it_away(path: str, *args: int) -> int:
        handle = real(path, *args)
        if path == str(spool) and not seen:
            seen.append(handle)
            spool.rename(taken)
            with taken.open("rb") as reader:
                fcntl.flock(reader, fcntl.LOCK_EX)
                seen.append(taken.read_bytes())
                taken.unlink()
        return handle

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", take_it_away)
        capture("claude", json.dumps({**TOLD, "session_id": "late"}).encode(), str(memory_dir))
    assert b"late" not in seen[1]
    assert [line["session"] for line in read_spool(memory_dir)] == ["late"]


@pytest.mark.parametrize("is_worktree", [False, True])
def test_notes_the_branch(memory_dir: Path, git_repo, tmp_path: Path, is_worktree: bool) -> None:
    git_repo("commit", "-q", "--allow-empty", "-m", "x")
    git_repo("checkout", "-q", "-b", "fix/one")
    place = tmp_path / "tree" if is_worktree else memory_dir
    if is_worktree:
        git_repo("worktree", "add", "-q", "-b", "fix/two", str(place))
    run_hook({"cwd": str(place)}, cwd=memory_dir, HARDWON_MEMORY=str(memory_dir))
    head = "refs/heads/fix/two" if is_worktree else "refs/heads/fix/one"
    assert [line["head"] for line in read_spool(memory_dir)] == [head]


def test_imports_little_and_nothing_of_ours() -> None:
    """Each module is time that somebody waits for: `python -X importtime`."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert names == {"os", "sys", "_thread", "time", "json", "fcntl"}


def test_names_are_those_of_the_memory() -> None:
    """The hook imports nothing of ours, so it says them again."""
    assert hardwon.capture._STATE_DIR == listing.STATE_DIR
    assert hardwon.capture._MARKS == folder.MARKS
    assert hardwon.capture.SPOOL == folder.SPOOL
    assert hardwon.capture.VERSION == captures._VERSION
    assert hardwon.capture._MAX_MESSAGE >= session_draft._MAX_MESSAGE + 1_000


def test_the_command_runs_this_file_by_itself() -> None:
    assert capture_command("claude", "/usr/bin/python3") == [
        "/usr/bin/python3", "-I", "-S", str(SOURCE), "--client", "claude",
    ]  # fmt: skip
    assert capture_command("codex", None) == ["hardwon-capture", "--client", "codex"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    made=st.lists(
        st.tuples(
            st.lists(st.sampled_from(["a", "memory", "b"]), max_size=4),
            st.sampled_from(["episodic", "semantic", "procedural", "hardwon.toml", "other"]),
        ),
        max_size=4,
    ),
    start=st.lists(st.sampled_from(["a", "memory", "b"]), max_size=4),
)
def test_finds_the_memory_that_commands_find(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[list[str], str]], start: list[str]
) -> None:
    top = tmp_path_factory.mktemp("top")
    for folders, mark in made:
        top.joinpath(*folders, mark).mkdir(parents=True, exist_ok=True)
    place = top.joinpath(*start)
    place.mkdir(parents=True, exist_ok=True)
    try:
        expected = str(find_folder(place).root)
    except MemoryNotFoundError:
        expected = None
    assert find_memory(str(place)) == expected
