"""What others send to the agency: effect and receipt in one transaction, the stored receipt for what came before."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from emoit_partners.agency import envelope
from emoit_partners.agency.envelope import MEDIA_TYPES, Read
from emoit_partners.agency.faults import Fault
from emoit_partners.agency.ledger import Ledger
from emoit_partners.agency.signing import Own, stranger
from emoit_partners.kit import App, Behaviour, Request, Response, Store, application

SKEW = timedelta(minutes=10)
LIES = {
    "digest": "biên nhận ghi sai mã băm; thông điệp gửi đi ghi sai mã băm",
    "key": "ký bằng một khóa khác",
    "other": "biên nhận của một thông điệp khác",
    "no_receipt": "trả lời 200 mà không có biên nhận",
}


def make_app(store: Store, behaviour: Behaviour) -> App:
    door = Door(Ledger(store), behaviour)
    return application({("POST", "/messages"): door.take})


class Door:
    def __init__(self, ledger: Ledger, behaviour: Behaviour) -> None:
        self._ledger = ledger
        self._behaviour = behaviour

    def take(self, request: Request) -> Response:
        try:
            form = envelope.form_of(request.media_type)
            read = envelope.read_message(request.body, form, self._ledger.find)
            self._judge(read.fields)
            receipt, media_type = self._take_in(read, form)
        except Fault as fault:
            problem = {"status": fault.status, "code": fault.code, "title": fault.code}
            return Response(fault.status, json.dumps(problem).encode(), "application/problem+json")
        lie = self._behaviour.lie
        if lie != "no":
            receipt = self._lied(lie, read, form)
        return Response(200, receipt, media_type)

    def _judge(self, fields: dict[str, str]) -> None:
        if fields["recipient"] != self._ledger.code:
            raise Fault("wrong_recipient")
        now = self._behaviour.now()
        try:
            signed_at = datetime.fromisoformat(fields["signed_at"])
        except ValueError as error:
            raise Fault("bad_field") from error
        if signed_at < now - SKEW:
            raise Fault("stale_envelope")
        if signed_at > now + SKEW:
            raise Fault("future_envelope")

    def _take_in(self, read: Read, form: str) -> tuple[bytes, str]:
        """The receipt and its media type."""
        fields, store = read.fields, self._ledger.store
        own_identity = envelope.identity(fields)
        if stored := self._stored(fields, own_identity):
            return stored
        received_at = envelope.moment(self._behaviour.now())
        receipt = self._receipt(fields, own_identity, received_at, form, self._ledger.own)
        with store.transaction() as db:
            if stored := self._stored(fields, own_identity):  # it came twice at once
                return stored
            if fields["after"] and not self._had_effect(fields["sender"], fields["after"]):
                raise Fault("too_early")
            db.execute(
                "insert into message (sender, id, identity, kind, conversation, traceparent, received_at, receipt,"
                " media_type) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    fields["sender"],
                    fields["id"],
                    own_identity,
                    fields["kind"],
                    fields["conversation"],
                    fields["traceparent"],
                    received_at,
                    receipt,
                    MEDIA_TYPES[form],
                ],
            )
            db.execute(
                "insert into effect (sender, id, kind, payload) values (?, ?, ?, ?)",
                [fields["sender"], fields["id"], fields["kind"], read.body],
            )
        return receipt, MEDIA_TYPES[form]

    def _stored(self, fields: dict[str, str], own_identity: str) -> tuple[bytes, str] | None:
        store, key = self._ledger.store, [fields["sender"], fields["id"]]
        row = store.one("select identity, receipt, media_type from message where sender = ? and id = ?", key)
        if row is None:
            return None
        if row["identity"] != own_identity:
            raise Fault("id_reused")
        store.run("update message set duplicates = duplicates + 1 where sender = ? and id = ?", key)
        return row["receipt"], row["media_type"]

    def _had_effect(self, sender: str, id_: str) -> bool:
        return self._ledger.store.one("select 1 from message where sender = ? and id = ?", [sender, id_]) is not None

    def _receipt(self, fields: dict[str, str], own_identity: str, at: str, form: str, own: Own) -> bytes:
        said = {
            "message_id": fields["id"],
            "identity": own_identity,
            "sender": self._ledger.code,
            "recipient": fields["sender"],
            "received_at": at,
        }
        return envelope.pack("receipt", said, None, form, own)

    def _lied(self, lie: str, read: Read, form: str) -> bytes:
        """What is said instead; what is stored stays true."""
        fields, own, known = dict(read.fields), self._ledger.own, envelope.identity(read.fields)
        if lie == "no_receipt":
            return b"{}" if form == "json" else b"<ok/>"
        if lie == "digest":
            known = "0" * 64
        if lie == "other":
            fields["id"] = str(uuid.uuid4())
        if lie == "key":
            own = replace(own, private=stranger())
        return self._receipt(fields, known, envelope.moment(self._behaviour.now()), form, own)
