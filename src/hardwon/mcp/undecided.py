"""Asking a person, through their client, which pattern an undecided note is an example of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from mcp.server.elicitation import AcceptedElicitation
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit
from pydantic import BaseModel, Field, create_model

from hardwon.errors import HardwonError
from hardwon.model.plan import Proposal, Reply, Undecided
from hardwon.render.terminal import one_line

if TYPE_CHECKING:
    from hardwon.files.folder import Folder
    from hardwon.mcp.served import Served
    from hardwon.model.experience import Experience

OPEN = "leave it open"
NEW = "a new pattern"
NONE = "none of these: do not propose them again"

# A form of more fields is filled in carelessly; the rest is asked the next time.
_MAX_QUESTIONS = 10
_MAX_CANDIDATES = 9
_MAX_LABEL = 200


class Nothing(BaseModel):
    """The answer where nobody was asked."""


async def ask_undecided(
    ctx: Context[Any, Any], apply: bool, accept: list[str], refuse: list[str]
) -> Elicit[BaseModel] | Nothing:
    """Return the form to ask, where learning is applied, leaves notes open, and somebody can say.

    Who names IDs has decided already; a client without forms has that way only.
    """
    if not apply or accept or refuse or not _can_ask(ctx):
        return Nothing()
    served: Served = ctx.request_context.lifespan_context
    try:
        found = await served.run(_undecided)
    except HardwonError:  # the tool tells of it
        return Nothing()
    questions = [one for one in found if one.candidates][:_MAX_QUESTIONS]
    if not questions:
        return Nothing()
    count = "a note" if len(questions) == 1 else f"{len(questions)} notes"
    message = (
        f"hardwon cannot decide which pattern {count} of the memory belongs to. "
        "What is each an example of?"
    )
    return Elicit(message, _form(questions))


def _undecided(folder: Folder) -> Sequence[Undecided]:
    from hardwon.actions.learn import plan_learning

    return plan_learning(folder).undecided


def _can_ask(ctx: Context[Any, Any]) -> bool:
    """Return whether the client shows forms, and can be reached with one."""
    capabilities = ctx.client_capabilities
    elicitation = capabilities.elicitation if capabilities is not None else None
    if elicitation is None or (elicitation.form is None and elicitation.url is not None):
        return False
    # From 2026-07-28 on the question is an answer, which the client repeats with what was said;
    # before, it is a request of the server's own.
    return is_modern(ctx) or bool(ctx.session.can_send_request)


def is_modern(ctx: Context[Any, Any]) -> bool:
    """Return whether a request is of the protocol without sessions: 2026-07-28 or later."""
    return (ctx.protocol_version or "") >= "2026-07-28"


def _form(questions: Sequence[Undecided]) -> type[BaseModel]:
    """Return a form with a field for each note, whose title is the note's key."""
    fields: dict[str, Any] = {}
    for number, question in enumerate(questions, start=1):
        shown = question.candidates[:_MAX_CANDIDATES]
        labels = [*(_label(one) for one in shown), NEW, OPEN]
        if any(one.path is not None for one in shown):
            labels.insert(-1, NONE)
        choice: Any = Literal[tuple(labels)]
        field = Field(
            OPEN, title=question.experience, description=one_line(question.reason)[:_MAX_LABEL]
        )
        fields[f"note_{number}"] = (choice, field)
    form: type[BaseModel] = create_model("UndecidedNotes", **fields)
    return form


def _label(proposal: Proposal) -> str:
    name = f"{one_line(proposal.pattern)[:_MAX_LABEL]} ({proposal.score:.2f})"
    return name if proposal.path is None else f"{name}, {one_line(proposal.path)[:_MAX_LABEL]}"


class FormReplies:
    """Replies with what a person chose in the form."""

    def __init__(self, chosen: Mapping[str, str]) -> None:
        self._chosen = chosen

    @classmethod
    def of(cls, outcome: Any) -> FormReplies:
        """Return the replies of a form; none where it was declined, cancelled or never shown."""
        if not isinstance(outcome, AcceptedElicitation) or isinstance(outcome.data, Nothing):
            return cls({})
        fields = type(outcome.data).model_fields
        return cls({str(fields[name].title): str(label) for name, label in outcome.data})

    def reply(self, note: Experience, undecided: Undecided) -> Reply:
        """Return what was chosen for a note; where the choice is no longer there, nothing."""
        label = self._chosen.get(note.key, OPEN)
        shown = undecided.candidates[:_MAX_CANDIDATES]
        if label == NEW:
            return Reply(Proposal(note.title, 1.0, None))
        if label == NONE:
            return Reply(refused=tuple(one for one in shown if one.path is not None))
        return Reply(next((one for one in shown if _label(one) == label), None))
