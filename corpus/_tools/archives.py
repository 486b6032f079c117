"""Make an Office file a function of its contents: entries sorted, every date fixed."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

FIXED_DATE = (2025, 1, 1, 0, 0, 0)
"""Time stamp of every entry and of the core properties; any constant would do."""
_CORE_DATE = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def normalise_archive(data: bytes) -> bytes:
    """Rewrite a zip with entries in a fixed order, fixed dates and one compression level.

    `[Content_Types].xml` comes first, as file-type detectors expect; the rest is sorted by name.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    stamp = dt.datetime(*FIXED_DATE, tzinfo=dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if core := parts.get("docProps/core.xml"):
        parts["docProps/core.xml"] = _CORE_DATE.sub(rb"\g<1>" + stamp.encode() + rb"\g<3>", core)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name in sorted(parts, key=lambda part: (part != "[Content_Types].xml", part)):
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, parts[name])
    return out.getvalue()
