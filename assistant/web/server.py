"""The HTTP application: the page at '/', its static files, original files and uploads, and safe headers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError, InputError, NotFound
from assistant.hosts import is_this_machine
from assistant.types import Audience
from assistant.web.page_calls import PageCalls
from assistant.web.progress import Progress
from assistant.web.readers import Identify, Reader, ReaderMiddleware, reader_of, require_staff
from assistant.web.security import MAX_UPLOAD_BYTES, safe_headers

if TYPE_CHECKING:
    from assistant.build import Assistant

MAX_UPLOAD_FILES = 100


def create_app(
    assistant: Assistant,
    *,
    default_audience: Audience = "public",
    identify: Identify | None = None,
    corpus: Path | None = None,
    evals: Path | None = Path("build/evals"),
    sign_in: str | None = None,
) -> FastAPI:
    """Give the whole web application; API routes are added to what this returns.

    Args:
        default_audience: What somebody without an account may read. `assistant serve --as` sets it, on
            loopback only, to show the page as another reader sees it.
        identify: Tells who is behind a request; None takes everybody for an anonymous reader of
            `default_audience`.
        corpus: Folder that staff may sync and upload into; None switches both off.
        evals: Folder that runs of evals are read from and written to; None switches them off.
        sign_in: Path of the page that signs in and out, which `add_surfaces` adds.
    """
    import gradio as gr

    from assistant.web.blocks import STATIC, build_app, page_head, page_preloads, page_texts

    everybody = Reader(None, default_audience)
    app = FastAPI(
        title="Alliance Assistant", docs_url="/api/docs", redoc_url=None, openapi_url="/api/openapi.json"
    )
    app.mount("/web", StaticFiles(directory=STATIC), name="web")
    _add_file_routes(app, assistant, corpus)
    blocks = build_app(assistant, corpus=corpus, evals=evals, sign_in=sign_in, identify=identify)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,  # questions stay out of Gradio's own store in the browser
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        show_error=False,  # an unforeseen error goes to the log; AssistantErrors are shown all the same
        favicon_path=str(STATIC / "icon.svg"),
        head=page_head(),
        i18n=page_texts(),
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
    )
    app.add_middleware(GZipMiddleware, minimum_size=2000, compresslevel=5)
    app.add_middleware(PageCalls, inputs={str(fn.api_name): len(fn.inputs) for fn in blocks.fns.values()})
    app.add_middleware(_SafeHeaders, preloads=page_preloads().encode("ascii"))
    app.add_middleware(ReaderMiddleware, identify=identify or (lambda _connection: everybody))
    return app


def serve(
    assistant: Assistant,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    default_audience: Audience = "public",
    corpus: Path | None = None,
    prepare: Callable[[Progress], None] | None = None,
) -> None:
    """Serve the page until interrupted.

    An assistant that is not open yet is opened once the port listens: a browser loads the page meanwhile.

    Args:
        prepare: What comes before the first question, such as a sync; it gets whom to tell its progress.

    Raises:
        InputError: `default_audience` is more than public on an address that others can reach, or the address cannot
            be listened at.
        AssistantError: the assistant could not be opened.
    """
    import uvicorn

    from assistant.web.connections import Connection
    from assistant.web.gate import open_gate
    from assistant.web.listening import OpeningServer
    from assistant.web.logs import start_logs
    from assistant.web.surfaces import add_surfaces

    if default_audience != "public" and not is_this_machine(host):
        raise InputError(
            f"Everybody who reaches {host!r} would read as {default_audience!r}.",
            hint="Use --as on 127.0.0.1 only.",
        )
    gate = open_gate(assistant.settings, anonymous=Reader(None, default_audience))
    app = create_app(
        assistant,
        default_audience=default_audience,
        identify=gate.identify,
        corpus=corpus,
        sign_in="login",
    )
    start_logs(requests=not sys.stderr.isatty())
    # What a proxy says of the client is judged by `peers.py`, which knows whom to believe.
    config = uvicorn.Config(
        add_surfaces(app, assistant, gate),
        host=host,
        port=port,
        http=Connection,
        ws="none",  # nothing here speaks it
        log_level="error",  # what is not HTTP has its line among the requests
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    OpeningServer(config, assistant, prepare).run_until_interrupted()


def _add_file_routes(app: FastAPI, assistant: Assistant, corpus: Path | None) -> None:
    from assistant.web.library import take_uploads
    from assistant.web.source import send_original

    @app.get("/documents/{document}/file", include_in_schema=False)
    def original_file(document: str, request: Request) -> Response:
        """Send the file a document was read from, to those who may see it."""
        try:
            return send_original(assistant, reader_of(request), document)
        except NotFound as error:
            return JSONResponse({"error": error.message}, 404)

    @app.post("/documents/upload", include_in_schema=False)
    async def upload(request: Request) -> Response:
        """Take files from staff into the corpus and sync it; the body is read only after the checks."""
        try:
            require_staff(request)
            _check_upload(request)
            async with request.form(max_files=MAX_UPLOAD_FILES) as form:
                files = [
                    (f.filename or "", f.file) for f in form.getlist("files") if isinstance(f, UploadFile)
                ]
                report = await run_in_threadpool(take_uploads, assistant, corpus, files)
        except NotFound as error:
            return JSONResponse({"error": str(error)}, 404)
        except AssistantError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(report)


def _check_upload(request: Request) -> None:
    # A form of another site cannot set this header, so it cannot upload in a reader's name.
    if request.headers.get("x-requested-with") != "alliance-assistant":
        raise InputError("The upload did not come from the library page.", hint="Use the library page.")
    size = request.headers.get("content-length", "")
    if not size.isdigit() or int(size) > MAX_UPLOAD_BYTES:
        raise InputError(
            "The upload is larger than 50 MB, or does not tell its size.",
            hint="Put large files into the corpus and sync.",
        )


class _SafeHeaders:
    """Send the safe headers with every response."""

    def __init__(self, app: ASGIApp, *, preloads: bytes) -> None:
        self.app = app
        # `Security` may let other sites embed the page; it overrules the policy, but takes no header away.
        headers = {name: value for name, value in safe_headers("").items() if name != "x-frame-options"}
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self._page_headers = [*self._headers, (b"link", preloads)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[Any] = list(message.get("headers", []))
                present = {name.lower() for name, _ in headers}
                wanted = self._page_headers if scope["path"] == "/" else self._headers
                headers += [(name, value) for name, value in wanted if name not in present]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_with_headers)
