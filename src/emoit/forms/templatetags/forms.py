"""`{% load forms %}{% render_page page answers errors %}`: the fields of one page, by govuk-frontend's markup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from emoit.forms.rendering import controls
from emoit.forms.types import Answers, Page, Widget

register = template.Library()


@register.inclusion_tag("forms/page.html")
def render_page(page: Page, answers: Answers | None = None, errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Without the form element, its token and its submit button: the screen that shows the page has those.

    Repeats have buttons of their own (`name="_repeat"`), which post the same form.
    """
    return {
        "sections": [
            {"title": s.title, "help": s.help, "controls": controls(page, s.fields, answers or {}, errors or {})}
            for s in page.sections
        ],
        "help": page.help,
        # The first submit button is what Enter presses: it must not be a row's "remove".
        "has_repeat": any(f.widget is Widget.REPEAT for f in page.fields),
    }
