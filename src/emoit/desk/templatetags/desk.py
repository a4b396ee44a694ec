"""What only the workbench's templates need."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.html import format_html

from emoit.lib.vietnamese import is_vietnamese
from emoit.ui.language import is_english

register = template.Library()


@register.simple_tag(takes_context=True)
def procedure(context: Context, name: str) -> str:
    """What a dossier's procedure is called, on an English page by its English name where the catalogue has one."""
    shown: str = context["english_names"].get(name, name)
    return format_html('<span lang="vi">{}</span>', shown) if is_english() and is_vietnamese(shown) else shown


@register.filter
def in_fours(hexadecimal: str) -> str:
    """A fingerprint as people compare it: "1A2B 3C4D …"."""
    return " ".join(hexadecimal[at : at + 4] for at in range(0, len(hexadecimal), 4)).upper()
