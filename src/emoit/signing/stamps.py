"""What a drawn signature looks like: the leader's in blue, the agency's seal in red (Decree 30/2020/NĐ-CP, Appendix I).

Each is one transparent vector page set by typst; texts go in as data, never as source.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import typst
from fontpkg_noto_serif import ROOT as NOTO_SERIF

from emoit.signing.types import Box

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
POINTS_PER_MM = 72 / 25.4
SEAL_MM = 36.0
CAPTION_MM = 8.0

_HEAD = """
#let it = sys.inputs
#set page(width: eval(it.w) * 1mm, height: eval(it.h) * 1mm, margin: 0mm, fill: none)
#set text(font: "Noto Serif", lang: "vi", hyphenate: false)
#set par(leading: 0.55em)
"""
_LEADER = """
#let blue = rgb("#1a3fb0")
#align(center + horizon, block(width: 100%)[
  #if it.image != "" { image(it.image, height: (eval(it.h) - 6) * 1mm, fit: "contain") } else {
    text(fill: blue, size: 13pt, style: "italic", it.name)
  }
  #v(2.2mm, weak: true)
  #text(fill: blue, size: 6.5pt)[Ký bởi: #it.name \\ #it.time]
])
"""
_SEAL = """
#let red = rgb("#c8102e")
#let d = eval(it.d) * 1mm
#let ring(words, radius, size) = {
  let marks = words.clusters()
  let step = calc.min(200deg / calc.max(marks.len(), 1), 13deg)
  for (i, mark) in marks.enumerate() {
    let turn = (i - (marks.len() - 1) / 2) * step
    place(center + horizon, dx: radius * calc.sin(turn), dy: -radius * calc.cos(turn),
      rotate(turn, text(fill: red, size: size, weight: "bold", mark)))
  }
}
#if it.image != "" { image(it.image, width: d, height: d, fit: "contain") } else {
  box(width: d, height: d)[
    #place(center + horizon, circle(radius: d / 2 - 0.6mm, stroke: 1.1pt + red))
    #place(center + horizon, circle(radius: d / 2 - 6.5mm, stroke: 0.6pt + red))
    #ring(upper(it.name), d / 2 - 3.6mm, 7pt)
    #place(top + left, polygon(fill: red, ..range(10).map(i => {
      let r = if calc.even(i) { d / 5 } else { d / 5 * 0.382 }
      (d / 2 + r * calc.sin(i * 36deg), d / 2 - r * calc.cos(i * 36deg))
    })))
  ]
}
#place(bottom + center, block(width: 100%, align(center, text(fill: red, size: 6pt)[#it.name \\ #it.time])))
"""


@dataclass(frozen=True, slots=True)
class Placed:
    """A stamp's PDF and its rectangle on the page in points from the bottom left corner."""

    pdf: bytes
    rectangle: tuple[int, int, int, int]


def leader_stamp(box: Box, page: tuple[float, float], name: str, at: datetime, image: bytes | None) -> Placed:
    """The leader's signature, filling the box. `page` is the page's width and height in points."""
    pdf = _set(_LEADER, {"w": box.w, "h": box.h}, {"name": name, "time": iso(at)}, image)
    return Placed(pdf, rectangle(box.x, box.y, box.w, box.h, page))


def seal_stamp(box: Box, page: tuple[float, float], agency: str, at: datetime, image: bytes | None) -> Placed:
    """The agency's seal, covering the left third of the signature, with the agency's name and the moment beneath."""
    x = max(box.x + box.w / 3 - SEAL_MM, 0.0)
    y = max(box.y + (box.h - SEAL_MM) / 2, 0.0)
    height = SEAL_MM + CAPTION_MM
    pdf = _set(_SEAL, {"w": SEAL_MM, "h": height, "d": SEAL_MM}, {"name": agency, "time": iso(at)}, image)
    return Placed(pdf, rectangle(x, y, SEAL_MM, height, page))


def iso(at: datetime) -> str:
    """ISO 8601 to the second with the offset of Viet Nam, as Decree 30/2020 asks: 2026-05-12T14:00:00+07:00."""
    return at.astimezone(LOCAL).replace(microsecond=0).isoformat()


def rectangle(x: float, y: float, w: float, h: float, page: tuple[float, float]) -> tuple[int, int, int, int]:
    """Millimetres from the top left corner to points from the bottom left, kept on the page."""
    width, height = page
    left = min(max(x * POINTS_PER_MM, 0), width - w * POINTS_PER_MM)
    top = max(min(height - y * POINTS_PER_MM, height), h * POINTS_PER_MM)
    return (
        round(left),
        round(top - h * POINTS_PER_MM),
        round(left + w * POINTS_PER_MM),
        round(top),
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(NOTO_SERIF / "files")])


def _set(source: str, lengths: dict[str, float], texts: dict[str, str], image: bytes | None) -> bytes:
    inputs = {**texts, **{name: f"{value:.3f}" for name, value in lengths.items()}}
    with tempfile.TemporaryDirectory() as folder:
        if image:
            (Path(folder) / "image.png").write_bytes(image)
        inputs["image"] = "image.png" if image else ""
        compiler = typst.Compiler((_HEAD + source).encode(), root=folder, font_paths=_fonts(), sys_inputs=inputs)
        made = compiler.compile(format="pdf", pdf_tags=False)
    if not isinstance(made, bytes):
        raise TypeError("a stamp is one page")
    return made
