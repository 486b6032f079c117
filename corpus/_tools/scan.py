"""Build an image-only PDF that looks like a scanned page: text picture, slight noise and tilt."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from _tools.blocks import Block, Source

DPI = 170
FONT_FAMILY = "Noto Sans CJK SC"
FONT_HINT = "install it with: apt-get install -y fonts-noto-cjk"
_NOISE_SEED = 20241018
_TILT_DEGREES = 0.35
_MARGIN = 150  # pixels
_PIECE = re.compile(r"[A-Za-z0-9@.-]+|.")
_BODY_PIXELS, _TITLE_PIXELS = 27, 36  # 11.5 pt and 15 pt at 170 dpi


def build_scan(source: Source) -> bytes:
    """Draw a source on one A4 page and embed it as a grey JPEG; same source and font, same bytes.

    Raises:
        RuntimeError: No Chinese font file on this machine, or the text needs a second page.
    """
    font_path = find_cjk_font()
    page = Image.new("L", (round(A4[0] / 72 * DPI), round(A4[1] / 72 * DPI)), 250)
    draw = ImageDraw.Draw(page)
    top = float(_MARGIN)
    for block in source.blocks:
        top = _draw_block(draw, block, top, page.width, font_path)
        if top > page.height - _MARGIN:
            raise RuntimeError(f"{source.path.name!r} does not fit on one page: shorten the text")
    return _image_pdf(_aged(page), str(source.keys["title"]))


def find_cjk_font() -> str:
    """Path of the font file that fontconfig names for `FONT_FAMILY`.

    Raises:
        RuntimeError: fontconfig is missing or knows no such font.
    """
    if shutil.which("fc-match") is None:
        raise RuntimeError(f"The scanned page needs fontconfig and a Chinese font; {FONT_HINT}")
    found = subprocess.run(
        ["fc-match", "--format=%{family}|%{file}", FONT_FAMILY], capture_output=True, text=True, check=True
    ).stdout
    family, _, path = found.partition("|")
    if "CJK" not in family:
        raise RuntimeError(f"No font {FONT_FAMILY!r} (fontconfig offers {family!r}); {FONT_HINT}")
    return path


def _draw_block(draw: ImageDraw.ImageDraw, block: Block, top: float, width: int, font_path: str) -> float:
    """Draw one block from `top` and return where the next one starts."""
    title = block.kind == "heading" and block.level == 1
    pixels = _TITLE_PIXELS if title else _BODY_PIXELS
    # In the Noto collection the third face holds the forms of mainland China.
    font = ImageFont.truetype(font_path, pixels, index=2)
    for line in _wrapped(block.text, font, width - 2 * _MARGIN):
        left = (width - font.getlength(line)) / 2 if title else _MARGIN
        draw.text((left, top), line, font=font, fill=25)
        top += pixels * 1.6
    return top + pixels * (0.9 if title else 0.25)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, max_pixels: float) -> list[str]:
    lines = [""]
    for piece in _PIECE.findall(text):
        # A closing mark may hang over the edge, never start a line.
        if font.getlength(lines[-1] + piece) > max_pixels and piece not in "，。；：、）》":
            lines.append("")
        lines[-1] += piece
    return lines


def _aged(page: Image.Image) -> Image.Image:
    """Tilt and blur a little, then add seeded grain, as a flatbed scanner does."""
    tilted = page.rotate(_TILT_DEGREES, resample=Image.Resampling.BICUBIC, fillcolor=250)
    grain_bytes = random.Random(_NOISE_SEED).randbytes(page.width * page.height)
    grain = Image.frombytes("L", page.size, grain_bytes).point(lambda value: value // 16)
    return ImageChops.subtract(tilted.filter(ImageFilter.GaussianBlur(0.6)), grain)


def _image_pdf(page: Image.Image, title: str) -> bytes:
    picture = io.BytesIO()
    page.save(picture, "JPEG", quality=60, dpi=(DPI, DPI))
    picture.seek(0)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(title)
    canvas.drawImage(ImageReader(picture), 0, 0, A4[0], A4[1])
    canvas.save()
    return out.getvalue()
