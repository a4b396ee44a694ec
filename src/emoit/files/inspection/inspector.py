"""Stand-alone: looks into one untrusted file and prints a verdict as JSON. Run as `python -I inspector.py FILE TYPE`.

Knows nothing of Django or of our settings. It limits itself before it opens anything: memory 1.5 GB, processor 10 s,
no file written. Exit 0 with {"code", "media_type", "pages", "flags"}; any other exit means that nothing is known.
"""

from __future__ import annotations

import io
import json
import resource
import stat
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO

MEMORY = 1_500_000_000
CPU_SECONDS = 10

MOST_PIXELS = 80_000_000  # A3 at 600 dpi is 70 million
MOST_PAGES = 10_000
MOST_ENTRIES = 2_000
MOST_UNPACKED = 250_000_000
MOST_RATIO = 120
RATIO_FROM = 5_000_000  # a small file of blanks may well shrink 1,000 times
DEEPEST = 1  # a spreadsheet embedded in a Word file, but nothing within that

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/RichMediaExecute"}
PROGRAMS = (
    *(".exe", ".dll", ".com", ".scr", ".pif", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf"),
    *(".hta", ".jar", ".lnk", ".reg", ".sh", ".apk", ".iso", ".img", ".xlsm", ".docm", "vbaproject.bin"),
)
# What zipfile says of an archive whose structure or data is broken, or packed in an unknown way.
_DAMAGED = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error),
    *(NotImplementedError, EOFError, OSError, ValueError),
)
ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".cab", ".docx", ".xlsx", ".pptx")


class Refused(Exception):
    def __init__(self, code: str, *flags: str) -> None:
        super().__init__(code)
        self.code = code
        self.flags = flags


def limit_self() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def inspect_pdf(path: Path) -> dict[str, Any]:
    import pikepdf

    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Refused("encrypted_pdf")
            if b"%%EOF" not in _tail(path):
                raise Refused("unreadable", "cut short")
            flags = _pdf_flags(pdf)
            if flags:
                raise Refused("active_content", *sorted(flags))
            pages = len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted_pdf") from error
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, TypeError, KeyError) as error:
        raise Refused("unreadable", type(error).__name__) from error
    if not 1 <= pages <= MOST_PAGES:
        raise Refused("unreadable", f"{pages} pages")
    return {"media_type": "application/pdf", "pages": pages}


def _pdf_flags(pdf: Any) -> set[str]:
    """What could run or hide something. An /OpenAction that only turns to a page is harmless and very common."""
    import pikepdf

    flags: set[str] = set()
    for thing in pdf.objects:
        kind = thing
        if isinstance(kind, pikepdf.Stream):
            kind = kind.stream_dict
        if isinstance(kind, pikepdf.Dictionary):
            _walk(kind, flags, depth=0)
    return flags


def _walk(thing: Any, flags: set[str], depth: int) -> None:
    """Look at a dictionary and at what is written inside it; indirect objects come by themselves."""
    import pikepdf

    if isinstance(thing, pikepdf.Dictionary):
        _look(thing, flags)
        inner = list(thing.values())
    elif isinstance(thing, pikepdf.Array):
        inner = list(thing)
    else:
        return
    if depth > 50:
        raise Refused("unreadable", "nested too deep")
    for value in inner:
        if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect:
            _walk(value, flags, depth + 1)


def _look(dictionary: Any, flags: set[str]) -> None:
    action = str(dictionary.get("/S", ""))
    if action in ACTIVE_ACTIONS:
        flags.add(action.strip("/"))
    if "/JS" in dictionary:
        flags.add("JavaScript")
    if str(dictionary.get("/Type", "")) == "/EmbeddedFile" or "/EmbeddedFiles" in dictionary or "/EF" in dictionary:
        flags.add("EmbeddedFile")
    if "/XFA" in dictionary:
        flags.add("XFA")


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        return file.read()


