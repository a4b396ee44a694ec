"""The agency's own control: whom it knows, what it is to send, what came in."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from emoit_partners.agency import envelope
from emoit_partners.agency.ledger import Ledger
from emoit_partners.kit import (
    Behaviour,
    Field,
    Form,
    Request,
    Response,
    Routes,
    Store,
    Table,
    json_response,
    told,
)
from emoit_partners.kit.pages import shown

MOST = 1000
STATES = {"waiting": "chờ", "delivered": "đã có biên nhận", "failed": "bị từ chối"}
FORMS = (
    Form(
        "Đăng ký đối tác",
        "/control/peers",
        (
            Field("code", "Mã đối tác", hint="ví dụ G02"),
            Field("address", "Địa chỉ nhận", hint="ví dụ http://127.0.0.1:8000/lien-thong/v1/messages"),
            Field("format", "Định dạng", options={"json": "JSON", "xml": "XML"}),
            Field("certificate", "Chứng thư số ký (PEM)", kind="text"),
        ),
        "Đăng ký",
    ),
    Form(
        "Gửi thông điệp",
        "/control/send",
        (
            Field("peer", "Mã đối tác"),
            Field("kind", "Loại", hint="ping chỉ nhận lại biên nhận"),
            Field("payload", "Nội dung", kind="text"),
        ),
        "Gửi",
    ),
)


def routes(store: Store, behaviour: Behaviour) -> Routes:
    desk = Desk(Ledger(store), behaviour)
    return {
        ("GET", r"/control/api/certificate"): desk.certificate,
        ("PUT", r"/control/api/peers"): desk.know,
        ("POST", r"/control/api/send"): desk.send,
        ("GET", r"/control/api/messages"): desk.sent,
        ("GET", r"/control/api/received"): desk.received,
        ("POST", r"/control/peers"): desk.know_by_form,
        ("POST", r"/control/send"): desk.send_by_form,
    }


class Desk:
    def __init__(self, ledger: Ledger, behaviour: Behaviour) -> None:
        self._ledger = ledger
        self._store = ledger.store
        self._behaviour = behaviour

    def certificate(self, _request: Request) -> Response:
        """What others register: its code, its certificate (for signatures and for connections), its door."""
        return json_response(
            {
                "code": self._ledger.code,
                "certificate": self._ledger.own.pem,
                "fingerprint": self._ledger.own.fingerprint,
                "address": f"{self._store.fact('address')}/messages",
            }
        )

    def know(self, request: Request) -> Response:
        """PUT: code, certificates, and perhaps address, format, trusted; `own_code` changes the agency's own code."""
        peer = request.json()
        if own := peer.get("own_code"):
            self._store.state_fact("code", str(own))
        self._ledger.know(peer)
        return json_response({"code": peer["code"]})

    def send(self, request: Request) -> Response:
        """POST: see `Ledger.enqueue`. Answers the ids; the sender does the rest."""
        return json_response({"ids": self._ledger.enqueue(request.json(), self._now())}, 202)

    def sent(self, request: Request) -> Response:
        """Messages to others, oldest first. Query: `id`, `state`, `after` (n), `limit` (1000)."""
        query = request.query
        rows = self._store.all(
            "select n, id, peer, kind, conversation, sequence, state, attempts, answer, made_at, delivered_at"
            " from outbox where n > ? and (? = '' or id = ?) and (? = '' or state = ?) order by n limit ?",
            [
                request.number("after", 0),
                *[query.get("id", "")] * 2,
                *[query.get("state", "")] * 2,
                min(MOST, request.number("limit", MOST)),
            ],
        )
        counts = self._store.all("select state, count(*) count from outbox group by state")
        return json_response(
            {"counts": {row["state"]: row["count"] for row in counts}, "messages": [dict(row) for row in rows]}
        )

    def received(self, request: Request) -> Response:
        """Everything that had its effect, in order, with its body in base64. Query: `after` (n), `limit`."""
        rows = self._store.all(
            "select e.n, e.sender, e.id, e.kind, m.conversation, m.traceparent, m.received_at, m.duplicates, e.payload"
            " from effect e join message m on m.sender = e.sender and m.id = e.id where e.n > ? order by e.n limit ?",
            [request.number("after", 0), min(MOST, request.number("limit", MOST))],
        )
        total = self._store.one(
            "select (select count(*) from effect) effects, (select count(*) from message) messages,"
            " (select coalesce(sum(duplicates), 0) from message) duplicates"
        )
        listed = [dict(row) | {"payload": base64.b64encode(row["payload"]).decode()} for row in rows]
        return json_response({"totals": dict(total or {}), "messages": listed})

    def know_by_form(self, request: Request) -> Response:
        form = request.form()
        self._ledger.know({**form, "certificates": [form.get("certificate", "").strip() + "\n"]})
        return told("Đã đăng ký.")

    def send_by_form(self, request: Request) -> Response:
        form = request.form()
        body = base64.b64encode(form.get("payload", "").encode()).decode()
        message = {"peer": form.get("peer"), "kind": form.get("kind"), "payload_base64": body}
        self._ledger.enqueue(message, self._now())
        return told("Đã ghi vào hàng chờ gửi.")

    def _now(self) -> str:
        return envelope.moment(self._behaviour.now())


def tables(store: Store) -> Sequence[Table]:
    peers = store.all(
        "select p.code, p.address, p.format, count(c.code) n from peer p left join certificate c using (code)"
        " group by p.code order by p.code"
    )
    sent = store.all("select made_at, peer, kind, state, attempts, answer, id from outbox order by n desc limit 20")
    got = store.all("select received_at, sender, kind, duplicates, id from message order by received_at desc limit 20")
    return (
        Table("Đối tác đã đăng ký", ("Mã", "Địa chỉ", "Định dạng", "Chứng thư số"), [_text(row) for row in peers]),
        Table(
            "Thông điệp gửi đi",
            ("Lúc", "Đến", "Loại", "Trạng thái", "Số lần gửi", "Trả lời", "Mã"),
            [_text((shown(row[0]), *row[1:3], STATES[row["state"]], *row[4:])) for row in sent],
        ),
        Table(
            "Thông điệp đã nhận",
            ("Lúc", "Từ", "Loại", "Số lần trùng", "Mã"),
            [_text((shown(row[0]), *row[1:])) for row in got],
        ),
    )


def _text(row: Sequence[object]) -> list[str]:
    return [str(cell) for cell in row]
