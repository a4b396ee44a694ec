"""What the gateway answers: orders, details and settlement files to systems, the payment page to people."""

from __future__ import annotations

import json
import sqlite3
from html import escape
from typing import Any
from urllib.parse import urlencode

from emoit_partners.kit import (
    App,
    Behaviour,
    Refused,
    Request,
    Response,
    Store,
    application,
    html_response,
    json_response,
    see_other,
)
from emoit_partners.kit.pages import STYLE, document
from emoit_partners.payments import settlement, till
from emoit_partners.payments.checksums import DETAIL, ORDER, SETTLEMENT, check_sum, is_right
from emoit_partners.payments.till import Till

LIES = {
    "sum": "báo kết quả với số tiền khác",
    "checksum": "báo kết quả với mã kiểm tra sai",
    "paid": "báo đã trả dù chưa trả",
    "settlement": "tệp đối soát thiếu một giao dịch và sai một số tiền",
}
_STATUS_WORDS = {
    till.PAID: "Đã thanh toán",
    till.FAILED: "Thanh toán không thành công",
    till.EXPIRED: "Đã hết hạn thanh toán",
}


def make_app(store: Store, behaviour: Behaviour) -> App:
    door = Door(Till(store, behaviour), behaviour)
    return application(
        {
            ("POST", r"/api/pay"): door.order,
            ("POST", r"/api/detail"): door.detail,
            ("GET", r"/api/settlement"): door.settlement,
            ("GET", r"/page/(?P<token>[\w-]{10,40})"): door.page,
            ("POST", r"/page/(?P<token>[\w-]{10,40})"): door.choose,
            ("GET", r"/style\.css"): lambda _: Response(200, STYLE.encode(), "text/css"),
        }
    )


def told_of(client: sqlite3.Row, payment: sqlite3.Row) -> dict[str, Any]:
    """A payment as details and callbacks tell of it, signed with the client's second key."""
    values: dict[str, Any] = {
        "client_id": payment["client_id"],
        "transaction_id": payment["transaction_id"],
        "command": till.COMMAND,
        "version": till.VERSION,
        "trans_amount": payment["amount"],
        "addition_fee": payment["fee"],
        "status": payment["status"],
        "payment_reference": payment["reference"],
        "paid_at": payment["settled_at"],
    }
    return values | {"check_sum": check_sum(client["hash_key_2"], values, ORDER)}


