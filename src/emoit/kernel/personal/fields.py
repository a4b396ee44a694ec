from __future__ import annotations

from typing import Any

from django.db import models

from emoit.kernel.personal.cipher import decrypt, encrypt


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is encrypted in the database and clear in Python. Cannot be filtered on: keep a `keyed_hash` beside."""

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        return None if value is None else decrypt(value)

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(str(value))
