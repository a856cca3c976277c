"""Look for a text on which the reader fails, as long as you like, guided by the code it reaches.

    pip install atheris    # for Linux and macOS; no dependency of the project
    mkdir -p build/fuzz
    python evaluation/fuzz_reader.py build/fuzz -max_total_time=600 -max_len=4096
    python evaluation/fuzz_reader.py build/fuzz/crash-…   # what was found, once more

The first byte of an input chooses the path, and with it the role; the rest is the file. The
folder keeps the inputs that reached new code; it is begun with the shapes of tests/hostile.py.
Where a failure is found, add it to those shapes.
"""

from __future__ import annotations

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PATHS = ("semantic/a.md", "learned/a.md", "episodic/code/2025-01-a.md", "procedural/workflows/a.md")


def read(data: bytes) -> None:
    """Read one input as the index would; raises where the reader fails."""
    from hardwon.actions.isolated import read_rows
    from hardwon.errors import UnreadableFileError
    from hardwon.files.folder import decode
    from hardwon.index.codec import decode_page

    path = PATHS[data[0] % len(PATHS)] if data else PATHS[0]
    try:
        text = decode(data[1:], path)
    except UnreadableFileError:
        return
    page = decode_page(read_rows(text, path).page)
    last = text.count("\n") + text.count("\r") + 2
    for pattern in page.patterns:
        if not 1 <= pattern.span.start < pattern.span.end <= last:
            raise AssertionError(f"{pattern.name!r} lies outside the file: {pattern.span}")


def seed(folder: Path) -> None:
    """Put the hostile shapes into an empty folder of inputs."""
    sys.path.insert(0, str(PROJECT / "tests"))
    from hostile import SHAPES

    for number, shape in enumerate(shape for shape in SHAPES if shape.data is not None):
        data = bytes([number % len(PATHS)]) + shape.content(400)
        (folder / f"shape-{number}").write_bytes(data)


def main() -> None:
    """Run atheris with the arguments of the command line."""
    try:
        import atheris
    except ImportError:
        sys.exit("atheris is not installed; the first lines of this file say how")
    for argument in sys.argv[1:]:
        folder = Path(argument)
        if folder.is_dir() and not any(folder.iterdir()):
            seed(folder)
    with atheris.instrument_imports(include=["hardwon", "markdown_it", "yaml", "frontmatter"]):
        import hardwon.actions.isolated  # noqa: F401
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
