"""Files of one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Unreadable(Exception):
    """The files are not what this program can read."""


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects in order. Unreadable where the file cannot be opened, or a line is something else."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, 1):
                try:
                    line = json.loads(text)
                except (ValueError, RecursionError) as error:
                    raise Unreadable(f"{path}: line {number} is not JSON") from error
                if not isinstance(line, dict):
                    raise Unreadable(f"{path}: line {number} is not an object")
                yield line
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from error
