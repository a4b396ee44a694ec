"""Personal values are unreadable in the database, survive a change of keys, and show any tampering."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from emoit.kernel.personal import EncryptedTextField, cipher, decrypt, encrypt, keyed_hash

OLD, NEW = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))


@pytest.fixture(autouse=True)
def keys(settings: Any) -> Iterator[None]:
    settings.EMOIT_PERSONAL_KEYS = [OLD]
    cipher._keys.cache_clear()
    yield
    cipher._keys.cache_clear()


def use(settings: Any, *keys: str) -> None:
    settings.EMOIT_PERSONAL_KEYS = list(keys)
    cipher._keys.cache_clear()


@pytest.mark.parametrize("text", ["001099012345", "Nguyễn Thị Lan", "", "x" * 100_000, "🙂", "a\nb"])
def test_what_was_closed_opens_again(text: str) -> None:
    assert decrypt(encrypt(text)) == text


def test_the_same_text_never_looks_the_same() -> None:
    first, second = encrypt("001099012345"), encrypt("001099012345")
    assert first != second
    assert "001099012345" not in first
    assert first.startswith("v1.")


def test_a_new_key_closes_and_the_old_one_still_opens(settings: Any) -> None:
    before, hashed = encrypt("Lan"), keyed_hash("Lan")
    use(settings, NEW, OLD)
    after = encrypt("Lan")
    assert before.split(".")[1] != after.split(".")[1]
    assert (decrypt(before), decrypt(after), keyed_hash("Lan")) == ("Lan", "Lan", hashed)
    use(settings, NEW)
    assert decrypt(after) == "Lan"
    with pytest.raises(ValueError, match="cannot be opened"):
        decrypt(before)


def test_any_flipped_bit_shows() -> None:
    version, key_id, body = encrypt("001099012345").split(".")
    raw = base64.b64decode(body)
    for position in range(len(raw)):
        forged = bytes([*raw[:position], raw[position] ^ 1, *raw[position + 1 :]])
        with pytest.raises(ValueError, match="cannot be opened"):
            decrypt(f"{version}.{key_id}.{base64.b64encode(forged).decode()}")


def test_a_value_moved_to_another_keys_name_does_not_open(settings: Any) -> None:
    use(settings, NEW, OLD)
    new_id, old_id = cipher._keys()
    body = encrypt("Lan").split(".")[2]
    with pytest.raises(ValueError, match="cannot be opened"):
        decrypt(f"v1.{old_id}.{body}")
    assert new_id != old_id


@pytest.mark.parametrize("value", ["plain", "v1.x", "v1.00000000.AAAA", "v2.x.y", "v1..", "v1.abc.****", "v1.abc.AA=="])
def test_what_was_never_closed_is_not_opened(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the promise is the type
        decrypt(value)


def test_short_values_of_a_known_key_are_not_opened() -> None:
    key_id = next(iter(cipher._keys()))
    for length in range(28):
        with pytest.raises(ValueError):  # noqa: PT011 - the promise is the type
            decrypt(f"v1.{key_id}.{base64.b64encode(bytes(length)).decode()}")


def test_look_up_forgives_case_and_blanks_and_depends_on_the_key(settings: Any) -> None:
    first = keyed_hash(" Lan@Example.vn ")
    assert (first, len(first)) == (keyed_hash("lan@example.vn"), 64)
    use(settings, NEW)
    assert keyed_hash("lan@example.vn") != first


@pytest.mark.parametrize("keys", [[], [""], ["AAAA"], [base64.b64encode(bytes(31)).decode()]])
def test_a_poor_key_stops_the_process(settings: Any, keys: list[str]) -> None:
    use(settings, *keys)
    with pytest.raises(ImproperlyConfigured):
        encrypt("x")


@pytest.mark.django_db
def test_the_column_holds_only_the_closed_value() -> None:
    field: Any = EncryptedTextField()
    closed = field.get_prep_value("001099012345")
    with connection.cursor() as cursor:
        cursor.execute("select %s::text", [closed])
        stored = cursor.fetchone()[0]
    assert "001099012345" not in stored
    assert field.from_db_value(stored, None, connection) == "001099012345"
    assert (field.get_prep_value(None), field.from_db_value(None, None, connection)) == (None, None)
