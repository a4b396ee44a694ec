"""What import linters cannot see: modules meet at their faces only, and foreign keys point down the map."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tools.make_map import PAGE, PURPOSE, SOURCE, Import, imports, layers, planned, render

FACE = {"types", "events", "queries", "actions"}
KERNEL = {"access", "audit", "outbox", "jobs", "numbering", "search", "personal", "rows"}

# (who, what below `emoit`) -> why it may. An exception that nobody needs any more fails too.
EXCEPTIONS = {
    ("desk", "files.http"): "serves a stored file with safe headers; a view needs it as it is",
    ("api", "files.http"): "serves a stored file with safe headers; a view needs it as it is",
    ("portal", "files.http"): "serves a stored file with safe headers; a view needs it as it is",
    ("desk", "ui.formats"): "the ids that the components give to fields",
    ("procedures", "forms.rules"): "the linter of a document holds the linter of its form: pure, values in, values out",
    ("trial", "dossiers.answers"): "declarations sealed as an applicant's are, though no applicant saves them",
    ("trial", "dossiers.case"): "the sample of a made-up year is held against the case's own readers",
    ("trial", "dossiers.findable"): "… and against what the search is told of a dossier",
    ("trial", "dossiers.rules"): "every made-up life is walked through the table of transitions: values in, values out",
    ("trial", "people.rules"): "made-up tax codes have right check digits: pure",
    ("trial", "results.rules"): "made-up results have codes of the register's own form: pure",
    ("config", "dossiers.findable"): "config binds what the rebuild of the search asks of each module",
    ("config", "procedures.findable"): "config binds what the rebuild of the search asks of each module",
    ("config", "results.findable"): "config binds what the rebuild of the search asks of each module",
}


def _is_face(found: Import) -> bool:
    module, *rest = found.target.split(".")
    if module == "lib":
        return True
    if module == "kernel":  # a package of the face itself, or a name in it; never a file inside
        return bool(rest) and rest[0] in KERNEL and len(rest) <= 2 and not _is_file(module, *rest)
    if module == "ui":
        return bool(rest) and rest[0] in {"types", "language"}
    return bool(rest) and rest[0] in FACE and not (len(rest) > 1 and _is_file(module, *rest))


def _is_file(*parts: str) -> bool:
    path = SOURCE.joinpath(*parts)
    return len(parts) > 2 and (path.with_suffix(".py").exists() or (path / "__init__.py").exists())


def _exception(found: Import) -> tuple[str, str]:
    return found.importer, ".".join(found.target.split(".")[:2])


def test_modules_meet_at_their_faces() -> None:
    strangers = [
        f"{found.path.relative_to(SOURCE)}:{found.line} imports {found.target}"
        for found in imports()
        if not _is_face(found) and _exception(found) not in EXCEPTIONS
    ]
    assert strangers == []


def test_the_exceptions_are_needed() -> None:
    used = {_exception(found) for found in imports() if not _is_face(found)}
    assert set(EXCEPTIONS) - used == set()


# -- foreign keys


def _ours() -> list[type[models.Model]]:
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("emoit.")
        for model in config.get_models(include_auto_created=True)
    ]


def _links() -> Iterator[models.ForeignKey]:  # type: ignore[type-arg]
    for model in _ours():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                yield field


def _height(label: str) -> int:
    return next(n for n, line in enumerate(layers()) if label in line)


def test_foreign_keys_point_down_and_leave_nothing_behind() -> None:
    wrong = []
    for field in _links():
        own, other = field.model._meta.app_label, field.related_model._meta.app_label
        if own == other:
            continue
        behind = field.remote_field.related_name
        if other not in PURPOSE or _height(own) >= _height(other) or behind != "+":
            wrong.append(f"{field.model.__name__}.{field.name} -> {other} ({behind})")
        elif field.remote_field.on_delete is not models.PROTECT:
            wrong.append(f"{field.model.__name__}.{field.name} does not protect what it points at")
    assert wrong == []


def _files(pattern: str = "*.py") -> list[Path]:
    return [path for path in sorted(SOURCE.rglob(pattern)) if "migrations" not in path.parts]


def test_foreign_keys_across_modules_are_strings() -> None:
    """A class there would be an import of a neighbour's models, which the first test forbids; a string names it."""
    named = {
        (path.relative_to(SOURCE).parts[0], node.args[0].value.split(".")[0])
        for path in _files("models*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"ForeignKey", "OneToOneField", "ManyToManyField"}
        and isinstance(node.args[0], ast.Constant)
    }
    across = {(f.model._meta.app_label, f.related_model._meta.app_label) for f in _links()}
    assert {(own, other) for own, other in across if own != other} <= named


def test_no_generic_foreign_keys_and_no_many_to_many_across() -> None:
    for model in _ours():
        assert [f.name for f in model._meta.private_fields] == []
        for field in model._meta.many_to_many:
            assert field.related_model._meta.app_label == model._meta.app_label


# -- nothing happens behind one's back


@pytest.mark.parametrize(
    "forbidden", ["django.db.models.signals", "django.dispatch", "django.contrib.contenttypes.fields"]
)
def test_no_signals(forbidden: str) -> None:
    users = [
        str(path.relative_to(SOURCE))
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(forbidden))
        or (isinstance(node, ast.Import) and any(alias.name.startswith(forbidden) for alias in node.names))
    ]
    assert users == []


def test_models_do_nothing_when_saved() -> None:
    """`save`, `delete` and `clean` of a model are Django's own; append-only tables are kept so by the database."""
    overrides = [
        f"{model.__name__}.{name}"
        for model in _ours()
        for name in ("save", "delete", "clean")
        if getattr(model, name) is not getattr(models.Model, name)
        and getattr(model, name).__module__.startswith("emoit.")
    ]
    assert overrides == []


# -- every address has been thought of


@pytest.mark.parametrize("site", ["desk", "portal"])
def test_every_address_is_tried_by_its_packages_tests(site: str) -> None:
    """An address without a test of who may come is a door nobody has looked at."""
    from importlib import import_module

    tests = "\n".join(path.read_text("utf-8") for path in (SOURCE.parents[1] / "tests" / site).glob("*.py"))
    untried = []
    for pattern in import_module(f"emoit.{site}.urls").urlpatterns:
        route = str(pattern.pattern)
        own = route.rsplit(">", 1)[-1].strip("/") or route.split("<", maxsplit=1)[0].strip("/")
        if own not in tests:
            untried.append(f"{pattern.name}: {route}")
    assert untried == []


# -- the page


def test_the_map_is_current() -> None:
    assert PAGE.read_text("utf-8") == render(), "run: python tools/make_map.py"


def test_every_module_is_on_the_map() -> None:
    there = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert {name for line in layers() for name in line} == there == set(PURPOSE)
    assert not set(planned()) & there
