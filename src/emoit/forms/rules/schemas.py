"""The part of JSON Schema 2020-12 that a form may use, and walking over it.

Objects are closed (`additionalProperties: false`), arrays are bounded, references stay inside the document
(`#/$defs/…`) and are written out before use, so nothing is ever fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from emoit.forms.rules import patterns
from emoit.forms.rules.identifiers import CHECKS
from emoit.forms.types import Json, Problem
from emoit.lib.saying import say, vi, why

MAX_DEPTH = 8
MAX_FIELDS = 500
MAX_NODES = 5000
MAX_OBJECTS = 4 * MAX_FIELDS
MAX_BYTES = 1_000_000
MAX_ITEMS = 200
MAX_OPTIONS = 1000
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
FORMATS = {"date", "email"}
_TYPES = {"object", "array", "string", "integer", "number", "boolean"}
_SCALARS = ("string", "integer", "number", "boolean")
_ANY = {"type", "title", "description", "$comment", "enum", "const", "x-personal", "x-check"}
_ALLOWED = {
    "object": _ANY | {"properties", "required", "additionalProperties"},
    "array": _ANY | {"items", "minItems", "maxItems", "uniqueItems"},
    "string": _ANY | {"minLength", "maxLength", "pattern", "format"},
    "integer": _ANY | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "number": _ANY | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "boolean": _ANY,
}
_ROOT = {"$schema", "$id", "$defs"}


class SchemaFormError(ValueError):
    def __init__(self, path: str, code: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(path, code, message)


def measure(value: Any, *, depth: int, nodes: int) -> bool:
    """Whether JSON data stays within so many levels and nodes; without recursion, so that nothing hostile hurts."""
    level, seen = [value], 0
    for _ in range(depth + 1):
        seen += len(level)
        if seen > nodes:
            return False
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return True
    return False


def _objects(value: Any) -> int:
    """How many JSON objects are in it, itself too. For data that is not deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, dict) + sum(_objects(one) for one in inner)


def expand(schema: Json) -> Json:
    """The schema with its local references written out. SchemaFormError on a foreign, absent, circular or vast one."""
    if "$ref" not in str(schema):
        return schema
    definitions = schema.get("$defs", {})
    budget = [MAX_NODES]

    def write_out(node: Any, path: str, within: tuple[str, ...]) -> Any:
        budget[0] -= 1
        if budget[0] < 0:
            raise SchemaFormError(path, "too_large", vi("Lược đồ quá lớn sau khi thay các tham chiếu."))
        if isinstance(node, list):
            return [write_out(inner, f"{path}/{i}", within) for i, inner in enumerate(node)]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            name = _local_name(node, path, definitions, within)
            return write_out(definitions[name], path, (*within, name))
        return {key: write_out(inner, f"{path}/{key}", within) for key, inner in node.items()}

    return {k: v if k == "$defs" else write_out(v, f"/{k}", ()) for k, v in schema.items()}


def _local_name(node: Json, path: str, definitions: Any, within: tuple[str, ...]) -> str:
    reference = node["$ref"]
    name = reference.removeprefix("#/$defs/") if isinstance(reference, str) else ""
    if not isinstance(reference, str) or not reference.startswith("#/$defs/") or "/" in name:
        raise SchemaFormError(path, "external_ref", vi("Chỉ được tham chiếu trong cùng lược đồ (#/$defs/…)."))
    if not isinstance(definitions, dict) or name not in definitions:
        raise SchemaFormError(path, "missing_ref", say("Không có định nghĩa “{name}” trong $defs.", name=name))
    if name in within:
        raise SchemaFormError(path, "circular_ref", say("Định nghĩa “{name}” tham chiếu vòng tròn.", name=name))
    if len(node) > 1:
        raise SchemaFormError(path, "ref_with_siblings", vi("Tham chiếu $ref phải đứng một mình."))
    return name


