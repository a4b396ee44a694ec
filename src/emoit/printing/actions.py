"""Make a document. Pure: nothing is stored, numbered or audited here; the module that issues does that."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import segno

from emoit.lib.working_time import VIET_NAM
from emoit.printing.compiler import typeset
from emoit.printing.rules import checked
from emoit.printing.typefaces import substitute
from emoit.printing.types import TEMPLATES, Rendered, TemplateDataError


def render(template: str, data: Mapping[str, Any]) -> Rendered:
    """The PDF/A-2b of one of `types.TEMPLATES` from data of the shape named there.

    The same data gives the same bytes, so that a job may be repeated. A missing, unknown or wrongly typed key raises
    TemplateDataError that names it.
    """
    return _render(template, data, draft=False)


def render_draft(template: str, data: Mapping[str, Any]) -> Rendered:
    """The same, marked across every page as a draft that is worth nothing."""
    return _render(template, data, draft=True)


def _render(template: str, data: Mapping[str, Any], *, draft: bool) -> Rendered:
    if template not in TEMPLATES:
        raise TemplateDataError(f"there is no template {template!r}")
    chosen = TEMPLATES[template]
    content = checked(chosen.data, dict(data), template)
    replaced: set[str] = set()
    content = substitute(content, replaced)
    dated: date = data["dated"]
    content["_meta"] = {
        "title": " ".join(filter(None, [chosen.title, content.get("dossier_code", "")])),
        "author": content["letterhead"]["issuer"],
        "date": [dated.year, dated.month, dated.day],
        "draft": draft,
    }
    content["_qr"] = _qr_svg(data["verify_url"]) if data["verify_url"] else ""
    made_at = datetime.combine(dated, time(), VIET_NAM).astimezone(UTC)
    rendered = typeset(template, content, made_at=made_at, tagged=chosen.tagged)
    return dataclasses.replace(rendered, replaced=tuple(sorted(replaced)))


def _qr_svg(url: str) -> str:
    """A QR code of medium error correction with the quiet zone of ISO/IEC 18004."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=4, xmldecl=False)
    return out.getvalue().decode()
