"""What several tables have in common."""

from __future__ import annotations

import enum

from django.db.models import Q

CODE = 80
CONVERSATION = 120


def among(field: str, values: type[enum.Enum]) -> Q:
    """One of the values, as a condition that the database checks."""
    return Q(**{f"{field}__in": [value.value for value in values]})
