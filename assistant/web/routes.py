"""Names of routes for logs and counts, and what a request of each costs its client."""

from __future__ import annotations

import re

_EXACT = frozenset(
    {
        "/", "/login", "/logout", "/healthz", "/readyz", "/metrics", "/mcp",
        "/api/ask", "/api/search", "/api/documents", "/api/docs", "/api/openapi.json",
        "/v1/models", "/v1/chat/completions", "/documents/upload", "/oidc/login", "/oidc/callback",
    }
)  # fmt: skip
_PATTERNS = (
    (re.compile(r"/api/documents/[^/]+"), "/api/documents/{id}"),
    (re.compile(r"/(?:api/)?documents/[^/]+/file"), "/documents/{id}/file"),
    (re.compile(r"/gradio_api/(?:run|call)/(ask|source|source_page|start|library|sync|rebuild|remove|about|"
                r"feedback|gaps|settle_gap|remove_rating|evals|run_evals|stop_evals|eval_report|compare_evals)(?:/[^/]+)?"), "/gradio_api/{}"),
    (re.compile(r"/gradio_api/.*"), "/gradio_api"),
    (re.compile(r"/web/.*"), "/web"),
    (re.compile(r"/(?:assets|static|theme\.css|favicon\.ico|config).*"), "/assets"),
)  # fmt: skip
# '/gradio_api' is left for `queue/join`, where the body alone tells what is asked.
_ASKING = frozenset({"/api/ask", "/api/search", "/v1/chat/completions", "/mcp", "/login",
                     "/gradio_api/ask", "/gradio_api/source_page",
                     "/gradio_api"})  # fmt: skip
_FREE = frozenset({"/healthz", "/readyz", "/metrics", "/web", "/assets"})


def route_label(path: str) -> str:
    """Give the name of a path's route; 'other' for all that is none of ours, since it may hold anything."""
    if path in _EXACT:
        return path
    for pattern, label in _PATTERNS:
        match = pattern.fullmatch(path)
        if match:
            return label.format(match[1]) if match.groups() else label
    return "other"


def request_cost(method: str, path: str) -> float:
    """Give what a request takes from its client's bucket: 1 for a question, little for the rest."""
    label = route_label(path)
    if label in _FREE:
        return 0.0
    return 1.0 if method == "POST" and label in _ASKING else 0.1
