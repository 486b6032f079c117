"""The API's documentation as one page: made here from the OpenAPI description, without scripts.

The usual viewers are loaded from a content network; this application calls nobody.
"""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { margin: 0 auto; max-width: 860px; padding: 32px 20px 64px; font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
section { border-top: 1px solid var(--line); padding: 12px 0; }
h2 { font-size: 17px; font-family: ui-monospace, monospace; } h2 b { margin-right: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 15px; } td, th { padding: 4px 10px 4px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
code, pre { font-family: ui-monospace, monospace; font-size: 14px; background: var(--soft); border-radius: 5px; padding: 1px 5px; } pre { padding: 12px; overflow-x: auto; }
"""
_LEAD = (
    "<p>The description for programs is <a href='openapi.json'><code>/api/openapi.json</code></a>. Without a token a request "
    "reads what is public; staff make one with <code>assistant tokens create NAME</code>.</p>"
    "<pre>curl -s {base}/api/ask -H 'Authorization: Bearer TOKEN' \\\n  -H 'Content-Type: application/json' "
    '-d \'{{"question": "Who founded the Alliance, and when?"}}\'</pre>'
    "<p>Any OpenAI client works with the base address <code>{base}/v1</code>, the model <code>alliance-assistant</code> and "
    "a token, or <code>public</code>, as its key. MCP clients connect to <code>{base}/mcp</code>.</p>"
)
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
}


def make_api_docs(app: FastAPI) -> APIRouter:
    """Give the route of the page; it describes whatever routes `app` has when it is opened."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/docs")
    def page(request: Request) -> Response:
        """Show the documentation."""
        html = render_api(app.openapi(), base=str(request.base_url).rstrip("/"))
        return HTMLResponse(html, headers=_HEADERS)

    return router


def render_api(description: dict[str, Any], *, base: str) -> str:
    """Give the page for an OpenAPI description."""
    schemas = description.get("components", {}).get("schemas", {})
    sections = [
        _render_operation(method, path, operation, schemas)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    ]
    title = escape(f"{description['info']['title']} API")
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{_LEAD.format(base=escape(base))}{''.join(sections)}</main></body></html>"
    )


def _render_operation(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    rows = [
        (p["name"], f"in {p['in']}", p.get("description", ""), p.get("required", False))
        for p in operation.get("parameters", ())
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    schema = schemas.get(str(body.get("$ref", "")).rsplit("/", 1)[-1], {})
    rows += [
        (name, "in the body", about.get("description", ""), name in schema.get("required", ()))
        for name, about in schema.get("properties", {}).items()
    ]
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(place)}{', required' if required else ''}</td>"
        f"<td>{escape(about)}</td></tr>"
        for name, place, about, required in rows
    )
    table = f"<table><tr><th>field</th><th>where</th><th>meaning</th></tr>{cells}</table>" if cells else ""
    about = escape(operation.get("description") or operation.get("summary", ""))
    return f"<section><h2><b>{method.upper()}</b>{escape(path)}</h2><p>{about}</p>{table}</section>"
