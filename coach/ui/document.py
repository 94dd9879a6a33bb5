"""The document around Gradio's page: its language, its title, its style, and no way out of this machine."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from markupsafe import escape

from coach import __version__, content
from coach.domain import LANGUAGES, Language
from coach.ui.words import say

STATIC = Path(__file__).parent / "static"
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Gradio's client compiles its templates (unsafe-eval) and sets styles in place; nothing may come from elsewhere.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)
_FOREIGN = re.compile(r"<meta\s[^>]*(?:og:|twitter:)[^>]*>\s*|<link rel=\"manifest\"[^>]*>\s*", re.DOTALL)


def dress(page: str, path: str) -> str:
    """Gradio's HTML with the page's language, title and style."""
    lang: Language = "fr" if path.startswith("/fr") else "en"
    name = path.strip("/").partition("/")[2] or "start"
    known = f"ui.title.{name}" in content.words(lang)
    title = say(lang, f"title.{name}") if known else "Codev Coach"
    head = (
        f"<title>{escape(title)}</title>"
        f'<meta name="color-scheme" content="light dark"><link rel="icon" href="/static/icon.svg" type="image/svg+xml">'
        f'<link rel="stylesheet" href="/static/app.css?{__version__}">'
        f'<script src="/static/app.js?{__version__}"></script><script src="/static/room.js?{__version__}"></script>'
    )
    page = _FOREIGN.sub("", page).replace('lang="en"', f'lang="{lang}"', 1)
    return page.replace("</head>", f"{head}</head>", 1)


class Dresser:
    """ASGI middleware that dresses the pages and leaves every stream alone."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or path.split("/")[1:2] not in [[lang] for lang in LANGUAGES]:
            await self.app(scope, receive, send)
            return
        head: dict[str, Any] = {}
        body = bytearray()

        async def pass_on(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kind = dict(message["headers"]).get(b"content-type", b"")
                if kind.startswith(b"text/html"):
                    head.update(message)
                    return
            elif head and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await self._send(send, head, dress(body.decode(), path).encode())
                return
            await send(message)

        await self.app(scope, receive, pass_on)

    async def _send(self, send: Send, head: dict[str, Any], body: bytes) -> None:
        kept = [(k, v) for k, v in head["headers"] if k.lower() != b"content-length"]
        headers = [*kept, *_HEADERS, (b"content-length", str(len(body)).encode())]
        await send({**head, "headers": headers})
        await send({"type": "http.response.body", "body": body})
