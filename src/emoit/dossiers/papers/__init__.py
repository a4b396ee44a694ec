"""The data of the results that have a form of their own, one file per family of templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emoit.dossiers.papers import imports, marketing, offices, origin
from emoit.dossiers.papers.drawing import Signing

BUILDERS: dict[str, Callable[[Signing], dict[str, Any]]] = {
    "import_licence": imports.licence,
    "representative_office": offices.licence,
    "multilevel_marketing": marketing.certificate,
    "certificate_of_origin": origin.form_d,
}
"""Template -> the data that it adds to what every document bears."""

__all__ = ["BUILDERS", "Signing"]
