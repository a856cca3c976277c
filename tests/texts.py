"""Texts at which rules of Markdown, HTML and YAML meet, for what holds for every text."""

from __future__ import annotations

from hypothesis import strategies as st

# Pieces at which rules of Markdown, HTML and YAML meet.
PIECES = [
    "a", "word ", "\n", "\n\n", "    ", "\t", "# ", "## x", "---", "===", "- ", "1. ", "2) ", "> ",
    "```", "````", "~~~", "`", "``", "<b>", "</b>", "<!--", "-->", "<!-- hardwon:end -->", "<pre>",
    "<script>", "<?", "<![CDATA[", "[x]: /u", "[a](b)", "![[x]]", "[[x|y]]", "*", "**", "_", "\\",
    "&amp;", "&#35;", "|", "|--|", ":", "'", '"', "{", "}", "%", "@", "!", "\r\n", "\r", "\u2028",
    "\x0b", "\x00", "\ud800", "\ufeff", "é", "🎉", "é\u200d",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=40)
