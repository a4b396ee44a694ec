"""The shipped procedures as documents."""

from __future__ import annotations

import json
from typing import Any

from emoit.procedures.actions import DATA

UNITS = {"G02.MC", "G02.LD", "G02.19", "G02.21", "G02.23", "G02.26"}
PROMOTION, CHEMICALS = "2.000138", "2.001555"


def document(code: str = PROMOTION) -> dict[str, Any]:
    folder = DATA / code
    read = {
        name: json.loads((folder / f"{name}.json").read_text("utf-8"))
        for name in ("procedure", "form.schema", "form.layout")
    }
    return {**read["procedure"], "form": {"schema": read["form.schema"], "layout": read["form.layout"]}}


def known_unit(code: str) -> bool:
    return code in UNITS


def known_process(key: str) -> bool:
    return key in {"standard", "automatic", "short", "appraisal", "risk"}
