"""The worked example of docs/how-to/add-a-screen.md, done as it says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import URLPattern, clear_url_caches, path

from emoit.portal import urls
from tests.docs.reading import ROOT, blocks
from tests.support.world import World

BLOCKS = blocks((ROOT / "docs/how-to/add-a-screen.md").read_text(encoding="utf-8"))
TESTS = [n.name for n in ast.parse(BLOCKS["test"]).body if isinstance(n, ast.FunctionDef) and n.name.startswith("test")]
PLAIN_FILES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def _run(label: str, **known: Any) -> ModuleType:
    module = ModuleType(f"add_a_screen_{label}")
    module.__dict__.update(known)
    exec(compile(BLOCKS[label], f"add-a-screen.md: {label}", "exec"), module.__dict__)  # noqa: S102 - our own page
    return module


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[None]:
    """The site with the example's address, view and template in their places."""
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "handed_in.html").write_text(BLOCKS["template"], encoding="utf-8")
    line = BLOCKS["url"].strip().removesuffix(",")
    pattern: URLPattern = eval(line, {"path": path, "handed_in": _run("view")})  # noqa: S307 - our own page
    templates = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    urls.urlpatterns.append(pattern)
    clear_url_caches()
    try:
        with override_settings(TEMPLATES=templates, STORAGES=PLAIN_FILES):
            yield
    finally:
        urls.urlpatterns.remove(pattern)
        clear_url_caches()


def test_the_example_has_its_parts() -> None:
    assert set(BLOCKS) == {"url", "view", "template", "test"}
    assert len(TESTS) == 3


@pytest.mark.parametrize("name", TESTS)
def test_the_example_keeps_its_promises(screen: None, world: World, name: str) -> None:
    _run("test").__dict__[name](world)
