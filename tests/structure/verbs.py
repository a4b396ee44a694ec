"""Every verb that the trail can get, read from the source: what reaches `verb` of `audit.record`, by whatever way.

A function that hands a parameter of its own on to that place is one more such place. What cannot be read is told by
`Unread`.
"""

from __future__ import annotations

import ast
import enum
import importlib
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src/emoit"
LEFT_OUT = {"trial", "migrations"}
Function = ast.FunctionDef
Place = tuple[str, str]  # the module of a function (of a method: "of a class" in that package), its name


class Unread(Exception):
    pass


@dataclass
class Reading:
    """`ways`: function -> the parameter that becomes the verb."""

    ways: dict[Place, str] = field(default_factory=dict)
    verbs: dict[str, str] = field(default_factory=dict)


def all_verbs() -> dict[str, str]:
    """Verb -> a place that writes it."""
    functions = list(_functions())
    signatures = {place: _parameters(one) for place, _, one in functions}
    reading = Reading({("emoit.kernel.audit.record", "record"): "verb"})
    assert set(reading.ways) <= set(signatures)
    known = -1
    while known != len(reading.ways):
        known = len(reading.ways)
        for place, module, one in functions:
            for expression in _handed_on(module, one, reading.ways, signatures):
                if isinstance(expression, ast.Name) and expression.id in _parameters(one):
                    reading.ways.setdefault(place, expression.id)
                else:
                    for verb in _read(expression, module, one):
                        reading.verbs.setdefault(verb, f"{module}.{one.name}")
    return reading.verbs


def _functions() -> Iterator[tuple[Place, str, Function]]:
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if LEFT_OUT & set(parts):
            continue
        module = ".".join(("emoit", *parts)).removesuffix(".__init__")
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, Function):
                yield (module, node.name), module, node
            elif isinstance(node, ast.ClassDef):
                for one in node.body:
                    if isinstance(one, Function):
                        yield (_of_a_class(module), one.name), module, one


def _of_a_class(module: str) -> str:
    return f"of a class in {'.'.join(module.split('.')[:2])}"


def _place(target: ast.expr, module: str) -> Place | None:
    names = vars(importlib.import_module(module))
    if isinstance(target, ast.Name):
        found = names.get(target.id)
        return (getattr(found, "__module__", ""), target.id) if callable(found) else None
    if not isinstance(target, ast.Attribute):
        return None
    if isinstance(target.value, ast.Name) and isinstance(within := names.get(target.value.id), types.ModuleType):
        return getattr(getattr(within, target.attr, None), "__module__", ""), target.attr
    return _of_a_class(module), target.attr


def _parameters(function: Function) -> list[str]:
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    names = names[1:] if names[:1] == ["self"] else names
    return names + [one.arg for one in function.args.kwonlyargs]


def _handed_on(
    module: str, function: Function, ways: dict[Place, str], signatures: dict[Place, list[str]]
) -> Iterator[ast.expr]:
    for call in ast.walk(function):
        if not isinstance(call, ast.Call):
            continue
        place = _place(call.func, module)
        if place is None or place not in ways:
            continue
        given = {one.arg: one.value for one in call.keywords}
        position = signatures[place].index(ways[place])
        if ways[place] in given:
            yield given[ways[place]]
        elif position < len(call.args):
            yield call.args[position]


def _read(expression: ast.expr, module: str, function: Function) -> list[str]:
    if isinstance(expression, ast.IfExp):
        return [*_read(expression.body, module, function), *_read(expression.orelse, module, function)]
    names = vars(importlib.import_module(module))
    if isinstance(expression, ast.JoinedStr):
        return _read_joined(expression, names, module, function)
    try:
        return [str(eval(compile(ast.Expression(expression), module, "eval"), names))]  # noqa: S307 - our own source
    except NameError as error:
        raise Unread(f"{module}.{function.name}: {ast.unparse(expression)}") from error


def _read_joined(expression: ast.JoinedStr, names: dict[str, typing.Any], module: str, function: Function) -> list[str]:
    """f"dossiers.{verb}", where the parameter is one of an enum: all of them."""
    match expression.values:
        case [ast.Constant(value=prefix), ast.FormattedValue(value=ast.Name(id=name))]:
            arguments = (*function.args.args, *function.args.kwonlyargs)
            kind = next((one.annotation for one in arguments if one.arg == name), None)
            found = names.get(kind.id) if isinstance(kind, ast.Name) else None
            if isinstance(found, type) and issubclass(found, enum.Enum):
                return [f"{prefix}{one.value}" for one in found]
    raise Unread(f"{module}.{function.name}: {ast.unparse(expression)}")
