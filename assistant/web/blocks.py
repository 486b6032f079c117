"""The Gradio application: one HTML shell that the scripts of `static/` fill, and named endpoints.

The conversation lives in the browser; an answer arrives as `Answer` JSON and is put into the page as
text nodes, never as HTML. Only the source panel inserts HTML, which `markdown.py` has made safe.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

# Before gradio is imported: it reads them once. Nothing here may call out.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
# Gradio asks matplotlib for its backend at the first call; looking for one takes a second of processor time.
os.environ.setdefault("MPLBACKEND", "agg")

import gradio as gr

from assistant.web.chat import add_chat_endpoints
from assistant.web.evals import add_eval_endpoints
from assistant.web.library import add_library_endpoints
from assistant.web.page_errors import log_page_errors
from assistant.web.page_queue import bound_sessions
from assistant.web.readers import Identify
from assistant.web.staff import add_staff_endpoints

if TYPE_CHECKING:
    from assistant.build import Assistant

TITLE = "Alliance Assistant · 联盟知识助手"
MAX_WAITING = 64
"""Questions of the page that may wait; eight are answered at once, so the last waits for some seconds."""
STATIC = Path(__file__).parent / "static"

_STYLES = ("app.css", "chat.css", "pages.css")
_LANGUAGES = {"en": "en", "zh": "zh-CN"}
"""Our names of languages, and those of browsers."""

_SHELL = """
<div id="assistant">
  <p class="boot" role="status">Opening the library … 正在打开知识库……</p>
  <noscript>Alliance Assistant needs JavaScript. 本页面需要启用 JavaScript。</noscript>
</div>
"""


def build_app(
    assistant: Assistant,
    *,
    corpus: Path | None = None,
    evals: Path | None = None,
    sign_in: str | None = None,
    identify: Identify | None = None,
) -> gr.Blocks:
    """Put the page together; `create_app` serves it with its styles and scripts.

    Args:
        corpus: Folder that staff may sync and upload into; None switches both off.
        evals: Folder that runs of evals are read from and written to; None switches them off.
        sign_in: Path of the page that signs in and out; None where there is none.
        identify: Tells anew, while an answer grows, what its reader may read; None trusts the beginning.
    """
    with gr.Blocks(title=TITLE, fill_width=True, analytics_enabled=False) as blocks:
        gr.HTML(_SHELL, apply_default_css=False, padding=False, js_on_load=None, elem_id="shell")
        add_chat_endpoints(assistant, identify, sign_in=sign_in)
        add_library_endpoints(assistant, corpus)
        add_staff_endpoints(assistant)
        add_eval_endpoints(assistant, evals)
    # Beyond it the page gets 503 and says so; Gradio would let everybody wait, and keep what they sent.
    blocks.queue(max_size=MAX_WAITING)
    bound_sessions(blocks)
    log_page_errors()
    return blocks


def page_texts() -> gr.I18n:
    """Give the interface's words by language; Gradio sends them with the page, the scripts read them there."""
    words = {name: json.loads((STATIC / f"texts/{name}.json").read_text("utf-8")) for name in _LANGUAGES}
    starters = json.loads((STATIC / "texts/starters.json").read_text("utf-8"))
    for role, questions in starters.items():
        for name, asked in questions.items():
            words[name] |= {f"starter.{role}.{number}": text for number, text in enumerate(asked)}
    return gr.I18n(**{_LANGUAGES[name]: texts for name, texts in words.items()})


def page_head() -> str:
    """Give the tags for the page's head: styles, the script, and the icon; all served from here."""
    version = _files_version()
    styles = "".join(f'<link rel="stylesheet" href="web/{name}?{version}">' for name in _STYLES)
    return (
        f'{styles}<link rel="icon" href="web/icon.svg" type="image/svg+xml">'
        '<meta name="referrer" content="no-referrer">'
        f'<script type="module" src="web/main.js?{version}"></script>'
    )


def page_preloads() -> str:
    """Give the `Link` header of the page: our files, which Gradio asks for only when its own scripts run."""
    version = _files_version()
    styles = [f"<web/{name}?{version}>; rel=preload; as=style" for name in _STYLES]
    modules = sorted(path.name for path in STATIC.glob("*.js") if path.name != "main.js")
    scripts = [f"<web/{name}>; rel=modulepreload" for name in (f"main.js?{version}", *modules)]
    return ", ".join(styles + scripts)


def _files_version() -> int:
    return max(int(path.stat().st_mtime) for path in STATIC.rglob("*") if path.is_file())