def nodes(schema: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every sub-schema with its path in the schema, itself first."""
    yield path, schema
    properties = schema.get("properties")
    if isinstance(properties, dict):
        for name, inner in properties.items():
            if isinstance(inner, dict):
                yield from nodes(inner, f"{path}/properties/{name}")
    if isinstance(schema.get("items"), dict):
        yield from nodes(schema["items"], f"{path}/items")


def leaves(schema: Json, pointer: str = "") -> Iterator[tuple[str, Json, bool]]:
    """(pointer, sub-schema, required) of every answer: scalars and arrays, below any number of objects."""
    required = schema.get("required", [])
    for name, inner in schema.get("properties", {}).items():
        at = f"{pointer}/{name}"
        if inner.get("type") == "object":
            yield from leaves(inner, at)
        else:
            yield at, inner, name in required


def check_schema(schema: Any) -> tuple[Json | None, list[Problem]]:
    """The expanded schema (None if it cannot be read) and what is wrong with it."""
    if not isinstance(schema, dict):
        return None, [Problem("", "not_an_object", vi("Lược đồ phải là một đối tượng JSON."))]
    # Two levels of schema ("properties" and a name) make one level of answers, and $defs adds two.
    if not measure(schema, depth=2 * MAX_DEPTH + 4, nodes=10 * MAX_NODES):
        return None, [Problem("", "too_deep", say("Lược đồ lồng quá {most} cấp hoặc quá lớn.", most=MAX_DEPTH))]
    # Judging a schema by the schema of schemas takes long: a vast one does not get so far.
    if (objects := _objects(schema)) > MAX_OBJECTS:
        return None, [
            Problem(
                "",
                "too_many_fields",
                say("Có {objects} phần, tối đa {most}.", objects=objects, most=MAX_OBJECTS),
            )
        ]
    if len(json.dumps(schema)) > MAX_BYTES:
        return None, [Problem("", "too_large", say("Lược đồ dài quá {most} ký tự.", most=MAX_BYTES))]
    try:
        expanded = expand(schema)
        Draft202012Validator.check_schema(expanded)
    except SchemaFormError as error:
        return None, [error.problem]
    except SchemaError as error:
        path = "/" + "/".join(str(p) for p in error.absolute_path)
        return None, [Problem(path, "invalid_schema", vi("Không phải lược đồ JSON Schema 2020-12 hợp lệ."))]
    if expanded.get("type") != "object":
        return None, [Problem("/type", "not_an_object", vi("Gốc của lược đồ phải có type là object."))]
    return expanded, [*_problems(expanded), *_unused_definitions(schema)]


def _unused_definitions(schema: Json) -> Iterator[Problem]:
    """Definitions that nothing refers to, at any remove."""
    definitions = schema.get("$defs", {})
    reached: set[str] = set()
    wanted = _references({key: value for key, value in schema.items() if key != "$defs"})
    while wanted:
        reached |= wanted
        wanted = {name for found in wanted for name in _references(definitions[found])} - reached
    for name in definitions:
        if name not in reached:
            yield Problem(
                f"/$defs/{name}", "unused_definition", say("Không chỗ nào dùng định nghĩa “{name}”.", name=name)
            )


def _references(node: Any) -> set[str]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    own = {node["$ref"].removeprefix("#/$defs/")} if isinstance(node, dict) and "$ref" in node else set()
    return own.union(*(_references(one) for one in inner))


def _problems(schema: Json) -> Iterator[Problem]:
    if schema.get("$schema", Draft202012Validator.META_SCHEMA["$id"]) != Draft202012Validator.META_SCHEMA["$id"]:
        yield Problem("/$schema", "wrong_dialect", vi("Lược đồ phải theo JSON Schema 2020-12."))
    count = 0
    for path, node in nodes(schema):
        depth = path.count("/properties/") + path.count("/items")
        if depth > MAX_DEPTH:
            yield Problem(path, "too_deep", say("Lồng quá {most} cấp.", most=MAX_DEPTH))
        count += node.get("type") != "object"
        yield from _node_problems(path, node)
    if count > MAX_FIELDS:
        yield Problem("", "too_many_fields", say("Có {count} trường, tối đa {most}.", count=count, most=MAX_FIELDS))


def _node_problems(path: str, node: Json) -> Iterator[Problem]:
    kind = node.get("type")
    if not isinstance(kind, str) or kind not in _TYPES:
        yield Problem(path, "type", vi("Mỗi trường phải có đúng một type."))
        return
    for keyword in sorted(set(node) - _ALLOWED[kind] - (_ROOT if not path else set())):
        yield Problem(
            f"{path}/{keyword}",
            "keyword",
            say("Từ khóa “{keyword}” không dùng được với {kind}.", keyword=keyword, kind=kind),
        )
    if len(node.get("enum", ())) > MAX_OPTIONS:
        yield Problem(
            f"{path}/enum",
            "too_many_options",
            say("Danh sách chọn có tối đa {most} mục.", most=MAX_OPTIONS),
        )
    if "x-check" in node and (kind != "string" or str(node["x-check"]) not in CHECKS):
        yield Problem(f"{path}/x-check", "unknown_check", vi("Phép kiểm tra này không có."))
    if "x-personal" in node and not isinstance(node["x-personal"], bool):
        yield Problem(f"{path}/x-personal", "type", vi("x-personal phải là true hoặc false."))
    specific = {"object": _object_problems, "array": _array_problems, "string": _string_problems}.get(kind)
    if specific:
        yield from specific(path, node)


def _object_problems(path: str, node: Json) -> Iterator[Problem]:
    if node.get("additionalProperties") is not False:
        yield Problem(path, "open_object", vi("Đối tượng phải có additionalProperties: false."))
    properties = node.get("properties")
    if not properties:
        yield Problem(path, "empty_object", vi("Đối tượng phải có ít nhất một trường."))
        return
    for name, inner in properties.items():
        if not NAME.fullmatch(name):
            yield Problem(f"{path}/properties/{name}", "name", vi("Tên trường gồm chữ thường, số và dấu gạch dưới."))
        if not isinstance(inner, dict):
            yield Problem(f"{path}/properties/{name}", "type", vi("Mỗi trường phải là một lược đồ có type."))
    for name in node.get("required", []):
        if name not in properties:
            yield Problem(f"{path}/required", "unknown_required", say("Trường bắt buộc “{name}” không có.", name=name))


def _array_problems(path: str, node: Json) -> Iterator[Problem]:
    items = node.get("items")
    if not isinstance(items, dict):
        yield Problem(path, "items", vi("Danh sách phải có items."))
        return
    if not 0 < node.get("maxItems", 0) <= MAX_ITEMS:
        yield Problem(path, "unbounded_array", say("Danh sách phải có maxItems từ 1 đến {most}.", most=MAX_ITEMS))
    if "/items" in path:
        yield Problem(path, "nested_array", vi("Không có danh sách trong danh sách."))
    if items.get("type") == "object":
        columns = [inner for inner in items.get("properties", {}).values() if isinstance(inner, dict)]
        if any(inner.get("type") not in _SCALARS for inner in columns):
            yield Problem(path, "nested_row", vi("Mỗi dòng của danh sách chỉ gồm các trường đơn."))
    elif items.get("type") != "string" or "enum" not in items:
        yield Problem(path, "items", vi("Danh sách gồm các dòng, hoặc các mục chọn từ enum."))


def _string_problems(path: str, node: Json) -> Iterator[Problem]:
    if node.get("format", "date") not in FORMATS:
        yield Problem(f"{path}/format", "format", vi("Chỉ dùng format date và email."))
    if "pattern" in node:
        try:
            patterns.paths(node["pattern"])
        except patterns.PatternError as error:
            yield Problem(
                f"{path}/pattern", "unsafe_pattern", say("Biểu thức không an toàn: {error}.", error=why(error))
            )
