"""Build HTML pages and GB18030 text files."""

from __future__ import annotations

from html import escape

from _tools.blocks import Block, Source

_SITE = {"en": "Alliance — sample site", "zh": "联盟示例网站"}
_MENU = {"en": ("Home", "Membership", "Ideas", "Events"), "zh": ("首页", "会员", "创意", "活动")}
_FOOT = {
    "en": "Questions: the Secretariat, secretariat@alliance.example",
    "zh": "咨询：秘书处 secretariat@alliance.example",
}


def build_html(source: Source) -> bytes:
    """Set a page with menu, article and footer, as a site would serve it."""
    language = source.language
    menu = "".join(f'<li><a href="#">{escape(word)}</a></li>' for word in _MENU[language])
    article = "\n".join(_html_lines(source.blocks))
    page = (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(str(source.keys['title']))}</title>\n</head>\n<body>\n"
        f"<header><p>{_SITE[language]}</p><nav><ul>{menu}</ul></nav></header>\n"
        f"<main>\n<article>\n{article}\n</article>\n</main>\n"
        f"<footer><p>{_FOOT[language]}</p></footer>\n</body>\n</html>\n"
    )
    return page.encode()


def _html_lines(blocks: list[Block]) -> list[str]:
    lines: list[str] = []
    in_list = False
    for block in blocks:
        listed = block.kind == "item" and block.text.startswith("- ")
        if listed != in_list:
            lines.append("<ul>" if listed else "</ul>")
            in_list = listed
        lines.append(_html_block(block))
    return [*lines, "</ul>"] if in_list else lines


def _html_block(block: Block) -> str:
    if block.kind == "table":
        return _html_table(block)
    if block.kind == "heading":
        return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
    if block.kind == "item" and block.text.startswith("- "):
        return f"<li>{escape(block.text[2:])}</li>"
    return f"<p>{escape(block.text)}</p>"


def _html_table(block: Block) -> str:
    def row(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    head, *body = block.rows
    rows = "\n".join(row(cells, "td") for cells in body)
    return f"<table>\n<thead>{row(head, 'th')}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def build_text(source: Source) -> bytes:
    """Write plain lines in GB18030 with Windows line ends, as an old office program does."""
    lines: list[str] = []
    for block in source.blocks:
        if block.kind == "heading":
            lines += ["", block.text]
        elif block.kind == "table":
            lines += ["\t".join(row) for row in block.rows]
        else:
            lines.append(block.text)
    return ("\r\n".join(lines).strip() + "\r\n").encode("gb18030")
