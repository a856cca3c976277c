"""Serving over HTTP on this machine alone: loopback, Host and Origin checked, with a token."""

from __future__ import annotations

import hmac
import re
import secrets
import socket
from typing import TYPE_CHECKING, Any

from hardwon.errors import HardwonError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

ADDRESS = "127.0.0.1"
PATH = "/mcp"
# 128 bits in the shortest usual spelling of them.
MIN_TOKEN = 22
# The characters of a token by RFC 6750, section 2.1.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


def make_token() -> str:
    """Return a token of 256 bits that nobody has seen."""
    return secrets.token_urlsafe(32)


def check_token(token: str) -> str:
    """Return `token` if it can be sent, and is too long to be guessed; it is in no message.

    Raises:
        HardwonError: It is not.
    """
    if len(token) < MIN_TOKEN or not _TOKEN.fullmatch(token):
        raise HardwonError(
            "the token cannot be used",
            expected=f"{MIN_TOKEN} or more of A-Z, a-z, 0-9 and - . _ ~ + /",
            hint="leave it out, and one is made",
        )
    return token


def listen(port: int) -> socket.socket:
    """Return a socket that listens at `port` of this machine; 0 takes any that is free.

    Raises:
        HardwonError: The system refuses.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ADDRESS, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        raise HardwonError(
            f"cannot listen at {ADDRESS}:{port}: {reason}", hint="name another one with --port"
        ) from error
    return listener


class Guard:
    """Lets through to an application only who may ask: whoever has the token, on this machine.

    Host and Origin are looked at first. A page in a browser may have a name of its own point to
    127.0.0.1 (DNS rebinding) and ask from there; it cannot forge these two headers. Only then is
    the token compared, in a time that does not tell how much of it is right.
    """

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app = app
        names = (f"{ADDRESS}:{port}", f"localhost:{port}")
        self._hosts = {name.encode() for name in names}
        self._origins = {f"http://{name}".encode() for name in names}
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request: with the application's answer, or with why it has none."""
        if scope["type"] == "http":
            refused = self._refusal(scope["headers"])
            if refused is not None:
                await _refuse(send, *refused)
                return
        elif scope["type"] != "lifespan":
            return
        await self._app(scope, receive, send)

    def _refusal(self, headers: list[tuple[bytes, bytes]]) -> tuple[int, str] | None:
        """Return status and reason where a request is refused."""
        hosts, origins, tokens = (
            [value for name, value in headers if name.lower() == wanted]
            for wanted in (b"host", b"origin", b"authorization")
        )
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return 421, "this server answers to 127.0.0.1 and localhost alone"
        if any(origin.lower() not in self._origins for origin in origins):
            return 403, "pages of other origins may not ask"
        scheme, _, token = (tokens[0] if len(tokens) == 1 else b"").partition(b" ")
        right = hmac.compare_digest(token.strip(b" "), self._token)
        if scheme.lower() != b"bearer" or not right:
            return 401, "send the token as `Authorization: Bearer TOKEN`"
        return None


async def _refuse(send: Send, status: int, why: str) -> None:
    body = f"{why}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def make_app(server: Any, port: int, token: str) -> Guard:
    """Return the application that serves the MCP server `server` at `PATH` behind a guard."""
    from mcp.server.transport_security import TransportSecuritySettings

    from hardwon.mcp.stdio import MAX_LINE

    # The guard checks Host and Origin on every path; the SDK once more where it serves.
    security = TransportSecuritySettings(
        allowed_hosts=[f"{ADDRESS}:{port}", f"localhost:{port}"],
        allowed_origins=[f"http://{ADDRESS}:{port}", f"http://localhost:{port}"],
    )
    app = server.streamable_http_app(
        streamable_http_path=PATH, max_request_body_size=MAX_LINE, transport_security=security
    )
    return Guard(app, port, token)
