"""The agency's store: whom it knows, what it took in, what it sends."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sqlite3
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography import x509

from emoit_partners.agency.faults import Fault
from emoit_partners.agency.signing import Own, fingerprint, open_own
from emoit_partners.kit import Refused, Store

CODE = "P01"  # its own code, unless told another

SCHEMA = """
create table if not exists peer (
    code text primary key, address text not null, format text not null, trusted text not null) strict;
create table if not exists certificate (
    fingerprint text primary key, code text not null references peer on delete cascade, pem text not null) strict;
create table if not exists message (
    sender text not null, id text not null, identity text not null, kind text not null, conversation text not null,
    traceparent text not null, received_at text not null, receipt blob not null, media_type text not null,
    duplicates integer not null default 0, primary key (sender, id)) strict, without rowid;
create table if not exists effect (
    n integer primary key, sender text not null, id text not null, kind text not null, payload blob not null) strict;
create table if not exists outbox (
    n integer primary key, id text not null unique, peer text not null, kind text not null, conversation text not null,
    sequence integer not null, after text not null, in_reply_to text not null, media_type text not null,
    traceparent text not null, payload blob not null, made_at text not null, state text not null default 'waiting',
    attempts integer not null default 0, due real not null default 0, answer text not null default '',
    delivered_at text not null default '', receipt blob) strict;
create index if not exists outbox_waiting on outbox (due, n) where state = 'waiting';
create index if not exists outbox_conversation on outbox (peer, conversation, n);
"""
KEEP = ("peer", "certificate")


class Ledger:
    """Both halves of the agency, door and sender, hold one."""

    def __init__(self, store: Store) -> None:
        store.prepare(SCHEMA, keep=KEEP)
        self.store = store
        self.folder: Path = store.path.parent
        self.own: Own = open_own(self.folder, CODE)

    @property
    def code(self) -> str:
        return self.store.fact("code") or CODE

    # -- whom it knows ---------------------------------------------------------------------------------------------

    def know(self, told: Mapping[str, Any]) -> None:
        """Register or change a peer.

        `told`: code, certificates (PEM, of its signatures); perhaps address (its door), format (`json`), trusted (PEM
        of its TLS certificate or of the authority behind it).
        """
        code, pems = str(told.get("code", "")), told.get("certificates", [])
        form = str(told.get("format", "json"))
        if not code or form not in {"json", "xml"} or not isinstance(pems, list):
            raise Refused(422, "Cần code, certificates (PEM) và format json hoặc xml.")
        try:
            found = [(fingerprint(x509.load_pem_x509_certificate(str(pem).encode())), code, str(pem)) for pem in pems]
        except ValueError as error:
            raise Refused(422, "Chứng thư số không đọc được.") from error
        with self.store.transaction() as db:
            db.execute(
                "insert into peer values (?, ?, ?, ?) on conflict (code) do update set address = excluded.address,"
                " format = excluded.format, trusted = excluded.trusted",
                [code, str(told.get("address", "")), form, str(told.get("trusted", ""))],
            )
            db.execute("delete from certificate where code = ?", [code])
            db.executemany("insert or replace into certificate values (?, ?, ?)", found)

    def find(self, print_: str) -> tuple[str, str]:
        """As `envelope.Finder`."""
        row = self.store.one("select code, pem from certificate where fingerprint = ?", [print_])
        if row is None:
            raise Fault("unknown_certificate")
        return row["code"], row["pem"]

    # -- what it sends ---------------------------------------------------------------------------------------------

    def enqueue(self, told: Mapping[str, Any], made_at: str) -> list[str]:
        """Write messages into the outbox; gives their ids.

        `told`: peer, kind; perhaps payload (any JSON value, or `payload_base64`), media_type, conversation,
        in_reply_to, traceparent, count (so many, each a conversation of its own unless one is named).
        """
        peer, count = str(told.get("peer", "")), told.get("count", 1)
        if self.store.one("select 1 from peer where code = ?", [peer]) is None:
            raise Refused(422, "Chưa đăng ký bên nhận này.")
        if not isinstance(count, int) or not 1 <= count <= 100_000 or not told.get("kind"):
            raise Refused(422, "Cần kind; count từ 1 đến 100000.")
        payload = _payload(told)
        with self.store.transaction() as db:
            return [self._one(db, told, peer, payload, made_at) for _ in range(count)]

    def _one(self, db: sqlite3.Connection, told: Mapping[str, Any], peer: str, payload: bytes, made_at: str) -> str:
        id_ = str(uuid.uuid4())
        conversation = str(told.get("conversation") or id_)
        last = db.execute(
            "select id, sequence from outbox where peer = ? and conversation = ? order by n desc limit 1",
            [peer, conversation],
        ).fetchone()
        traceparent = told.get("traceparent") or f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
        db.execute(
            "insert into outbox (id, peer, kind, conversation, sequence, after, in_reply_to, media_type, traceparent,"
            " payload, made_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                id_,
                peer,
                str(told["kind"]),
                conversation,
                last["sequence"] + 1 if last else 1,
                last["id"] if last else "",
                str(told.get("in_reply_to", "")),
                str(told.get("media_type", "application/json")),
                str(traceparent),
                payload,
                made_at,
            ],
        )
        return id_

    def fields_of(self, row: sqlite3.Row, signed_at: str) -> dict[str, str]:
        """The fields of a message of the outbox."""
        payload: bytes = row["payload"]
        return {
            "id": row["id"],
            "sender": self.code,
            "recipient": row["peer"],
            "kind": row["kind"],
            "conversation": row["conversation"],
            "sequence": str(row["sequence"]),
            "after": row["after"],
            "in_reply_to": row["in_reply_to"],
            "media_type": row["media_type"],
            "digest": hashlib.sha256(payload).hexdigest(),
            "size": str(len(payload)),
            "traceparent": row["traceparent"],
            "signed_at": signed_at,
        }


def _payload(told: Mapping[str, Any]) -> bytes:
    if "payload_base64" in told:
        try:
            return base64.b64decode(str(told["payload_base64"]), validate=True)
        except ValueError as error:
            raise Refused(422, "payload_base64 không đọc được.") from error
    return json.dumps(told.get("payload", {}), ensure_ascii=False).encode()
