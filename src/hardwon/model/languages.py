"""The languages in which a detector can look, by the names and file suffixes that people use."""

from __future__ import annotations

# Tried one by one with ast-grep-py 0.51, each in a process of its own: for a name that it does
# not know (sql, dockerfile, toml, vue, r, ...) its core panics. tests/unit/model/ tries again.
_SUFFIXES = {
    "bash": ".sh .bash .zsh .ksh .bats",
    "c": ".c .h",
    "cpp": ".cpp .cc .cxx .c++ .hpp .hh .hxx .cu .ino",
    "csharp": ".cs",
    "css": ".css",
    "dart": ".dart",
    "elixir": ".ex .exs",
    "go": ".go",
    "haskell": ".hs",
    "hcl": ".tf .hcl .tfvars",
    "html": ".html .htm .xhtml",
    "java": ".java",
    "javascript": ".js .mjs .cjs .jsx",
    "json": ".json",
    "kotlin": ".kt .kts",
    "lua": ".lua",
    "markdown": ".md .markdown",
    "nix": ".nix",
    "php": ".php",
    "python": ".py .pyi .pyw",
    "ruby": ".rb .rake .gemspec .ru",
    "rust": ".rs",
    "scala": ".scala .sc .sbt",
    "solidity": ".sol",
    "swift": ".swift",
    "tsx": ".tsx",
    "typescript": ".ts .mts .cts",
    "yaml": ".yaml .yml",
    "zig": ".zig",
}
_ALIASES = {
    "c#": "csharp", "c++": "cpp", "cc": "cpp", "cs": "csharp", "ecmascript": "javascript",
    "ex": "elixir", "golang": "go", "hs": "haskell", "js": "javascript", "jsx": "javascript",
    "kt": "kotlin", "md": "markdown", "py": "python", "python3": "python", "rb": "ruby",
    "rs": "rust", "sh": "bash", "shell": "bash", "sol": "solidity", "terraform": "hcl",
    "tf": "hcl", "ts": "typescript", "yml": "yaml", "zsh": "bash",
}  # fmt: skip

LANGUAGES = frozenset(_SUFFIXES)
# That of rules which look at the text itself, for what no parser of ours reads.
TEXT = "text"
# Usual suffixes of languages in which only such rules can look.
_OF_TEXTS = {"dockerfile": "Dockerfile", "django": ".html", "jinja": ".jinja", "jinja2": ".jinja2"}
_BY_SUFFIX = {suffix: name for name, line in _SUFFIXES.items() for suffix in line.split()}


def language_named(name: str) -> str | None:
    """Return the language that `name` means (`py`, `C++`, `TypeScript`), or None for no such."""
    folded = name.strip().casefold()
    folded = _ALIASES.get(folded, folded)
    return folded if folded in LANGUAGES else None


def language_of(path: str) -> str | None:
    """Return the language of the file `path` by its suffix, or None for one that is not known."""
    name = path.rsplit("/", 1)[-1]
    stem, dot, suffix = name.rpartition(".")
    return _BY_SUFFIX.get(f".{suffix.lower()}") if dot and stem else None


def path_in(name: str, stem: str) -> str:
    """Return the path of a file in the language `name`, such that `language_of` gives it back.

    For a language that is not known, its name is taken for the suffix.
    """
    language = language_named(name)
    if language is not None:
        return stem + _SUFFIXES[language].split()[0]
    return stem + _OF_TEXTS.get(name.lower(), f".{name.lower()}")
