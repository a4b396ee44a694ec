"""The gateway's own control: its clients, its payments, paying without a browser."""

from __future__ import annotations

from collections.abc import Sequence

from emoit_partners.kit import (
    Behaviour,
    Field,
    Form,
    Refused,
    Request,
    Response,
    Routes,
    Store,
    Table,
    json_response,
    told,
)
from emoit_partners.kit.pages import shown
from emoit_partners.payments import settlement, till
from emoit_partners.payments.door import vnd
from emoit_partners.payments.till import FIRST_CLIENT, Till

FORMS = (
    Form(
        "Đơn vị thu",
        "/control/clients",
        (
            Field("client_id", "Mã đơn vị", hint=f"ví dụ {FIRST_CLIENT}"),
            Field("callback", "Địa chỉ nhận kết quả"),
        ),
        "Lưu",
    ),
    Form(
        "Tệp đối soát",
        "/control/api/settlement",
        (Field("client_id", "Mã đơn vị"), Field("day", "Ngày", kind="date")),
        "Tải tệp",
        method="get",
    ),
)
STATUS_WORDS = {till.PAID: "đã trả", till.FAILED: "không thành công", till.PENDING: "chờ", till.EXPIRED: "hết hạn"}


def routes(store: Store, behaviour: Behaviour) -> Routes:
    desk = Desk(Till(store, behaviour), behaviour)
    return {
        ("GET", r"/control/api/clients"): desk.clients,
        ("PUT", r"/control/api/clients"): desk.know,
        ("GET", r"/control/api/payments"): desk.payments,
        ("POST", r"/control/api/pay"): desk.pay,
        ("GET", r"/control/api/settlement"): desk.settlement,
        ("POST", r"/control/clients"): desk.know_by_form,
    }


class Desk:
    def __init__(self, own: Till, behaviour: Behaviour) -> None:
        self._till = own
        self._store = own.store
        self._behaviour = behaviour

    def clients(self, _request: Request) -> Response:
        """With their keys: what the one who orders is configured with."""
        return json_response([dict(row) for row in self._store.all("select * from client order by client_id")])

    def know(self, request: Request) -> Response:
        """PUT: client_id, and perhaps hash_key_1, hash_key_2, callback."""
        self._till.know(request.json())
        return self.clients(request)

    def payments(self, _request: Request) -> Response:
        rows = self._store.all(
            "select p.client_id, p.transaction_id, p.amount, p.fee, p.status, p.reference, p.ordered_at, p.settled_at,"
            " p.token, c.state callback, c.attempts, c.sent, c.answer from payment p"
            " left join callback c on c.payment = p.n order by p.n limit 1000"
        )
        return json_response([dict(row) for row in rows])

    def pay(self, request: Request) -> Response:
        """POST: client_id, transaction_id, status `paid` or `failed`: as if a person had chosen it on the page."""
        given = request.json()
        status = {"paid": till.PAID, "failed": till.FAILED}.get(str(given.get("status")))
        payment = self._till.by_transaction(str(given.get("client_id")), str(given.get("transaction_id")))
        if status is None or payment is None or not self._till.settle(payment, status):
            raise Refused(422, "Không có khoản nào đang chờ như vậy.")
        return self.payments(request)

    def settlement(self, request: Request) -> Response:
        """As at the door, without a check sum. Query: client_id, day."""
        client_id = request.query.get("client_id") or FIRST_CLIENT
        try:
            day = settlement.day_of(request.query.get("day", ""))
        except ValueError as error:
            raise Refused(422, "Ngày viết như 2026-05-12.") from error
        lies = self._behaviour.lie == "settlement"
        return Response(200, settlement.file_of(self._store, client_id, day, lies=lies), "text/csv; charset=utf-8")

    def know_by_form(self, request: Request) -> Response:
        self._till.know(request.form())
        return told("Đã lưu đơn vị thu.")


def tables(store: Store) -> Sequence[Table]:
    clients = store.all("select client_id, callback, hash_key_1, hash_key_2 from client order by client_id")
    payments = store.all(
        "select p.ordered_at, p.client_id, p.transaction_id, p.amount, p.status, c.sent, c.answer from payment p"
        " left join callback c on c.payment = p.n order by p.n desc limit 20"
    )
    return (
        Table("Đơn vị đã đăng ký", ("Mã", "Địa chỉ nhận kết quả", "Khóa 1", "Khóa 2"), [tuple(row) for row in clients]),
        Table(
            "Khoản thanh toán",
            ("Lúc", "Đơn vị", "Mã giao dịch", "Số tiền", "Trạng thái", "Lần báo", "Trả lời"),
            [
                (
                    shown(row["ordered_at"]),
                    row["client_id"],
                    row["transaction_id"],
                    vnd(row["amount"]),
                    STATUS_WORDS[row["status"]],
                    str(row["sent"] or 0),
                    row["answer"] or "",
                )
                for row in payments
            ],
        ),
    )
