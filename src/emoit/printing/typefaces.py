"""The documents' typefaces and the letters they have.

PDF/A forbids text without a glyph, and a company's name may hold any letter: what the typefaces lack is shown as "?".
"""

from __future__ import annotations

import struct
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

PACKAGES = ("fontpkg_noto_serif", "fontpkg_noto_sans")
SUBSTITUTE = "?"
# Marks of measures and forms that come from the typesetter's own typeface.
EXTRA = "≤≥≈≠→←√∞□■●○"


@lru_cache(maxsize=1)
def font_folders() -> tuple[str, ...]:
    return tuple(str(files(package) / "files") for package in PACKAGES)


def _character_map(font: bytes) -> bytes:
    (tables,) = struct.unpack_from(">H", font, 4)
    for index in range(tables):
        tag, _checksum, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        if tag == b"cmap":
            return font[offset : offset + length]
    raise ValueError("the typeface has no character map")


def _letters_of(font: bytes) -> set[int]:
    """Code points with a glyph, from the format 4 and 12 subtables (OpenType 1.9, cmap)."""
    cmap = _character_map(font)
    letters: set[int] = set()
    (subtables,) = struct.unpack_from(">H", cmap, 2)
    for index in range(subtables):
        (offset,) = struct.unpack_from(">L", cmap, 4 + 8 * index + 4)
        (kind,) = struct.unpack_from(">H", cmap, offset)
        if kind == 12:
            (groups,) = struct.unpack_from(">L", cmap, offset + 12)
            for group in range(groups):
                first, last, _glyph = struct.unpack_from(">LLL", cmap, offset + 16 + 12 * group)
                letters.update(range(first, last + 1))
        elif kind == 4:
            (double,) = struct.unpack_from(">H", cmap, offset + 6)
            lasts = struct.unpack_from(f">{double // 2}H", cmap, offset + 14)
            firsts = struct.unpack_from(f">{double // 2}H", cmap, offset + 16 + double)
            for first, last in zip(firsts, lasts, strict=True):
                letters.update(range(first, last + 1) if last != 0xFFFF else ())
    return letters


@lru_cache(maxsize=1)
def known_letters() -> frozenset[str]:
    """The letters that every document can show, upright and italic, plus the line feed."""
    upright: set[int] = set()
    italic: set[int] = set()
    for folder in font_folders():
        for path in Path(folder).glob("*.ttf"):
            (italic if "Italic" in path.name else upright).update(_letters_of(path.read_bytes()))
    return frozenset(chr(code) for code in upright & italic) | {"\n", *EXTRA}


def substitute(value: Any, replaced: set[str]) -> Any:
    """The same JSON with unknown letters shown as SUBSTITUTE; adds each of them to `replaced`."""
    if isinstance(value, str):
        unknown = set(value) - known_letters()
        if not unknown:
            return value
        replaced |= unknown
        return "".join(SUBSTITUTE if letter in unknown else letter for letter in value)
    if isinstance(value, list):
        return [substitute(item, replaced) for item in value]
    if isinstance(value, dict):
        return {key: substitute(item, replaced) for key, item in value.items()}
    return value
