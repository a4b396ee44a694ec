"""What the steps of the shipped drawings are called has an English form."""

from __future__ import annotations

from pathlib import Path

import pytest

import emoit.workflow
from emoit.workflow import drawing
from emoit.workflow.types import STEP_NAMES

DRAWINGS = sorted((Path(emoit.workflow.__file__).parent / "data").glob("*.bpmn"))


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_every_step_is_named_in_both_languages(path: Path) -> None:
    named = {step.name for step in drawing.read(path.read_bytes()).steps}
    assert named
    assert named <= set(STEP_NAMES)
