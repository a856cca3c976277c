"""Rules tried on one text: those of ast-grep on its tree, those for text on the text itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hardwon.model.languages import TEXT
from hardwon.review.plain import PlainSource
from hardwon.review.syntax import Hit, Query, Refusal, Source, explain


def open_text(text: str, language: str) -> Source | PlainSource:
    """Return `text`, read once for all rules of its language.

    Raises:
        BaseException: ast-grep cannot parse it; `syntax.explain` says whether it is one of those.
    """
    return PlainSource(text) if language == TEXT else Source(text, language)


def search_text(
    text: str, language: str, queries: Sequence[Query], changed: Collection[int] | None
) -> list[list[Hit] | Refusal]:
    """Return the answer to each query, tried in this process.

    Args:
        text: The whole file.
        language: A name out of `languages.LANGUAGES`, or `languages.TEXT`.
        queries: What is asked, all of them for that language.
        changed: 1-based numbers of the lines on which a match counts; None for all.
    """
    try:
        source = open_text(text, language)
    except BaseException as error:  # noqa: BLE001 - a panic of Rust is no Exception
        refusal = Refusal(f"could not be parsed: {explain(error)}", is_text=True)
        return [refusal] * len(queries)
    return [source.answer(query, changed) for query in queries]
