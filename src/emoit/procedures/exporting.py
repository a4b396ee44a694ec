"""The catalogue as a folder of readable files, and as a zip of it. Pure: documents in, bytes out.

A procedure is a folder by its code; each of its versions a folder by its effective date (of several on one day the
later ones with `-02`, `-03` …) with `procedure.json`, `form.schema.json` and `form.layout.json`: what `load_procedures`
reads. The writing is canonical, so that what is loaded from a folder and exported again has the same bytes.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from emoit.kernel.access import Refusal
from emoit.lib.saying import say, vi
from emoit.procedures.reading import digest

Json = dict[str, Any]
FILES = ("procedure.json", "form.schema.json", "form.layout.json")
INDEX = "README.md"
MAX_ZIP_BYTES = 30 * 1024 * 1024
MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_TOTAL_BYTES = 200 * 1024 * 1024
MAX_FILES = 6000
# Known keys stand as people read them; all others follow by the alphabet.
_ORDER = (
    "$schema", "$id", "code", "key", "at", "effective_from", "kind", "name", "title", "vi", "en", "field", "level",
    "applicants", "online_level", "automatic", "summary", "steps", "how_to", "conditions", "form_name", "papers",
    "required", "accept", "max_bytes", "note", "value", "unit", "term", "term_text", "vnd", "unknown", "text", "fee",
    "legal_basis", "issued_on", "effective_on", "replaces", "decision", "decided_on", "published_on", "notice",
    "receiving_unit", "handling_unit", "process_key", "template", "number_pattern", "series", "signer_role",
    "signer_unit", "validity", "result", "refusal", "amends", "cost", "source", "sources", "defaults", "unverified",
    "help", "show_when", "pages", "rules", "sections", "widget", "label", "hint", "options", "fields", "type",
    "additionalProperties", "properties",
)  # fmt: skip
_RANK = {key: n for n, key in enumerate(_ORDER)}
_PATH = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,79}/){0,6}[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")


class BadArchive(Refusal):
    """The uploaded archive is refused as a whole; nothing of it was read in."""

    code = "bad_archive"
    status = 422


def written(value: Any) -> bytes:
    """JSON as it stands in the files: known keys in their order, 2 blanks, UTF-8, one newline at the end."""
    return (json.dumps(_ordered(value), ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=lambda k: (_RANK.get(k, len(_RANK)), k))}
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    return value


def folder(documents: Iterable[Json]) -> dict[str, bytes]:
    """Path -> content of every file. `documents` are the versions of procedures in the order of their numbers."""
    by_code: dict[str, list[Json]] = {}
    for document in documents:
        by_code.setdefault(document["code"], []).append(document)
    files, lines = {}, []
    for code in sorted(by_code):
        for name, document in _named(by_code[code]):
            for file, content in _split(document).items():
                files[f"{code}/{name}/{file}"] = content
            lines.append(f"| {code} | {name} | {_cell(document['name']['vi'])} | {digest(document)} |")
    files[INDEX] = _index(lines, len(by_code))
    return dict(sorted(files.items()))


def _named(versions: list[Json]) -> list[tuple[str, Json]]:
    """(folder, document) by effective date. Of one document published twice for one day only the last counts."""
    last: dict[str, Json] = {}
    for document in versions:
        key = digest(document)
        last.pop(key, None)
        last[key] = document
    named: list[tuple[str, Json]] = []
    count: dict[str, int] = {}
    for document in sorted(last.values(), key=lambda d: str(d["effective_from"])):
        day = document["effective_from"]
        count[day] = count.get(day, 0) + 1
        named.append((day if count[day] == 1 else f"{day}-{count[day]:02}", document))
    return named


def _split(document: Json) -> dict[str, bytes]:
    own = {key: value for key, value in document.items() if key != "form"}
    form = document["form"]
    return dict(zip(FILES, map(written, (own, form["schema"], form["layout"])), strict=True))


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())


def _index(lines: list[str], procedures: int) -> bytes:
    head = [
        "# Danh mục thủ tục hành chính",
        "",
        f"{procedures} thủ tục, {len(lines)} phiên bản. Mỗi thủ tục một thư mục theo mã,",
        "mỗi phiên bản một thư mục theo ngày có hiệu lực: `procedure.json` (nội dung),",
        "`form.schema.json` và `form.layout.json` (tờ khai).",
        "",
        "Nạp lại: `./emoit load procedures THƯ_MỤC`.",
        "",
        "| Mã | Phiên bản | Tên | SHA-256 của nội dung |",
        "|---|---|---|---|",
    ]
    return ("\n".join([*head, *lines]) + "\n").encode()


def pack(files: Mapping[str, bytes]) -> bytes:
    """The folder as a zip; the same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[path])
    return made.getvalue()