class Door:
    def __init__(self, own: Till, behaviour: Behaviour) -> None:
        self._till = own
        self._behaviour = behaviour

    def order(self, request: Request) -> Response:
        told = request.json()
        _, wrong = self._client(told, ORDER, till.COMMAND)
        if wrong:
            return _error(wrong)
        error, token = self._till.order(told)
        if error != till.DONE:
            return _error(error)
        return json_response({"error": error, "msg": till.WORDS[error], "payment_url": f"{request.base}/page/{token}"})

    def detail(self, request: Request) -> Response:
        told = request.json()
        client, wrong = self._client(told, DETAIL, till.COMMAND)
        if client is None:
            return _error(wrong)
        payment = self._till.by_transaction(client["client_id"], str(told["transaction_id"]))
        if payment is None:
            return _error(till.NO_TRANSACTION)
        return json_response({"error": till.DONE, "msg": till.WORDS[till.DONE]} | told_of(client, payment))

    def settlement(self, request: Request) -> Response:
        """Query: client_id, day (`2026-05-12`, of Viet Nam), check_sum."""
        client, wrong = self._client(request.query, SETTLEMENT, "")
        if client is None:
            return _error(wrong)
        try:
            day = settlement.day_of(request.query["day"])
        except ValueError:
            return _error(till.BAD_FIELD)
        lies = self._behaviour.lie == "settlement"
        content = settlement.file_of(self._till.store, client["client_id"], day, lies=lies)
        name = f"doi-soat-{client['client_id']}-{day:%Y%m%d}.csv"
        return Response(200, content, "text/csv", [("Content-Disposition", f'attachment; filename="{name}"')])

    def page(self, request: Request) -> Response:
        payment = self._payment(request)
        if payment["status"] != till.PENDING:
            return html_response(_closed_page(payment))
        return html_response(_open_page(payment))

    def choose(self, request: Request) -> Response:
        payment = self._payment(request)
        choice = request.form().get("choice")
        if choice not in {"paid", "failed"}:
            raise Refused(422, "Chọn thanh toán hoặc không thành công.")
        if payment["status"] == till.PENDING:
            self._till.settle(payment, till.PAID if choice == "paid" else till.FAILED)
        found = self._payment(request)
        joint = "&" if "?" in found["return_url"] else "?"
        query = urlencode({"transaction_id": found["transaction_id"], "status": found["status"]})
        return see_other(f"{found['return_url']}{joint}{query}")

    def _client(self, told: dict[str, Any], names: tuple[str, ...], command: str) -> tuple[sqlite3.Row | None, str]:
        """The client whose first key signed this, or the error."""
        client = self._till.client(str(told.get("client_id", "")))
        if client is None:
            return None, till.NO_CLIENT
        values = {"addition_fee": 0} | told
        if any(name not in values for name in names) or (command and told.get("command") != command):
            return None, till.BAD_FIELD
        if not is_right(told.get("check_sum", ""), client["hash_key_1"], values, names):
            return None, till.BAD_SUM
        return client, ""

    def _payment(self, request: Request) -> sqlite3.Row:
        found = self._till.by_token(request.parts["token"])
        if found is None:
            raise Refused(404, "Không có khoản thanh toán này.")
        return found


def _error(error: str) -> Response:
    return json_response({"error": error, "msg": till.WORDS[error]})


def vnd(amount: int) -> str:
    return f"{amount:,} đ".replace(",", ".")


def _bill(text: str) -> dict[str, Any]:
    """What was told of the bill; nothing where that is no JSON object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _rows(payment: sqlite3.Row) -> str:
    bill = _bill(payment["bill"])
    rows = {
        "Đơn vị thu": bill.get("TenDonVi") or payment["client_id"],
        "Nội dung": payment["description"] or bill.get("NoiDungThanhToan", ""),
        "Mã hồ sơ": bill.get("MaHoSo", ""),
        "Người nộp": bill.get("HoTenNguoiNop", ""),
        "Số tiền": vnd(payment["amount"]),
        "Phí dịch vụ": vnd(payment["fee"]) if payment["fee"] else "",
        "Tổng cộng": vnd(payment["amount"] + payment["fee"]),
        "Mã giao dịch": payment["transaction_id"],
    }
    cells = (f'<tr><th scope="row">{name}</th><td>{escape(str(text))}</td></tr>' for name, text in rows.items() if text)
    return f"<table><tbody>{''.join(cells)}</tbody></table>"


def _open_page(payment: sqlite3.Row) -> str:
    body = (
        f"<h1>Thanh toán {escape(vnd(payment['amount'] + payment['fee']))}</h1>{_rows(payment)}"
        f'<form class="knobs" method="post" action="/page/{payment["token"]}"><div class="buttons">'
        '<button name="choice" value="paid">Thanh toán</button>'
        '<button class="second" name="choice" value="failed">Thanh toán không thành công</button></div></form>'
        "<p>Chưa chọn thì khoản này vẫn chờ, tối đa 30 phút.</p>"
    )
    return document("Thanh toán", body, style="/style.css", head="Cổng thanh toán giả lập")


def _closed_page(payment: sqlite3.Row) -> str:
    words = _STATUS_WORDS[payment["status"]]
    link = f'<p><a href="{escape(payment["return_url"])}">Về nơi yêu cầu thanh toán</a></p>'
    body = f"<h1>{words}</h1>{_rows(payment)}{link}"
    return document(words, body, style="/style.css", head="Cổng thanh toán giả lập")
