"""What only the workbench's templates need."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from emoit.ui.templatetags.ui import as_written

register = template.Library()


@register.simple_tag(takes_context=True)
def procedure(context: Context, name: str) -> Any:
    """What a dossier's procedure is called, by its English name on an English page where the catalogue has one."""
    return as_written(context["english_names"].get(name, name))
