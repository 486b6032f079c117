"""Show a document as safe HTML with the cited span marked; knows nothing of documents' meaning.

Text of a document is data: raw HTML is escaped, pictures and outside links are never loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# Private-use characters, removed from the text first; they stand for the ends of the span
# while inline Markdown is parsed.
_OPEN, _CLOSE = "\ue000", "\ue001"
_SPAN_ENDS = str.maketrans({_OPEN: "\ufffd", _CLOSE: "\ufffd"})


@dataclass(frozen=True)
class _Line:
    start: int  # offset in the document
    text: str


def render_document(text: str, *, start: int | None = None, end: int | None = None) -> str:
    """Give HTML of a document's Markdown, `text[start:end]` wrapped in `<mark class="cited">`.

    Every piece of the span is wrapped on its own, so a mark never crosses an element. Line breaks of
    the text are kept. The result holds no script, no picture and no link.
    """
    span = (start, end) if start is not None and end is not None and start < end else None
    return str(_PARSER.render(text.translate(_SPAN_ENDS), {"span": span}))


def _mark_inline_ends(state: StateCore) -> None:
    """Put the two end characters into the inline text that the span touches."""
    span = state.env.get("span")
    if span is None:
        return
    lines = _cut_lines(state.src)
    cursor = (-1, 0)
    for token in state.tokens:
        if not token.map:
            continue
        if token.type == "inline":
            cursor = _mark_content(token, lines, span, cursor)
        elif token.type in ("fence", "code_block") and _touches(token.map, lines, span):
            token.meta["cited"] = True


def _cut_lines(text: str) -> list[_Line]:
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append(_Line(start, line))
        start += len(line) + 1
    return lines


def _touches(token_map: Sequence[int], lines: list[_Line], span: tuple[int, int]) -> bool:
    first, last = lines[token_map[0]], lines[min(token_map[1], len(lines)) - 1]
    return span[0] < last.start + len(last.text) and first.start < span[1]


def _mark_content(
    token: Token, lines: list[_Line], span: tuple[int, int], cursor: tuple[int, int]
) -> tuple[int, int]:
    """Mark one inline token line by line; returns line and column behind it, for the next table cell."""
    assert token.map is not None  # the caller looked
    marked = []
    for index, content in enumerate(token.content.split("\n")):
        number = min(token.map[0] + index, len(lines) - 1)
        line = lines[number]
        column = line.text.find(content, cursor[1] if cursor[0] == number else 0)
        if column < 0:  # an escaped pipe in a cell: the whole line decides
            marked.append(
                _wrap(content, 0, len(content)) if _touches((number, number + 1), lines, span) else content
            )
            continue
        offset = line.start + column
        marked.append(_wrap(content, span[0] - offset, span[1] - offset))
        cursor = (number, column + len(content))
    token.content = "\n".join(marked)
    return cursor


def _wrap(content: str, start: int, end: int) -> str:
    start, end = max(start, 0), min(end, len(content))
    if start >= end or not content[start:end].strip():
        return content
    return f"{content[:start]}{_OPEN}{content[start:end]}{_CLOSE}{content[end:]}"


def _wrap_marked_text(state: StateCore) -> None:
    """Turn the end characters into mark elements around each text token between them."""
    if state.env.get("span") is None:
        return
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = _wrap_children(token.children)


def _wrap_children(children: list[Token]) -> list[Token]:
    wrapped: list[Token] = []
    inside = False
    for child in children:
        if child.type not in ("text", "code_inline"):
            wrapped.append(child)
            continue
        for piece, cited in _cut_pieces(child.content, inside):
            copy = child.copy(content=piece)
            wrapped.extend((_mark_token(1), copy, _mark_token(-1)) if cited else (copy,))
        inside = _ends_inside(child.content, inside)
    return wrapped


def _cut_pieces(content: str, inside: bool) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    piece = ""
    for character in content:
        if character in (_OPEN, _CLOSE):
            pieces.append((piece, inside))
            piece, inside = "", character == _OPEN
        else:
            piece += character
    pieces.append((piece, inside))
    return [(text, cited) for text, cited in pieces if text]


def _ends_inside(content: str, inside: bool) -> bool:
    opened, closed = content.rfind(_OPEN), content.rfind(_CLOSE)
    return inside if opened == closed else opened > closed


def _mark_token(nesting: int) -> Token:
    token = Token("mark_open" if nesting == 1 else "mark_close", "mark", nesting)  # type: ignore[arg-type]
    if nesting == 1:
        token.attrSet("class", "cited")
    return token


class _Renderer(RendererHTML):
    """HTML without what would reach outside, or load anything."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show a picture's description in place of the picture."""
        return (
            f"<span class='no-picture'>{self.renderInlineAsText(tokens[idx].children, options, env)}</span>"
        )

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Keep a link's words only; documents may come from anybody."""
        return "<span class='no-link'>"

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """End what `link_open` began."""
        return "</span>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show code as it stands, marked as a whole where the span touches it."""
        body = super().code_block([tokens[idx]], 0, options, env)
        return f"<mark class='cited'>{body}</mark>" if tokens[idx].meta.get("cited") else body


def _make_parser() -> MarkdownIt:
    # Indented lines are clauses here, not code; `breaks` keeps a clause a line.
    parser = MarkdownIt(
        "commonmark", {"html": False, "breaks": True, "linkify": False}, renderer_cls=_Renderer
    )
    parser.enable("table").disable(["code", "html_block", "html_inline", "reference", "lheading"])
    parser.core.ruler.after("block", "mark_inline_ends", _mark_inline_ends)
    parser.core.ruler.push("wrap_marked_text", _wrap_marked_text)
    return parser


_PARSER = _make_parser()