# What zipfile says of damage: broken structure or data, an unknown compression (NotImplementedError), a cut-off end, a
# wrong offset, an encryption that its flag denies (RuntimeError).
_UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)


def unpack(content: bytes) -> dict[str, bytes]:
    """Path -> content of an uploaded zip.

    BadArchive for what is no zip, is encrypted, holds paths that lead out of it or files that we do not know, or would
    unpack to more than MAX_FILE_BYTES a file or MAX_TOTAL_BYTES together: what the archive says of its own sizes is not
    believed.
    """
    if len(content) > MAX_ZIP_BYTES:
        raise BadArchive(say("Tệp nén lớn hơn {most} MB.", most=MAX_ZIP_BYTES // 1024 // 1024))
    files: dict[str, bytes] = {}
    left = MAX_TOTAL_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in _entries(archive):
                files[entry.filename] = _read(archive, entry, left)
                left -= len(files[entry.filename])
    except _UNREADABLE as error:
        raise BadArchive("Tệp này không phải tệp ZIP đọc được.") from error
    return files


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_FILES:
        raise BadArchive(say("Tệp nén có quá {most} tệp.", most=MAX_FILES))
    names: set[str] = set()
    for entry in entries:
        if not _PATH.fullmatch(entry.filename):
            raise BadArchive("Tệp nén có đường dẫn không hợp lệ.")
        if entry.filename.rpartition("/")[2] not in {*FILES, INDEX}:
            raise BadArchive(
                say("Tệp nén có tệp lạ: chỉ nhận {files} và {index}.", files=", ".join(FILES), index=INDEX)
            )
        if entry.flag_bits & 1:
            raise BadArchive("Tệp nén có mật khẩu.")
        if entry.filename in names:
            raise BadArchive("Tệp nén có hai tệp cùng tên.")
        names.add(entry.filename)
    return entries


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    with archive.open(entry) as source:
        content = source.read(MAX_FILE_BYTES + 1)
    if len(content) > min(MAX_FILE_BYTES, left):
        raise BadArchive("Nội dung sau khi giải nén quá lớn.")
    return content


def read_documents(files: Mapping[str, bytes]) -> list[tuple[str, Json, str]]:
    """(folder, document, what is wrong with its files) for every procedure among unpacked files, by effective date."""
    found = []
    for path in sorted(path for path in files if path.rpartition("/")[2] == FILES[0]):
        name = path.removesuffix(FILES[0])
        try:
            own, schema, layout = (_loaded(files[name + file]) for file in FILES)
            found.append((name.rstrip("/"), {**own, "form": {"schema": schema, "layout": layout}}, ""))
        except KeyError as missing:
            found.append(
                (
                    name.rstrip("/"),
                    {},
                    say("Thiếu tệp {file}.", file=str(missing.args[0]).rpartition("/")[2]),
                )
            )
        except (ValueError, RecursionError, TypeError):
            found.append((name.rstrip("/"), {}, vi("Không đọc được JSON.")))
    return sorted(found, key=lambda item: (str(item[1].get("effective_from")), item[0]))


def _loaded(content: bytes) -> Json:
    value = json.loads(content.decode())
    if not isinstance(value, dict):
        raise TypeError
    return value
