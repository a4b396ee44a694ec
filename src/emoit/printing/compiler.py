"""typst, one warm compiler a thread: a page in a few milliseconds, no lock between threads."""

from __future__ import annotations

import json
import logging
import threading
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from emoit.printing.typefaces import font_folders
from emoit.printing.types import Box, Rendered

logger = logging.getLogger(__name__)
TEMPLATES = Path(__file__).parent / "typst"
STANDARD: typst.PDFStandard = "a-2b"
_of_thread = threading.local()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(font_folders()))


def _compiler(template: str) -> typst.Compiler:
    compilers: dict[str, typst.Compiler] = _of_thread.__dict__.setdefault("compilers", {})
    if template not in compilers:
        compilers[template] = typst.Compiler(
            input=str(TEMPLATES / f"{template}.typ"), root=str(TEMPLATES), font_paths=_fonts(), ignore_system_fonts=True
        )
    return compilers[template]


def typeset(template: str, data: dict[str, Any], *, made_at: datetime, tagged: bool) -> Rendered:
    """Typeset `data` (JSON) and read back where the signature belongs. The same input gives the same bytes."""
    compiler = _compiler(template)
    pdf, warnings = compiler.compile_with_warnings(
        format="pdf",
        pdf_standards=STANDARD,
        pdf_tags=tagged,
        timestamp=made_at,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    for warning in warnings:
        logger.warning("%s: %s", template, warning)
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    boxes = json.loads(compiler.query("<signature-box>", field="value"))
    pages = json.loads(compiler.query("<page-count>", field="value", one=True))
    return Rendered(pdf=pdf, pages=pages, signature_box=Box(**boxes[-1]) if boxes else None)
