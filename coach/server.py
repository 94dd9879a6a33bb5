"""The server: a FastAPI parent with the pages below /en and /fr, exports, and a health check. Nothing calls out."""

from __future__ import annotations

import errno
import gc
import logging
import os
import socket
import threading
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from coach.errors import CoachError

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import Response

    from coach.domain import Language
    from coach.wiring import Workshop

_LOG = logging.getLogger("coach.server")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve the app until it is stopped.

    Raises:
        CoachError: "port-taken" when something else listens there, "bad-address" for one that is not this machine's.
    """
    _check_port(host, port)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import uvicorn

    from coach.wiring import workshop

    gc.disable()  # a fifth of the start is the collector walking through modules that are there to stay
    try:
        app = build(workshop(), host)
    finally:
        gc.enable()
    gc.freeze()
    shown = f"[{host}]" if ":" in host else host

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            if self.started:
                print(f"Codev Coach: http://{shown}:{port}", flush=True)

    Server(uvicorn.Config(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=2)).run()


def _check_port(host: str, port: int) -> None:
    """Find out before the heavy imports whether the address is free."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CoachError("port-taken", port=port, host=host) from error
        problem = error.strerror or type(error).__name__
        raise CoachError("bad-address", port=port, host=host, problem=problem) from error


class Warming:
    """The slow things (index, encoder, evaluator), done once in the background; `state` says how far they are."""

    def __init__(self, shop: Workshop) -> None:
        self.shop = shop
        self.done = self.total = 0
        self.ready = False

    def start(self) -> None:
        """Begin, beside the server."""
        threading.Thread(target=self._run, name="warming", daemon=True).start()

    def stop(self) -> None:
        """Let another process own the index."""
        if self.ready:
            self.shop.passages.close()

    @property
    def state(self) -> dict[str, Any]:
        """`ready`, and how many of `total` passages are embedded."""
        return {"ready": self.ready, "done": self.done, "total": self.total}

    def _run(self) -> None:
        from coach import content

        try:
            self.shop.passages.prepare(self._progress)
            self.shop.passages.connect()
            self.shop.evaluator.assess("Waht happened then?", "en", "")  # a slip: the dictionaries are read too
            self.shop.evaluator.assess("Et puis, quest-ce qui sest passé ?", "fr", "")
            self.shop.team()
            for case in content.cases("en"):
                self.shop.scripted.warm(case.id)
        except Exception as error:  # the first call that needs it will tell the user; the server must stand
            _LOG.error("warming: %s", type(error).__name__)
        finally:
            self.ready = True

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def build(shop: Workshop, host: str = "127.0.0.1") -> FastAPI:
    """The whole application, ready for uvicorn. Bound to this machine, it answers to this machine's names only."""
    from contextlib import asynccontextmanager

    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles

    from coach.domain import LANGUAGES
    from coach.ui import document, site
    from coach.ui.desk import Desk

    warming = Warming(shop)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> Any:
        warming.start()
        yield
        warming.stop()

    app = FastAPI(title="Codev Coach", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    _routes(app, shop, warming)
    app.mount("/static", StaticFiles(directory=document.STATIC), name="static")
    desk = Desk(shop)
    for lang in LANGUAGES:
        site.mount(app, desk, lang)
    app.add_middleware(document.Dresser)
    app.add_middleware(_Doorkeeper, names=_LOOPBACK if host in _LOOPBACK else None)
    return app


def _routes(app: FastAPI, shop: Workshop, warming: Warming) -> None:
    """Plain Starlette routes: they need no schema, and their types stay out of FastAPI's sight."""
    from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

    from coach import __version__, content
    from coach.domain import LANGUAGES

    def start(request: Request) -> Response:
        return RedirectResponse(f"/{spoken(request)}/", headers={"Vary": "Accept-Language, Cookie"})

    def with_slash(request: Request) -> Response:
        return RedirectResponse(f"{request.url.path}/")

    def missing(request: Request, error: Exception) -> Response:
        return PlainTextResponse(content.say("ui.no-page", spoken(request)), status_code=404)

    def health(request: Request) -> Response:
        try:
            shop.store.sessions()
            store = "ok"
        except CoachError as error:
            store = error.key
        state = {"ok": store == "ok", "version": __version__, "store": store, "warm": warming.state}
        return JSONResponse(state, status_code=200 if store == "ok" else 503)

    app.add_route("/", start)
    for lang in LANGUAGES:
        app.add_route(f"/{lang}", with_slash)
    app.add_route("/healthz", health)
    app.add_route("/export/{name}", partial(_export, shop))
    app.add_exception_handler(404, missing)


def _export(shop: Workshop, request: Request) -> Response:
    """The sheet of a session, as a file to keep."""
    from fastapi.responses import PlainTextResponse, Response

    from coach import content
    from coach.export import MEDIA_TYPES
    from coach.wiring import sheet

    session, _, fmt = request.path_params["name"].rpartition(".")
    try:
        data = sheet(shop, session or fmt, fmt)
    except CoachError as error:
        status = 404 if error.exit_code == 2 else 500
        return PlainTextResponse(content.explain(error, spoken(request)), status_code=status)
    headers = {"Content-Disposition": f'attachment; filename="codev-{session}.{fmt}"', "Cache-Control": "no-store"}
    return Response(data, media_type=MEDIA_TYPES[fmt], headers=headers)


def spoken(request: Request) -> Language:
    """The reader's language: the one they chose, else the browser's first that we speak, else English."""
    chosen = request.cookies.get("codev_lang")
    if chosen in ("en", "fr"):
        return "fr" if chosen == "fr" else "en"
    wanted: list[tuple[float, str]] = []
    for place, part in enumerate(request.headers.get("accept-language", "").split(",")):
        code, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), f"{place:03d}{code[:2].lower()}"))
        except ValueError:
            continue
    for _, code in sorted(wanted):
        if code[3:] in ("en", "fr"):
            return "fr" if code[3:] == "fr" else "en"
    return "en"


class _Doorkeeper:
    """Turns away requests that another site sends through the user's browser (DNS rebinding, forged posts)."""

    def __init__(self, app: Any, names: tuple[str, ...] | None) -> None:
        self.app, self.names = app, names

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] in ("http", "websocket") and not self._welcome(scope):
            from starlette.responses import PlainTextResponse

            await PlainTextResponse("This address is not served here.", status_code=403)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _welcome(self, scope: dict[str, Any]) -> bool:
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        host = headers.get("host", "")
        if self.names is not None and urlsplit(f"//{host}").hostname not in self.names:
            return False
        origin = headers.get("origin")
        reads = scope.get("method", "GET") in ("GET", "HEAD", "OPTIONS") and not scope["path"].startswith("/export")
        return reads or origin is None or urlsplit(origin).netloc == host
