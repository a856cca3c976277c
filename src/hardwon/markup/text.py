"""Lines and words of Markdown source."""

from __future__ import annotations

import re
import unicodedata

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")
# An opening bracket ends the search for its closing one: a line of brackets costs nothing.
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_WIKILINK = re.compile(r"\[\[([^\[\]|#]*)(?:#([^\[\]|]*))?(?:\|([^\[\]]*))?\]\]")
_COMMENT = re.compile(r"(`[^`\r\n]*`)|[ \t]?<!--.*?(?:-->|\Z)", re.DOTALL)
_CODE = re.compile(r"`[^`\r\n]*`")
# From a run of backticks to the next one of the same length; shorter and longer ones are code.
# Behind an even number of backslashes, each of which is the text of the one before it.
_CODE_SPAN = re.compile(r"(?<![`\\])(?:\\\\)*((`+)(?!`)[^\r\n]+?(?<!`)\2(?!`))")
_TICKS = re.compile(r"`+")
_TAG = re.compile(r"(?<!\\)(\\*)(<(?=[A-Za-z/!?]))")
# The last one is the end of the text, where a backslash would take the bracket that follows.
_BRACKET = re.compile(r"(?<!\\)(\\*)(<(?=[A-Za-z/!?])|[\[\]]|\Z)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`|~~)")
_MOJIBAKE = re.compile("â€|ğŸ|Ã[\u0080-\u00bf]|ðŸ|â[\u0080-\u00bf”ˆ†œ]|ï»¿|Â[\u00a0-\u00bf]")


def split_lines(text: str) -> list[str]:
    r"""Return the lines of `text` with their ends; joined again they are `text`.

    Only `\n`, `\r\n` and `\r` end a line, as in CommonMark: U+2028 and form feeds do not.
    """
    lines = text.splitlines(keepends=True)
    # That parts at each newline, and where it parts nowhere else it is right, and ten times faster.
    if len(lines) == text.count("\n") + (text[-1:] not in {"", "\n"}):
        return lines
    return _LINE.findall(text)


def line_end(lines: list[str]) -> str:
    """Return the line end that most of `lines` use; a newline when there is none."""
    counts = dict.fromkeys(("\n", "\r\n", "\r"), 0)
    for line in lines:
        end = line[len(line.rstrip("\r\n")) :]
        if end in counts:
            counts[end] += 1
    return max(counts, key=lambda end: counts[end])


def strip_comments(text: str) -> str:
    """Return `text` without HTML comments; one that is never closed runs to the end."""
    return _COMMENT.sub(lambda m: m[1] or "", text) if "<!--" in text else text


def plain(text: str) -> str:
    """Return inline Markdown without emphasis, link targets and comments, on one line."""
    if "<!--" in text:
        text = strip_comments(text)
    if "[" in text:
        text = _WIKILINK.sub(lambda m: m[3] or m[1] or m[2] or "", text)
        text = _LINK.sub(r"\1", text)
    return " ".join(_EMPHASIS.sub("", text).split())


def escape_html(text: str) -> str:
    """Return inline Markdown in which nothing opens an HTML tag or comment; code stays."""
    return _outside_code(text, _TAG)


def link_text(text: str) -> str:
    """Return inline Markdown as it can stand between the brackets of a link."""
    return _outside_code(" ".join(text.split()), _BRACKET)


def _outside_code(text: str, wanted: re.Pattern[str]) -> str:
    """Return `text` with a backslash before what is `wanted`, unless it has one already."""

    def escape(match: re.Match[str]) -> str:
        backslashes, character = match.groups()
        is_escaped = len(backslashes) % 2 == 1
        return match[0] if is_escaped == bool(character) else f"{backslashes}\\{character}"

    out: list[str] = []
    place = 0
    for code in _CODE_SPAN.finditer(text):
        # With one as long on a line before, this run may end a code span rather than begin one.
        if code[2] in _TICKS.findall(text[place : code.start(1)]):
            continue
        out += [wanted.sub(escape, text[place : code.start(1)]), code[1]]
        place = code.end()
    return "".join([*out, wanted.sub(escape, text[place:])])


def strip_emoji(text: str) -> str:
    """Return `text` without symbols and variation selectors in front."""
    if text[:1].isalnum():
        return text
    start = 0
    while start < len(text) and (
        unicodedata.category(text[start]) in {"So", "Sk", "Cf", "Mn"} or text[start].isspace()
    ):
        start += 1
    return text[start:]


def fold(text: str) -> str:
    """Return `text` for comparing names: lower case, words parted by single spaces."""
    text = unicodedata.normalize("NFKC", plain(text)).casefold()
    return " ".join(re.findall(r"[\w+#]+", text))


def slugify(text: str) -> str:
    """Return `text` as a slug: lower case, hyphens, at most 80 characters, never empty."""
    from slugify import slugify as to_slug

    slug: str = to_slug(plain(text), max_length=80, word_boundary=True)
    return slug or "untitled"


def dedent(lines: list[str]) -> str:
    """Return `lines` as one text without their common indentation, line ends as newlines."""
    lines = [line.rstrip("\r\n") for line in lines]
    lines = [line if line.strip(" \t") else "" for line in lines]
    indents = [line[: -len(line.lstrip(" \t"))] for line in lines if line]
    first, last = min(indents, default=""), max(indents, default="")
    common = 0  # what the first and the last of them share, they all share
    while common < len(first) and first[common] == last[common]:
        common += 1
    return "\n".join(line[common:] for line in lines).strip("\n")


def counted(number: int, noun: str) -> str:
    """Return `1 example`, `2 examples`, `2,380 notes`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def has_mojibake(text: str) -> bool:
    """Return whether `text` shows UTF-8 that was once read as Windows-1252.

    Code spans do not count: a note about wrong encodings may quote some.
    """
    if text.isascii() or not _MOJIBAKE.search(text):
        return False
    return any(
        _MOJIBAKE.search(line) and repair_mojibake(line) != line
        for line in _CODE.sub("", text).splitlines()
    )


def repair_mojibake(text: str) -> str:
    """Return `text` with such letters restored; the file itself stays as it is."""
    from ftfy import TextFixerConfig, fix_text

    config = TextFixerConfig(
        unescape_html=False,
        uncurl_quotes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        fix_line_breaks=False,
        remove_control_chars=False,
        normalization=None,
    )
    repaired: str = fix_text(text, config)
    return repaired
