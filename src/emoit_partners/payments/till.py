"""The gateway's store: who may order payments, what was ordered, paid and told."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from emoit_partners.kit import Behaviour, Refused, Store

COMMAND = "PAY"
VERSION = "3.0"
MOST_VND = 10**12
_ADDRESS = re.compile(r"https?://[!-~]{1,2000}")  # it becomes a header: nothing but visible ASCII
_CLIENT = re.compile(r"[A-Za-z0-9._-]{1,40}")  # it becomes part of a file's name
LIFE = timedelta(minutes=30)  # an order that nobody pays

# Status of a payment as told to the one who ordered it.
PAID, FAILED, PENDING, EXPIRED = 0, 1, 2, 3
# Errors of answers.
DONE, NO_CLIENT, BAD_SUM, BAD_FIELD, REUSED, NO_TRANSACTION = "0", "1", "2", "3", "4", "5"
WORDS = {
    DONE: "Thành công",
    NO_CLIENT: "Không có đơn vị này",
    BAD_SUM: "Sai mã kiểm tra",
    BAD_FIELD: "Thiếu hoặc sai dữ liệu",
    REUSED: "Mã giao dịch đã dùng cho một khoản khác",
    NO_TRANSACTION: "Không có giao dịch này",
}

SCHEMA = """
create table if not exists client (
    client_id text primary key, hash_key_1 text not null, hash_key_2 text not null, callback text not null) strict;
create table if not exists payment (
    n integer primary key, token text not null unique, client_id text not null references client,
    transaction_id text not null, amount integer not null check (amount > 0),
    fee integer not null check (fee >= 0), description text not null, bill text not null, return_url text not null,
    ordered_at text not null, status integer not null, settled_at text not null default '',
    reference text not null default '', unique (client_id, transaction_id)) strict;
create table if not exists callback (
    n integer primary key, payment integer not null references payment, due real not null default 0,
    state text not null default 'waiting', attempts integer not null default 0, sent integer not null default 0,
    answer text not null default '') strict;
create index if not exists callback_waiting on callback (due, n) where state = 'waiting';
"""
KEEP = ("client",)
FIRST_CLIENT = "G02"


class Till:
    def __init__(self, store: Store, behaviour: Behaviour) -> None:
        store.prepare(SCHEMA, keep=KEEP)
        self.store = store
        self._behaviour = behaviour
        store.run(
            "insert or ignore into client values (?, ?, ?, '')",
            [FIRST_CLIENT, secrets.token_hex(16), secrets.token_hex(16)],
        )

    def know(self, told: Mapping[str, Any]) -> None:
        """Register or change a client; what is not named stays, keys are made where there are none."""
        client_id = str(told.get("client_id", ""))
        if not _CLIENT.fullmatch(client_id):
            raise Refused(422, "client_id gồm chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới; tối đa 40 ký tự.")
        old: Mapping[str, Any] = dict(self.client(client_id) or {})
        for name in ("hash_key_1", "hash_key_2"):
            if len(str(told.get(name, "0" * 16))) < 16:
                raise Refused(422, f"{name} cần ít nhất 16 ký tự.")
        values = [
            str(told.get(name, old.get(name, otherwise)))
            for name, otherwise in (
                ("hash_key_1", secrets.token_hex(16)),
                ("hash_key_2", secrets.token_hex(16)),
                ("callback", ""),
            )
        ]
        self.store.run(
            "insert into client values (?, ?, ?, ?) on conflict (client_id) do update set"
            " hash_key_1 = excluded.hash_key_1, hash_key_2 = excluded.hash_key_2, callback = excluded.callback",
            [client_id, *values],
        )

    def client(self, client_id: str) -> sqlite3.Row | None:
        return self.store.one("select * from client where client_id = ?", [client_id])

    def order(self, told: Mapping[str, Any]) -> tuple[str, str]:
        """(error, token of the page). The same order again gives the same page."""
        fields = _order(told)
        if fields is None:
            return BAD_FIELD, ""
        key = [fields["client_id"], fields["transaction_id"]]
        with self.store.transaction() as db:
            known = db.execute(
                "select token, amount, fee from payment where client_id = ? and transaction_id = ?", key
            ).fetchone()
            if known is not None:
                same = (known["amount"], known["fee"]) == (fields["amount"], fields["fee"])
                return (DONE, known["token"]) if same else (REUSED, "")
            token = secrets.token_urlsafe(30)
            db.execute(
                "insert into payment (token, client_id, transaction_id, amount, fee, description, bill, return_url,"
                " ordered_at, status) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    token,
                    *key,
                    fields["amount"],
                    fields["fee"],
                    fields["description"],
                    fields["bill"],
                    fields["return_url"],
                    self._behaviour.now().isoformat(),
                    PENDING,
                ],
            )
        return DONE, token

    def by_token(self, token: str) -> sqlite3.Row | None:
        return self._kept("token = ?", [token])

    def by_transaction(self, client_id: str, transaction_id: str) -> sqlite3.Row | None:
        return self._kept("client_id = ? and transaction_id = ?", [client_id, transaction_id])

    def _kept(self, condition: str, values: Sequence[str]) -> sqlite3.Row | None:
        found = self.store.one(f"select * from payment where {condition}", values)  # noqa: S608 - one of two above
        if found is None or found["status"] != PENDING:
            return found
        if datetime.fromisoformat(found["ordered_at"]) + LIFE > self._behaviour.now():
            return found
        self.store.run("update payment set status = ? where n = ? and status = ?", [EXPIRED, found["n"], PENDING])
        return self.store.one("select * from payment where n = ?", [found["n"]])

    def settle(self, payment: sqlite3.Row, status: int) -> bool:
        """Paid or failed, once; the callback waits in the same transaction. False where it was settled before."""
        now = self._behaviour.now()
        reference = f"KP{now:%Y%m%d}{payment['n']:08}"
        with self.store.transaction() as db:
            changed = db.execute(
                "update payment set status = ?, settled_at = ?, reference = ? where n = ? and status = ?",
                [status, now.isoformat(), reference, payment["n"], PENDING],
            ).rowcount
            if changed:
                db.execute("insert into callback (payment) values (?)", [payment["n"]])
        return changed == 1


def _order(told: Mapping[str, Any]) -> dict[str, Any] | None:
    """The fields to store, or None where one is missing or wrong. `bill_info` may be an object or its text."""
    amount, fee = _vnd(told.get("trans_amount")), _vnd(told.get("addition_fee", 0))
    transaction_id, return_url = str(told.get("transaction_id", "")), str(told.get("return_url", ""))
    fixed = {"command": COMMAND, "version": VERSION, "currency_code": "VND"}
    if any(str(told.get(name, "")) != value for name, value in fixed.items()):
        return None
    if not amount or fee is None or not 1 <= len(transaction_id) <= 60:
        return None
    if not _ADDRESS.fullmatch(return_url) or str(told.get("environment", 1)) not in {"1", "2"}:
        return None
    return {
        "client_id": str(told["client_id"]),
        "transaction_id": transaction_id,
        "amount": amount,
        "fee": fee,
        "description": str(told.get("description", ""))[:500],
        "bill": _text(told.get("bill_info", {})),
        "return_url": return_url,
    }


def _vnd(value: object) -> int | None:
    """Whole dong, as a number or as its digits."""
    text = "" if isinstance(value, bool) else str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MOST_VND else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
