"""`hardwon install --client`: what it writes for each agent, and that nothing else changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hardwon.markup.managed_block import END, START
from hardwon.model.agent import Client
from memories import note

Cli = Callable[..., subprocess.CompletedProcess[str]]
Git = Callable[..., str]
Files = dict[str, bytes]
Install = Callable[..., subprocess.CompletedProcess[str]]

CLIENTS = [str(client) for client in Client]
SKILLS = ("learn", "review", "recall")
PATTERN = """\
# Patterns

## Test First

**Confidence:** HIGH
**Based on:** 5 examples

**Context:**
When code is written.

**Pattern:**
Write the test before the code.

**Examples:**
1. shop - one (2026-01-01)
2. shop - two (2026-01-02)
3. mill - three (2026-01-03)
4. mill - four (2026-01-04)
5. mill - five (2026-01-05)
"""

# Files as people have them: comments, commas at the end, tabs, Windows' line ends, no last one.
THEIRS: dict[str, str] = {
    ".mcp.json": '{\n  "mcpServers": {\n    "db": {"command": "db", "args": []}\n  }\n}\n',
    ".claude/settings.json": (
        '{\n\t// mine\n\t"permissions": {"allow": ["Bash(ls:*)"]},\n\t"hooks": {\n'
        '\t\t"SessionEnd": [{"hooks": [{"type": "command", "command": "say bye"}]}],\n\t},\n}'
    ),
    ".codex/config.toml": (
        "model = \"x\" # the large one\r\n\r\n[mcp_servers.db]\r\ncommand = 'db'\r\n"
    ),
    ".codex/hooks.json": '{"hooks":{"Stop":[]}}',
    ".cursor/mcp.json": "\ufeff{ }\n",
    ".cursor/hooks.json": '{"version": 1, "hooks": {"stop": [{"command": "./stop.sh"}]}}\n',
    ".vscode/mcp.json": '{\n    "inputs": [],\n    "servers": {},\n}\n',
    ".github/hooks/other.json": '{"version": 1, "hooks": {}}',
    ".gemini/settings.json": '{\n  "theme": "Dracula" /* dark */\n}',
    "AGENTS.md": "# Rules\r\n\r\n- Be kind.",
    "CLAUDE.md": "# Claude\n\nUse `@AGENTS.md` in code spans.\n",
    "GEMINI.md": "",
    ".claude.json": '{"numStartups": 3, "projects": {"/a": {"mcpServers": {}}}}',
    ".copilot/mcp-config.json": '{"mcpServers": {}}',
    ".config/Code/User/mcp.json": '{\n\t"servers": {\n\t}\n}\n',
}


@pytest.fixture
def project(tmp_path: Path, git_repo: Git, memory_dir: Path) -> Path:
    (memory_dir / "semantic/patterns/dev-patterns.md").write_text(PATTERN)
    (memory_dir / "episodic/code/2026-01-01-one.md").write_text(note("One"))
    return tmp_path


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def install(
    project: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Install:
    """Return what runs the command in this process: there are many runs, and Python starts once."""
    from hardwon.cli.main import _run

    def run(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
        moved = ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "COPILOT_HOME", "HARDWON_MEMORY")
        with monkeypatch.context() as patch:
            patch.chdir(project)
            patch.setattr(sys, "argv", ["hardwon", "install", *args])
            for name in moved:
                patch.delenv(name, raising=False)
            for name, value in {"HOME": str(home), "NO_COLOR": "1", **environ}.items():
                patch.setenv(name, value)
            capsys.readouterr()
            status = _run()
            printed = capsys.readouterr()
        return subprocess.CompletedProcess(args, status, printed.out, printed.err)

    return run


def files(root: Path) -> Files:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink()
        and path.relative_to(root).parts[0] not in {"memory", ".git"}
    }  # fmt: skip


def put(root: Path, theirs: dict[str, str]) -> Files:
    for path, text in theirs.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    return files(root)


def data(root: Path, path: str) -> Any:
    return json.loads((root / path).read_text())


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("scope", ["--project", "--user"])
def test_set_up_twice_is_once_and_taken_out_nothing(
    client: str, scope: str, project: Path, home: Path, install: Install
) -> None:
    root, other = (project, home) if scope == "--project" else (home, project)
    done = install("--client", client, scope)
    assert (done.returncode, done.stdout[:5]) == (0, "wrote")
    first = files(root)
    assert first
    assert not files(other)
    done = install("--client", client, scope)
    assert (done.returncode, done.stdout, done.stderr) == (0, "installed already\n", "")
    assert files(root) == first
    assert install("--client", client, scope, "--uninstall").returncode == 0
    assert not files(root)
    assert [path.name for path in root.iterdir() if path.name not in {"memory", ".git"}] == []
    assert install("--client", client, scope, "--uninstall").stdout == "nothing to take out\n"


@pytest.mark.parametrize("scope", ["--project", "--user"])
@pytest.mark.parametrize("client", [*CLIENTS, "all"])
def test_what_others_wrote_stays_byte_for_byte(
    client: str, scope: str, project: Path, home: Path, install: Install
) -> None:
    root = project if scope == "--project" else home
    before = put(root, THEIRS)
    which = ["--all"] if client == "all" else ["--client", client]
    done = install(*which, scope)
    assert done.returncode == 0, done.stderr
    assert files(root) != before
    once = files(root)
    install(*which, scope)
    assert files(root) == once
    done = install(*which, scope, "--uninstall")
    assert done.returncode == 0, done.stderr
    assert files(root) == before


def test_claude_gets_these_files(project: Path, install: Install) -> None:
    install("--client", "claude")
    assert list(files(project)) == [
        ".claude/settings.json",
        *(f".claude/skills/{name}/SKILL.md" for name in ("learn", "recall", "review")),
        ".mcp.json",
        "AGENTS.md",
        "CLAUDE.md",
    ]
    assert data(project, ".mcp.json") == {
        "mcpServers": {"hardwon": {"type": "stdio", "command": "hardwon", "args": ["mcp"]}}
    }
    assert data(project, ".claude/settings.json") == {
        "hooks": {
            "SessionEnd": [
                {"hooks": [{"type": "command", "command": "hardwon-capture --client claude"}]}
            ]
        }
    }
    assert (project / "CLAUDE.md").read_text() == f"{START}\n@AGENTS.md\n{END}\n"
    assert "- **Test First** (5 examples, 2 projects)\n" in (project / "AGENTS.md").read_text()


def test_each_client_has_its_own_conventions(project: Path, install: Install) -> None:
    assert install("--all").returncode == 0
    args = ["-C", "${workspaceFolder}", "mcp"]
    server = {"type": "stdio", "command": "hardwon", "args": args}
    assert data(project, ".cursor/mcp.json") == {"mcpServers": {"hardwon": server}}
    assert data(project, ".vscode/mcp.json") == {"servers": {"hardwon": server}}
    codex = tomllib.loads((project / ".codex/config.toml").read_text())
    assert codex == {"mcp_servers": {"hardwon": {"command": "hardwon", "args": ["mcp"]}}}
    gemini = data(project, ".gemini/settings.json")
    assert gemini["mcpServers"] == {"hardwon": {"command": "hardwon", "args": ["mcp"]}}
    assert set(gemini["hooks"]) == {"SessionStart", "AfterAgent"}
    assert set(data(project, ".codex/hooks.json")["hooks"]) == {"Stop"}
    assert data(project, ".cursor/hooks.json") == {
        "hooks": {
            "afterAgentResponse": [{"command": "hardwon-capture --client cursor"}],
            "sessionEnd": [{"command": "hardwon-capture --client cursor"}],
        },
        "version": 1,
    }
    both = data(project, ".github/hooks/hardwon.json")["hooks"]
    assert set(both) == {"sessionStart", "sessionEnd", "SessionStart", "Stop"}
    for name in SKILLS:
        own = (project / f".claude/skills/{name}/SKILL.md").read_text()
        assert own == (project / f".agents/skills/{name}/SKILL.md").read_text()
    assert (project / "GEMINI.md").read_text() == f"{START}\n@./AGENTS.md\n{END}\n"


def test_a_user_gets_no_patterns_of_one_project(home: Path, install: Install) -> None:
    done = install("--all", "--user")
    assert done.returncode == 0
    assert not [path for path in files(home) if path.endswith("S.md") or path == "CLAUDE.md"]
    entry = data(home, ".claude.json")["mcpServers"]["hardwon"]
    assert entry["args"] == ["mcp"]
    assert data(home, ".copilot/mcp-config.json")["mcpServers"]["hardwon"]["tools"] == ["*"]
    assert data(home, ".config/Code/User/mcp.json")["servers"]["hardwon"]["args"][0] == "-C"


def test_folders_of_a_user_may_be_elsewhere(home: Path, install: Install) -> None:
    moved = {
        "CLAUDE_CONFIG_DIR": str(home / "c"),
        "CODEX_HOME": str(home / "x"),
        "COPILOT_HOME": str(home / "p"),
    }
    install("--client", "claude", "--client", "codex", "--client", "copilot", "--user", **moved)
    assert {path.split("/")[0] for path in files(home)} == {"c", "x", "p", ".agents"}
    assert (home / "c/.claude.json").is_file()
    assert (home / "x/config.toml").is_file()


def test_a_memory_elsewhere_is_named(project: Path, home: Path, run_cli: Cli) -> None:
    (project / "memory").rename(project / "notes")
    done = run_cli("--memory", "notes", "install", "--client", "codex", HOME=str(home))
    assert done.returncode == 0, done.stderr
    assert 'args = ["--memory=./notes", "mcp"]' in (project / ".codex/config.toml").read_text()
    assert "from the notes in `notes/`" in (project / "AGENTS.md").read_text()
    run_cli("--memory", "notes", "install", "--client", "codex", "--user", HOME=str(home))
    named = json.dumps([f"--memory={project / 'notes'}", "mcp"])
    assert f"args = {named}" in (home / ".codex/config.toml").read_text()


def test_a_memory_outside_the_project_is_refused(
    project: Path, home: Path, run_cli: Cli, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "memory"
    (project / "memory").rename(outside)
    done = run_cli("--memory", str(outside), "install", "--client", "codex", HOME=str(home))
    assert done.returncode == 2
    assert "lies outside of it" in done.stderr
    assert "--user" in done.stderr
    assert not files(project)


def test_it_is_the_top_of_the_repository_that_is_set_up(
    project: Path, home: Path, run_cli: Cli
) -> None:
    (project / "src/deep").mkdir(parents=True)
    done = run_cli("install", "--client", "codex", cwd=project / "src/deep", HOME=str(home))
    assert done.returncode == 0, done.stderr
    assert (project / ".codex/config.toml").is_file()


def test_without_a_repository_it_is_the_folder(
    tmp_path: Path, memory_dir: Path, home: Path, run_cli: Cli
) -> None:
    above = str(tmp_path.parent)
    run_cli("install", "--client", "codex", HOME=str(home), GIT_CEILING_DIRECTORIES=above)
    assert (tmp_path / ".codex/config.toml").is_file()


def test_dry_run_prints_a_diff_that_git_applies(
    project: Path, install: Install, git_repo: Git
) -> None:
    before = put(project, {key: text for key, text in THEIRS.items() if "\r" not in text})
    done = install("--client", "claude", "--client", "cursor", "--dry-run")
    assert done.returncode == 0
    assert files(project) == before
    assert "nothing was written" in done.stderr
    assert "this changes files outside the memory:\n  change  .mcp.json" in done.stderr
    (project / "x.diff").write_text(done.stdout)
    git_repo("apply", "x.diff")
    (project / "x.diff").unlink()
    assert install("--client", "claude", "--client", "cursor").stdout == "installed already\n"


def test_a_credential_in_the_diff_is_masked(project: Path, install: Install) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    servers = {"mcpServers": {"gh": {"env": {"TOKEN": token}}}}
    put(project, {".mcp.json": json.dumps(servers, indent=2)})
    done = install("--client", "claude", "--dry-run")
    assert '"env"' in done.stdout
    assert token not in done.stdout


def test_what_another_client_reads_stays(project: Path, install: Install) -> None:
    install("--client", "copilot", "--client", "codex")
    done = install("--client", "codex", "--uninstall")
    assert "left as it is: AGENTS.md: copilot reads it as well" in done.stderr
    assert (project / ".agents/skills/learn/SKILL.md").is_file()
    assert not (project / ".codex").exists()
    install("--client", "copilot", "--uninstall")
    assert not files(project)


def test_a_server_file_that_two_clients_read_is_written_once(
    project: Path, install: Install
) -> None:
    install("--client", "claude")
    done = install("--client", "copilot")
    assert ".mcp.json" not in done.stderr
    install("--client", "claude", "--uninstall")
    assert (project / ".mcp.json").is_file()
    assert not (project / ".claude").exists()


def test_skills_of_others_and_changed_ones_are_left_alone(project: Path, install: Install) -> None:
    path = ".claude/skills/review/SKILL.md"
    put(project, {path: "---\nname: review\ndescription: mine\n---\n"})
    install("--client", "claude")
    changed = project / ".claude/skills/learn/SKILL.md"
    changed.write_text(changed.read_text().replace("Notes are", "Our notes are"))
    done = install("--client", "claude")
    assert "left as it is: .claude/skills/learn/SKILL.md: somebody has changed it" in done.stderr
    install("--client", "claude", "--uninstall")
    assert sorted(files(project)) == [".claude/skills/learn/SKILL.md", path]
    assert files(project)[path] == b"---\nname: review\ndescription: mine\n---\n"


def test_an_older_entry_is_brought_up_to_date_in_its_place(project: Path, install: Install) -> None:
    install("--all")
    new = files(project)
    replace = {
        ".mcp.json": ('"command": "hardwon"', '"command": "/old/hardwon", "env": {"A": "1"}'),
        ".codex/config.toml": ('command = "hardwon"', "command = '/old/hardwon'\nenabled = true"),
        ".claude/settings.json": ('"hardwon-capture ', '"/old/bin/hardwon-capture '),
        ".cursor/hooks.json": ('"hardwon-capture ', '"python3 /old/hardwon/capture.py '),
        "AGENTS.md": ("change the notes", "CHANGE THE NOTES"),
    }
    for path, (ours, older) in replace.items():
        text = (project / path).read_text()
        assert ours in text
        (project / path).write_text(text.replace(ours, older))
    assert install("--all").stdout == "wrote 5 files\n"
    now = files(project)
    assert now[".claude/settings.json"] == new[".claude/settings.json"]
    assert now[".cursor/hooks.json"] == new[".cursor/hooks.json"]
    assert now["AGENTS.md"] == new["AGENTS.md"]
    assert data(project, ".mcp.json")["mcpServers"]["hardwon"]["env"] == {"A": "1"}
    assert "enabled = true" in (project / ".codex/config.toml").read_text()
    install("--all", "--uninstall")
    assert not files(project)


def test_a_hook_beside_ours_in_one_group_stays(project: Path, install: Install) -> None:
    mine = {"type": "command", "command": "say bye"}
    ours = {"type": "command", "command": "hardwon-capture --client claude"}
    group = {"hooks": {"SessionEnd": [{"matcher": "", "hooks": [mine, ours]}]}}
    put(project, {".claude/settings.json": json.dumps(group)})
    install("--client", "claude")
    assert data(project, ".claude/settings.json") == group
    install("--client", "claude", "--uninstall")
    group["hooks"]["SessionEnd"][0]["hooks"] = [mine]
    assert data(project, ".claude/settings.json") == group


def test_an_import_of_a_persons_own_is_enough(project: Path, install: Install) -> None:
    put(project, {"CLAUDE.md": "See @AGENTS.md for all.\n"})
    done = install("--client", "claude")
    assert "left as it is: CLAUDE.md: imports AGENTS.md already" in done.stderr
    assert (project / "CLAUDE.md").read_text() == "See @AGENTS.md for all.\n"


@pytest.mark.parametrize(("file", "link"), [("AGENTS.md", "CLAUDE.md"), ("CLAUDE.md", "AGENTS.md")])
def test_one_file_by_two_names_gets_the_block_once(
    file: str, link: str, project: Path, install: Install
) -> None:
    before = put(project, {file: "# Rules\n"})
    (project / link).symlink_to(file)
    done = install("--client", "claude", "--client", "codex")
    assert done.returncode == 0, done.stderr
    assert "left as it is: CLAUDE.md: is AGENTS.md by another name" in done.stderr
    text = (project / file).read_text()
    assert text.startswith(f"# Rules\n\n{START}\n## Patterns")
    assert text.count(START) == 1
    assert install("--client", "claude", "--client", "codex").stdout == "installed already\n"
    install("--client", "codex", "--uninstall")
    assert (project / file).read_text() == text
    install("--client", "claude", "--uninstall")
    assert files(project) == before
    assert (project / link).is_symlink()


def test_a_link_that_leads_elsewhere_is_refused(
    project: Path, home: Path, install: Install
) -> None:
    (home / "AGENTS.md").write_text("# Mine\n")
    (project / "AGENTS.md").symlink_to(home / "AGENTS.md")
    done = install("--client", "codex")
    assert done.returncode == 2
    assert "AGENTS.md: is a symbolic link to " in done.stderr
    assert (home / "AGENTS.md").read_text() == "# Mine\n"


def test_a_missing_extra_is_told(
    project: Path, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    done = install("--client", "codex")
    assert "the MCP server needs an extra: pip install 'hardwon[mcp]'\n" in done.stderr


def broken_json(root: Path) -> None:
    put(root, {".mcp.json": '{\n  "mcpServers": {\n'})


def twice(root: Path) -> None:
    put(root, {".mcp.json": '{"mcpServers": {},\n "mcpServers": {}}'})


def no_utf8(root: Path) -> None:
    (root / ".mcp.json").write_bytes(b'{"a": "\xff"}')


def a_folder(root: Path) -> None:
    (root / ".mcp.json").mkdir()


def a_link(root: Path) -> None:
    put(root, {"other.json": "{}"})
    (root / ".mcp.json").symlink_to("other.json")


def a_linked_folder(root: Path) -> None:
    (root / "elsewhere").mkdir()
    (root / ".claude").symlink_to("elsewhere")


def a_file_for_a_folder(root: Path) -> None:
    put(root, {".claude": "x"})


def read_only(root: Path) -> None:
    put(root, {".mcp.json": "{}"})
    (root / ".mcp.json").chmod(0o444)


def a_pipe(root: Path) -> None:
    os.mkfifo(root / ".mcp.json")


def two_blocks(root: Path) -> None:
    put(root, {"AGENTS.md": f"{START}\n{END}\n{START}\n{END}\n"})


def broken_toml(root: Path) -> None:
    put(root, {".codex/config.toml": "a = 1\nb = \n"})


def unversioned(root: Path) -> None:
    put(root, {".cursor/hooks.json": '{"hooks": {}}'})


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (broken_json, ".mcp.json:3: is no JSON: the end of the file"),
        (twice, ".mcp.json:2: 'mcpServers' stands there twice"),
        (no_utf8, ".mcp.json:1: is not UTF-8 (byte 0xff)"),
        (a_folder, ".mcp.json: is a folder"),
        (a_link, ".mcp.json: is a symbolic link to other.json, which is not followed"),
        (a_linked_folder, ".claude: is a symbolic link to elsewhere, which is not followed"),
        (a_file_for_a_folder, ".claude: is no folder"),
        (read_only, ".mcp.json: may not be written to"),
        (a_pipe, ".mcp.json: is no regular file"),
        (two_blocks, "AGENTS.md:1: the marks around hardwon's block are not one beginning"),
        (broken_toml, "config.toml:2: is no TOML: "),
        (unversioned, "hooks.json: has no version 1, so that its hooks are not read"),
    ],
)
def test_a_file_that_cannot_take_it_is_named_and_none_is_written(
    spoil: Callable[[Path], None], message: str, project: Path, install: Install
) -> None:
    spoil(project)
    before = files(project)
    done = install("--all")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert files(project) == before


def test_a_failure_half_way_says_what_was_written(
    project: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hardwon.actions import install_agents
    from hardwon.actions.install_agents import AgentChange, AgentPlan, apply_agents
    from hardwon.errors import AgentFileError, HardwonError

    changes = tuple(AgentChange(home, name, None, "x\n", ()) for name in ("a", "b", "c"))
    real = install_agents.write_agent_file

    def write(root: Path, path: str, new: str | None, *, old: str | None) -> None:
        if path == "b":
            raise HardwonError("cannot be written: no space left on device", path=str(root / path))
        real(root, path, new, old=old)

    monkeypatch.setattr(install_agents, "write_agent_file", write)
    with pytest.raises(AgentFileError) as raised:
        apply_agents(AgentPlan(changes, ()))
    assert raised.value.message == "cannot be written: no space left on device"
    assert raised.value.hint == (
        f"written were: {home / 'a'}; not written: {home / 'b'}, {home / 'c'}; "
        "the command can be run again"
    )
    assert sorted(files(home)) == ["a"]


def test_a_file_that_changed_meanwhile_is_not_overwritten(home: Path) -> None:
    from hardwon.actions.install_agents import AgentChange, AgentPlan, apply_agents
    from hardwon.errors import AgentFileError

    put(home, {"a": "theirs\n"})
    with pytest.raises(AgentFileError, match="changed on disk"):
        apply_agents(AgentPlan((AgentChange(home, "a", "old\n", "new\n", ()),), ()))
    assert files(home) == {"a": b"theirs\n"}


def test_rights_of_a_file_stay(project: Path, install: Install) -> None:
    put(project, {".mcp.json": "{}"})
    (project / ".mcp.json").chmod(0o600)
    install("--client", "claude")
    assert (project / ".mcp.json").stat().st_mode & 0o777 == 0o600


def test_files_are_named_before_they_are_written(
    project: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from hardwon.actions import install_agents
    from hardwon.cli.main import cli

    seen = []
    monkeypatch.chdir(project)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(install_agents, "apply_agents", lambda _: seen.append(capfd.readouterr()))
    cli.main(["install", "--client", "codex"], standalone_mode=False)
    assert seen[0].err.splitlines()[:2] == [
        "this changes files outside the memory:",
        "  make    .codex/config.toml  (MCP server)",
    ]


def test_it_needs_a_memory_in_a_project_and_none_to_take_out(
    project: Path, install: Install
) -> None:
    install("--client", "claude")
    (project / "memory").rename(project / "elsewhere")
    done = install("--client", "claude")
    assert done.returncode == 2
    assert "no memory folder" in done.stderr
    assert install("--client", "claude", "--uninstall").returncode == 0
    assert not (project / ".mcp.json").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "Name an agent with --client, or say --all; or name a command."),
        (["--client", "emacs"], "'emacs' is not one of"),
        (["--client", "claude", "hook"], "Options of agents do not go with 'hook'."),
        (["--dry-run", "hook"], "Options of agents do not go with 'hook'."),
    ],
)
def test_arguments_that_mean_nothing(args: list[str], message: str, install: Install) -> None:
    done = install(*args)
    assert done.returncode == 2
    assert message in done.stderr
