"""The plugin: its files, and that what they point to is there."""

from __future__ import annotations

import json

from hardwon.render.agents.plugin import plugin_files
from hardwon.render.agents.skills import render_skills

MANIFESTS = (
    "plugin.json",
    ".claude-plugin/plugin.json",
    ".codex-plugin/plugin.json",
    ".cursor-plugin/plugin.json",
    "gemini-extension.json",
)


def test_it_is_these_files() -> None:
    files = plugin_files("1.2.3")
    assert list(files) == sorted(
        [*MANIFESTS, ".mcp.json", "mcp.json", "README.md"]
        + [f"skills/{name}/SKILL.md" for name in render_skills()]
    )
    assert plugin_files("1.2.3") == files
    assert all(text.endswith("\n") for text in files.values())


def test_manifests_agree() -> None:
    files = plugin_files("1.2.3")
    for path in MANIFESTS:
        manifest = json.loads(files[path])
        assert (manifest["name"], manifest["version"]) == ("hardwon", "1.2.3"), path
        assert manifest["description"] == json.loads(files["plugin.json"])["description"]


def test_the_manifest_is_one_of_the_standard() -> None:
    """Agent Plugins Specification 1.0.0, §5.2 to §5.5 and §7.2.1: closed objects."""
    files = plugin_files("1.2.3")
    manifest, servers = json.loads(files["plugin.json"]), json.loads(files["mcp.json"])
    assert manifest["$schema"] == "https://agent-plugins.org/schemas/1.0.0/plugin.schema.json"
    assert manifest.keys() <= {
        *("$schema", "name", "version", "description", "author", "homepage", "repository"),
        *("license", "keywords", "extensions"),
    }
    assert manifest["author"].keys() <= {"name", "email", "url"}
    assert servers == {
        "$schema": "https://agent-plugins.org/schemas/1.0.0/mcp.schema.json",
        "mcpServers": {"hardwon": {"type": "stdio", "command": "hardwon", "args": ["mcp"]}},
    }


def test_a_memory_can_be_named() -> None:
    files = plugin_files("1.2.3", memory="/srv/memory")
    for path in ("mcp.json", ".mcp.json", "gemini-extension.json"):
        servers = json.loads(files[path])["mcpServers"]
        assert servers["hardwon"]["args"] == ["--memory=/srv/memory", "mcp"]
    assert "Its memory is `/srv/memory`." in files["README.md"]
    gemini = json.loads(plugin_files("1.2.3")["gemini-extension.json"])
    assert gemini["mcpServers"]["hardwon"]["args"] == ["-C", "${workspacePath}", "mcp"]


def test_further_skills_stand_beside_ours() -> None:
    files = plugin_files("1.2.3", skills={"n-plus-one/SKILL.md": "x", "learn/SKILL.md": "y"})
    assert files["skills/n-plus-one/SKILL.md"] == "x"
    assert files["skills/learn/SKILL.md"] == render_skills()["learn"]
