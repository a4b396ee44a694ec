"""The payment gateway as those who order payments meet it."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from emoit_partners.kit import Behaviour, Store
from emoit_partners.payments import settlement
from emoit_partners.payments.checksums import ORDER, check_sum
from emoit_partners.payments.till import EXPIRED, PAID, Till
from tests.support.partners import Running, running

KEY_1, KEY_2 = "first-key-of-tests", "second-key-of-tests"
RETURN = "http://127.0.0.1:9/ve?ma=1"
VIET_NAM = timezone(timedelta(hours=7))


def mac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


@dataclass
class Shop:
    """One that orders payments and hears how they end. It answers with `answers`, then with 0."""

    gateway: Running
    server: ThreadingHTTPServer
    heard: list[dict[str, Any]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def order(self, transaction_id: str = "T1", amount: Any = 60_000, **changed: Any) -> dict[str, Any]:
        told = {
            "client_id": "G02",
            "transaction_id": transaction_id,
            "trans_amount": amount,
            "command": "PAY",
            "version": "3.0",
            "description": "Lệ phí",
            "locale": "vn",
            "country_code": "vi",
            "currency_code": "VND",
            "environment": 1,
            "return_url": RETURN,
            "addition_fee": 0,
            "bill_info": {"MaHoSo": "000.00.00.G02-260512-0001", "HoTenNguoiNop": "Lê <b>Minh</b>"},
        } | changed
        if "check_sum" not in told:
            text = f"{told['addition_fee']}|{told['client_id']}|PAY|{told['trans_amount']}|{told['transaction_id']}|3.0"
            told["check_sum"] = mac(KEY_1, text)
        return self.post("/api/pay", told)

    def detail(self, transaction_id: str = "T1", **changed: str) -> dict[str, Any]:
        told = {"client_id": "G02", "transaction_id": transaction_id, "command": "PAY"}
        return self.post("/api/detail", told | {"check_sum": mac(KEY_1, f"G02|PAY|{transaction_id}")} | changed)

    def post(self, path: str, told: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.gateway.address}{path}", json.dumps(told).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return dict(json.loads(answer.read()))

    def page(self, order: dict[str, Any], choice: str = "") -> tuple[int, str, str]:
        """Status, where to go, content of the payment page, or of choosing on it."""
        parts = urlsplit(order["payment_url"])
        line = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=60)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST" if choice else "GET", parts.path, urlencode({"choice": choice}) if choice else None, form)
        answer = line.getresponse()
        content = answer.read().decode()
        line.close()
        return answer.status, answer.headers.get("Location", ""), content

    def pay(self, transaction_id: str = "T1", status: str = "paid") -> None:
        told = {"client_id": "G02", "transaction_id": transaction_id, "status": status}
        self.gateway.call("POST", "/pay", told)

    def hears(self, count: int) -> list[dict[str, Any]]:
        end = time.monotonic() + 120
        while len(self.heard) < count and time.monotonic() < end:
            time.sleep(0.02)
        return self.heard

    def settled(self, state: str) -> dict[str, Any]:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            (found,) = self.gateway.call("GET", "/payments")
            if found["callback"] == state:
                return dict(found)
            time.sleep(0.05)
        raise AssertionError(found)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("payments", tmp_path_factory.mktemp("payments")) as found:
        yield found


@pytest.fixture
def shop(gateway: Running) -> Iterator[Shop]:
    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            word = made.answers.pop(0) if made.answers else "0"
            body = json.dumps({"error": word}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    made = Shop(gateway, server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    gateway.reset()
    address = f"http://127.0.0.1:{server.server_port}/bao"
    client = {"client_id": "G02", "hash_key_1": KEY_1, "hash_key_2": KEY_2, "callback": address}
    gateway.call("PUT", "/clients", client)
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


# -- ordering


def test_check_sums_are_those_of_the_platform() -> None:
    order = {
        "addition_fee": 0,
        "client_id": "G02",
        "command": "PAY",
        "trans_amount": 60000,
        "transaction_id": "T1",
        "version": "3.0",
    }
    assert check_sum("k", order, ORDER) == mac("k", "0|G02|PAY|60000|T1|3.0")


def test_an_order_gives_a_page_and_the_same_order_the_same_page(shop: Shop) -> None:
    first = shop.order()
    assert (first["error"], first["msg"]) == ("0", "Thành công")
    assert first["payment_url"].startswith(f"{shop.gateway.address}/page/")
    assert shop.order()["payment_url"] == first["payment_url"]
    status, _, content = shop.page(first)
    assert status == 200
    for words in ("60.000 đ", "000.00.00.G02-260512-0001", "Lê &lt;b&gt;Minh&lt;/b&gt;", "Lệ phí"):
        assert words in content


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "G99"}, "1"),
        ({"check_sum": "0" * 64}, "2"),
        ({"check_sum": ""}, "2"),
        ({"trans_amount": 0}, "3"),
        ({"trans_amount": -5}, "3"),
        ({"trans_amount": 60000.5}, "3"),
        ({"trans_amount": "60.000"}, "3"),
        ({"addition_fee": -1}, "3"),
        ({"currency_code": "USD"}, "3"),
        ({"return_url": "javascript:alert(1)"}, "3"),
        ({"transaction_id": ""}, "3"),
        ({"environment": 3}, "3"),
        ({"trans_amount": "9" * 5000}, "3"),
        ({"trans_amount": "²"}, "3"),
        ({"return_url": "http://127.0.0.1/\r\nSet-Cookie: a=b"}, "3"),
        ({"return_url": "http://127.0.0.1/về"}, "3"),
    ],
)
def test_wrong_orders_are_answered_and_not_kept(shop: Shop, changed: dict[str, Any], error: str) -> None:
    assert shop.order(**changed)["error"] == error
    assert shop.gateway.call("GET", "/payments") == []


def test_a_transaction_is_not_ordered_again_for_another_sum(shop: Shop) -> None:
    shop.order()
    assert shop.order(amount=70_000)["error"] == "4"
    assert [one["amount"] for one in shop.gateway.call("GET", "/payments")] == [60_000]


# -- paying


@pytest.mark.parametrize(("choice", "status"), [("paid", 0), ("failed", 1)])
def test_a_person_chooses_and_goes_back(shop: Shop, choice: str, status: int) -> None:
    order = shop.order()
    assert shop.detail()["status"] == 2
    assert shop.page(order, choice)[:2] == (303, f"{RETURN}&transaction_id=T1&status={status}")
    (told,) = shop.hears(1)
    assert (told["status"], told["trans_amount"], told["transaction_id"]) == (status, 60_000, "T1")
    assert told["check_sum"] == mac(KEY_2, "0|G02|PAY|60000|T1|3.0")
    detail = shop.detail()
    assert {name: detail[name] for name in told} == told
    other = "failed" if choice == "paid" else "paid"
    assert shop.page(order, other)[1].endswith(f"status={status}")  # once is for good
    assert shop.settled("done")["sent"] == 1


def test_an_order_that_nobody_pays_runs_out(shop: Shop) -> None:
    order = shop.order()
    shop.gateway.behave(clock_skew_s=1801)
    assert shop.detail()["status"] == EXPIRED
    assert "Đã hết hạn thanh toán" in shop.page(order)[2]
    assert shop.heard == []


@pytest.mark.parametrize(
    ("changed", "error"), [({"check_sum": "0" * 64}, "2"), ({"client_id": "G99"}, "1"), ({"command": "X"}, "3")]
)
def test_wrong_questions(shop: Shop, changed: dict[str, str], error: str) -> None:
    shop.order()
    assert shop.detail(**changed)["error"] == error


def test_an_unknown_transaction(shop: Shop) -> None:
    assert shop.detail("T404")["error"] == "5"


def test_unknown_pages(shop: Shop) -> None:
    assert shop.page({"payment_url": f"{shop.gateway.address}/page/aaaaaaaaaaaaaaaa"})[0] == 404


# -- callbacks


def test_callbacks_are_tried_until_they_are_taken(shop: Shop) -> None:
    shop.answers[:] = ["-1", "-1"]
    shop.order()
    shop.pay()
    assert len(shop.hears(3)) == 3
    found = shop.settled("done")
    assert (found["attempts"], found["answer"]) == (3, "0")
    assert shop.heard[0] == shop.heard[1] == shop.heard[2]


def test_callbacks_are_repeated_when_told(shop: Shop) -> None:
    shop.gateway.behave(repeat=2)
    shop.order()
    shop.pay()
    assert len(shop.hears(3)) == 3
    assert shop.settled("done")["sent"] == 3


def test_callbacks_go_the_wrong_way_round_when_told(shop: Shop) -> None:
    shop.gateway.call("PUT", "/clients", {"client_id": "G02", "callback": ""})
    for name in ("T1", "T2", "T3"):
        shop.order(name)
        shop.pay(name)
    shop.gateway.behave(reorder=True)
    address = f"http://127.0.0.1:{shop.server.server_port}/bao"
    shop.gateway.call("PUT", "/clients", {"client_id": "G02", "callback": address})
    assert [one["transaction_id"] for one in shop.hears(3)] == ["T3", "T2", "T1"]


@pytest.mark.parametrize(
    ("lie", "wrong"),
    [
        ("sum", {"trans_amount": 61_000, "check_sum": mac(KEY_2, "0|G02|PAY|61000|T1|3.0")}),
        ("checksum", {"check_sum": "0" * 64}),
        ("paid", {"status": 0, "check_sum": mac(KEY_2, "0|G02|PAY|60000|T1|3.0")}),
    ],
)
def test_lying_callbacks_and_the_true_detail(shop: Shop, lie: str, wrong: dict[str, Any]) -> None:
    shop.gateway.behave(lie=lie)
    shop.order()
    shop.pay(status="failed")
    told = shop.hears(1)[0]
    assert {name: told[name] for name in wrong} == wrong
    detail = shop.detail()
    assert (detail["status"], detail["trans_amount"]) == (1, 60_000)


# -- settlement


def day_file(shop: Shop, day: str) -> list[str]:
    query = urlencode({"client_id": "G02", "day": day, "check_sum": mac(KEY_1, f"G02|{day}")})
    with urllib.request.urlopen(f"{shop.gateway.address}/api/settlement?{query}") as answer:
        assert answer.headers.get_content_type() == "text/csv"
        return str(answer.read().decode()).splitlines()


def test_the_file_of_a_day(shop: Shop) -> None:
    for name, amount in (("T1", 60_000), ("T2", 1_250_000), ("T3", 10_000)):
        shop.order(name, amount)
    shop.pay("T1")
    shop.pay("T2")
    shop.pay("T3", "failed")
    day = datetime.now(VIET_NAM).date()
    lines = day_file(shop, day.isoformat())
    assert lines[0] == "transaction_id,payment_reference,trans_amount,addition_fee,paid_at"
    assert [line.split(",")[::2][:2] for line in lines[1:3]] == [["T1", "60000"], ["T2", "1250000"]]
    assert lines[3] == f"TOTAL,2,1310000,0,{day}"
    assert day_file(shop, (day - timedelta(days=1)).isoformat())[1] == f"TOTAL,0,0,0,{day - timedelta(days=1)}"
    shop.gateway.behave(lie="settlement")
    assert day_file(shop, day.isoformat())[-1] == f"TOTAL,1,1251000,0,{day}"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "12/05/2026", "2026-02-30", ""])
def test_a_day_that_no_payment_is_of(shop: Shop, day: str) -> None:
    query = urlencode({"client_id": "G02", "day": day, "check_sum": mac(KEY_1, f"G02|{day}")})
    with urllib.request.urlopen(f"{shop.gateway.address}/api/settlement?{query}", timeout=60) as answer:
        assert json.loads(answer.read())["error"] == "3"
    with pytest.raises(AssertionError, match="422"):
        shop.gateway.call("GET", f"/settlement?day={day}")


@pytest.mark.parametrize("bill", ["{không phải JSON", "[1]", "{" * 3000, "Lệ phí"])
def test_a_bill_that_is_no_object_is_left_out(shop: Shop, bill: str) -> None:
    status, _, content = shop.page(shop.order(bill_info=bill))
    assert (status, "60.000 đ" in content, "Mã hồ sơ" in content) == (200, True, False)


@pytest.mark.parametrize("client_id", ["", "a b", 'a"b', "a\r\nb", "Bộ", "x" * 41])
def test_a_client_needs_a_plain_code(shop: Shop, client_id: str) -> None:
    with pytest.raises(AssertionError, match="422"):
        shop.gateway.call("PUT", "/clients", {"client_id": client_id})
    assert [one["client_id"] for one in shop.gateway.call("GET", "/clients")] == ["G02"]


def test_half_a_letter_is_no_text(shop: Shop) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        shop.order(client_id="\ud800", check_sum="x")
    assert refused.value.code == 400


def test_a_day_is_viet_nams(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite")
    till = Till(store, Behaviour(store))
    for name, at in {"before": "16:59:59", "first": "17:00:00"}.items():
        assert till.order(
            {
                "client_id": "G02",
                "transaction_id": name,
                "trans_amount": "1000",
                "command": "PAY",
                "version": "3.0",
                "currency_code": "VND",
                "return_url": RETURN,
            }
        )
        moment = datetime.fromisoformat(f"2026-05-11T{at}").replace(tzinfo=UTC).isoformat()
        store.run("update payment set status = ?, settled_at = ? where transaction_id = ?", [PAID, moment, name])
    day = datetime(2026, 5, 12, tzinfo=VIET_NAM).date()
    lines = settlement.file_of(store, "G02", day, lies=False).decode().splitlines()
    assert [line.split(",")[0] for line in lines] == ["transaction_id", "first", "TOTAL"]