def inspect_image(path: Path, media_type: str) -> dict[str, Any]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limit below, before a pixel is decoded
    form = {"image/jpeg": "JPEG", "image/png": "PNG"}[media_type]
    try:
        with Image.open(path, formats=[form]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Refused("pixel_bomb", f"{image.width}x{image.height}")
            image.load()
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Refused("unreadable", type(error).__name__) from error
    return {"media_type": media_type, "pages": None}


def inspect_zip(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        budget = Budget(packed=path.stat().st_size)
        names = check_archive(file, budget, depth=0)
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        found = DOCX
    elif "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        found = XLSX
    else:
        found = "application/zip"
        if any(name.lower().endswith(ARCHIVES[:9]) for name in names):
            raise Refused("archive_bomb", "nested")
    return {"media_type": found, "pages": None}


class Budget:
    """What all archives in one upload may hold together, counted as it is really unpacked: headers may lie."""

    def __init__(self, packed: int) -> None:
        self.packed = packed
        self.entries = 0
        self.unpacked = 0

    def enter(self) -> None:
        self.entries += 1
        if self.entries > MOST_ENTRIES:
            raise Refused("archive_bomb", "entries")

    def unpack(self, size: int) -> None:
        self.unpacked += size
        if self.unpacked > MOST_UNPACKED:
            raise Refused("archive_bomb", "size")
        if self.unpacked > RATIO_FROM and self.unpacked > self.packed * MOST_RATIO:
            raise Refused("archive_bomb", "ratio")


def check_archive(file: BinaryIO, budget: Budget, depth: int) -> set[str]:
    """Unpack every entry into nothing and judge it. Returns the names."""
    if depth > DEEPEST:
        raise Refused("archive_bomb", "nested")
    try:
        with zipfile.ZipFile(file) as archive:
            names: set[str] = set()
            for entry in archive.infolist():
                budget.enter()
                check_entry(entry, names)
                if not entry.is_dir():
                    _unpack(archive, entry, budget, depth)
            return names
    except _DAMAGED as error:
        raise Refused("unreadable", type(error).__name__) from error
    except RuntimeError as error:
        raise Refused("encrypted_archive") from error


def check_entry(entry: zipfile.ZipInfo, names: set[str]) -> None:
    name = entry.orig_filename.replace("\\", "/")
    parts = name.split("/")
    if (
        name.startswith("/")
        or ".." in parts
        or "\0" in name
        or ":" in parts[0]
        or stat.S_ISLNK(entry.external_attr >> 16)
    ):
        raise Refused("archive_unsafe", "path")
    if name in names:
        raise Refused("archive_unsafe", "twice the same name")
    if entry.flag_bits & 0x1:
        raise Refused("encrypted_archive")
    low = name.lower()
    if low.endswith(PROGRAMS) or "/activex/" in low:
        raise Refused("active_content", "program inside")
    names.add(name)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget, depth: int) -> None:
    nested = entry.filename.lower().endswith(ARCHIVES)
    kept = io.BytesIO() if nested else None
    with archive.open(entry) as content:
        while chunk := content.read(256 * 1024):
            budget.unpack(len(chunk))
            if kept is not None:
                kept.write(chunk)
    if kept is not None and kept.getvalue()[:4] == b"PK\x03\x04":
        kept.seek(0)
        check_archive(kept, budget, depth + 1)


def judge(path: Path, media_type: str) -> dict[str, Any]:
    try:
        if media_type == "application/pdf":
            found = inspect_pdf(path)
        elif media_type in {"image/jpeg", "image/png"}:
            found = inspect_image(path, media_type)
        elif media_type == "application/zip":
            found = inspect_zip(path)
        else:
            raise Refused("disguised")
    except Refused as refused:
        return {"code": refused.code, "media_type": media_type, "pages": None, "flags": list(refused.flags)}
    return {"code": "", "flags": [], **found}


def main() -> None:
    limit_self()
    verdict = judge(Path(sys.argv[1]), sys.argv[2])
    sys.stdout.write(json.dumps(verdict))


if __name__ == "__main__":
    main()
