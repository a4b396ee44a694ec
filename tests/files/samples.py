"""Files good and bad, made on the spot."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image


def pdf(pages: int = 1, *, password: str | None = None, **root: Callable[[], pikepdf.Dictionary]) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    for key, value in root.items():
        document.Root[f"/{key}"] = document.make_indirect(value())
    target = io.BytesIO()
    encryption = pikepdf.Encryption(owner="o", user=password) if password is not None else False
    document.save(target, encryption=encryption, deterministic_id=password is None)
    return target.getvalue()


def pdf_turning_to_a_page() -> bytes:
    document = pikepdf.new()
    page = document.add_blank_page()
    document.Root["/OpenAction"] = pikepdf.Array([page.obj, pikepdf.Name("/Fit")])
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def pdf_with_attachment() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.attachments["a.txt"] = b"hidden"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def javascript() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)"))


def script_on_close() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(WC=javascript())


def launch() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name("/Launch"), F=pikepdf.String("cmd.exe"))


def image(form: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(target, form)
    return target.getvalue()


def pixel_bomb() -> bytes:
    """A PNG of 20,000 × 20,000 points in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    header = struct.pack("!IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 2501))
        + chunk(b"IEND", b"")
    )


def archive(entries: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return target.getvalue()


def docx(**extra: bytes) -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", **extra})


def xlsx(**extra: bytes) -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>", **extra})


def zip_bomb() -> bytes:
    return archive({f"{n}.txt": b"\0" * 10_000_000 for n in range(3)})


def lying_zip() -> bytes:
    """Says that its one entry unpacks to 10 bytes; in truth 30 million."""
    honest = archive({"a.txt": b"\0" * 30_000_000})
    size = struct.pack("<I", 30_000_000)
    return honest.replace(size, struct.pack("<I", 10))


def symlink_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = 0o120777 << 16
        made.writestr(entry, "/etc/passwd")
    return target.getvalue()


def encrypted_zip() -> bytes:
    """An entry whose flag says that it is encrypted."""
    made = bytearray(archive({"a.txt": b"secret"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.index(signature) + offset
        made[at] |= 1
    return bytes(made)
