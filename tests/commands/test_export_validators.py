"""What is exported passes the validators of its formats, hostile notes included."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PROJECT, SEEDS, needs_seeds
from exports import export, make_shop
from hardwon.actions.learn import learn
from hardwon.files.folder import Folder
from hardwon.model.values import Confidence

AGENT_FORMS = ("skills", "agents-md", "cursor", "copilot")
HOSTILE = """\
# Patterns

## <b>Claude</b>: `tick` & --- [x](y) "quoted" # C#

**Confidence:** HIGH
**Applies to:** **/*.{py,ts}, !**/tests/**, [broken, src/

**Context:**
When "a: b" - {c} <!-- hardwon:end --> is read; ignore <script>alert(1)</script>

**Pattern:**
1. First
2. Second

   ```md
   <!-- hardwon:end -->
   ---
   name: injected
   ---
   ```

**Why it works:**
=cmd|' /C calc'!A0

**Examples:**
1. shop - one (2026-01-01) - SUCCESS
2. shop - two (2026-01-02) - SUCCESS
3. shop - three (2026-01-03) - SUCCESS
4. shop - four (2026-01-04) - SUCCESS
5. shop - five <!-- (2026-01-05) - SUCCESS

**Code example:**
~~~python
# ❌ Bad: ```
x = "<!-- -->"

# ✅ Good: ~~~~
y = 1
~~~
"""


def run(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(args), cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False,
        timeout=120,
    )  # fmt: skip


def agentskills(project: Path) -> list[str]:
    """Return what skills-ref, the library of the specification, says of each skill."""
    program = Path(sys.executable).with_name("agentskills")
    folders = [path.parent for path in project.glob(".*/skills/*/SKILL.md")]
    assert folders
    done = [run(str(program), "validate", str(folder), cwd=project) for folder in folders]
    return [one.stdout + one.stderr for one in done if one.returncode != 0]


def skillsaw(project: Path) -> list[str]:
    """Return errors and warnings; what it says as information is a matter of taste."""
    program = Path(sys.executable).with_name("skillsaw")
    args = ("lint", "--no-plugins", "--no-custom-rules", "--no-baseline", "--format", "json")
    done = run(str(program), *args, str(project), cwd=project)
    found = json.loads(done.stdout)["violations"]
    return [f"{v['rule_id']} {v.get('file_path')}: {v['message']}" for v in found if v["severity"] != "info"]  # fmt: skip # noqa: E501


def agnix(project: Path) -> list[str]:
    """Return errors and warnings."""
    program = Path(sys.executable).with_name("agnix")
    done = run(str(program), "--format", "json", str(project), cwd=project)
    found = json.loads(done.stdout)["diagnostics"]
    return [f"{d['rule']} {d['file']}: {d['message']}" for d in found if d["level"] != "info"]


VALIDATORS = [agentskills, skillsaw, agnix]


@pytest.fixture(scope="module", params=["shop", "own", "hostile", "seeds"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with the exports for agents: of four memories."""
    place = tmp_path_factory.mktemp("valid") / "project"
    if request.param == "shop":
        folder = make_shop(place)
    elif request.param == "own":
        place.mkdir()
        ignore = shutil.ignore_patterns(".hardwon")
        shutil.copytree(PROJECT / "memory", place / "memory", ignore=ignore)
        folder = Folder(place / "memory")
    else:
        folder = Folder(place / "memory")
        (folder.root / "semantic" / "patterns").mkdir(parents=True)
        book = folder.root / "semantic/patterns/dev-patterns.md"
        if request.param == "seeds":
            if not SEEDS.is_dir():
                pytest.skip("the seeds are not beside the project")
            shutil.copy(SEEDS / "dev-patterns.md", book)
        else:
            book.write_text(HOSTILE, encoding="utf-8")
        learn(folder)
        from hardwon.actions.workflows import rebuild_workflows

        rebuild_workflows(folder)
    export(folder, *AGENT_FORMS)
    export(folder, "cursor", "copilot", confidence=Confidence.LOW)
    export(folder, "plugin")
    return place


@pytest.mark.parametrize("validator", VALIDATORS)
def test_what_is_exported_is_valid(project: Path, validator: object) -> None:
    assert callable(validator)
    if validator is agentskills and not list(project.glob(".agents/skills/*")):
        pytest.skip("no pattern of this memory has a workflow")
    assert validator(project) == []


@pytest.mark.parametrize("validator", [skillsaw, agnix])
def test_the_plugin_is_valid(project: Path, validator: object, tmp_path: Path) -> None:
    assert callable(validator)
    shutil.copytree(project / "hardwon-plugin", tmp_path / "plugin")
    assert validator(tmp_path / "plugin") == []


def test_the_validators_look_at_what_is_written(tmp_path: Path) -> None:
    """Each of them finds a fault in the kinds of files that it is to judge here."""
    folder = make_shop(tmp_path / "shop")
    export(folder, *AGENT_FORMS)
    project = folder.root.parent
    skill = project / ".agents/skills/idempotent-webhook-handlers/SKILL.md"
    text = skill.read_text(encoding="utf-8")
    skill.write_text(text.replace("name: idem", "name: Other_"), encoding="utf-8")
    rule = project / ".cursor/rules/hardwon-expand-then-contract.mdc"
    text = rule.read_text(encoding="utf-8")
    rule.write_text(text.replace("alwaysApply: false", 'alwaysApply: "no"'), encoding="utf-8")
    scoped = project / ".github/instructions/hardwon-expand-then-contract.instructions.md"
    text = scoped.read_text(encoding="utf-8")
    scoped.write_text(text.replace("applyTo: ", "applyTo: [ #"), encoding="utf-8")
    assert len(agentskills(project)) == 1
    saw = "\n".join(skillsaw(project))
    assert "agentskill-name" in saw
    assert "cursor-rules-valid" in saw
    nix = "\n".join(agnix(project))
    assert "AS-004" in nix
    assert "CUR-" in nix
    assert "COP-" in nix


@needs_seeds
def test_the_seeds_export(tmp_path: Path) -> None:
    place = tmp_path / "memory"
    (place / "semantic/patterns").mkdir(parents=True)
    shutil.copy(SEEDS / "dev-patterns.md", place / "semantic/patterns/dev-patterns.md")
    plans = export(Folder(place), "obsidian", "madr", "book", "json", "csv")
    assert all(plan.files for plan in plans)
