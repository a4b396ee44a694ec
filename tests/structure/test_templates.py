"""What a block of a template sets is gone at its end: another block that uses it shows nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "emoit"
FRAMED = sorted(path for path in ROOT.rglob("templates/**/*.html") if "{% block ways %}" in path.read_text("utf-8"))


@pytest.mark.parametrize("path", FRAMED, ids=lambda path: path.stem)
def test_the_way_back_is_known_where_it_is_used(path: Path) -> None:
    ways, content = path.read_text("utf-8").partition("{% block content %}")[::2]
    assert "{% extends" in ways
    for name in set(re.findall(r" as (\w+) %}", ways)) & set(re.findall(r"{{ (\w+) }}", content)):
        assert f" as {name} %}}" in content, name


def test_there_are_templates_to_judge() -> None:
    assert len(FRAMED) > 30
