"""The provider's own control: its clients, and who can sign in."""

from __future__ import annotations

from collections.abc import Sequence

from emoit_partners.identity import registry
from emoit_partners.kit import Behaviour, Field, Form, Request, Response, Routes, Store, Table, json_response, told

MOST = 1000
FORMS = (
    Form(
        "Ứng dụng dùng định danh",
        "/control/clients",
        (
            Field("client_id", "Mã ứng dụng", hint=f"ví dụ {registry.FIRST_CLIENT}"),
            Field("redirect_uris", "Địa chỉ nhận kết quả đăng nhập", hint="mỗi dòng một địa chỉ", kind="text"),
            Field("post_logout_redirect_uris", "Địa chỉ sau khi đăng xuất", hint="mỗi dòng một địa chỉ", kind="text"),
        ),
        "Lưu",
    ),
)


def routes(store: Store, _behaviour: Behaviour) -> Routes:
    registry.prepare(store)

    def clients(_request: Request) -> Response:
        """With their secrets: what an application is configured with."""
        return json_response(registry.clients(store))

    def know(request: Request) -> Response:
        return json_response(registry.know(store, request.json()))

    def know_by_form(request: Request) -> Response:
        form = request.form()
        lists = {name: form.get(name, "").split() for name in ("redirect_uris", "post_logout_redirect_uris")}
        registry.know(store, {"client_id": form.get("client_id", ""), **{n: uris for n, uris in lists.items() if uris}})
        return told("Đã lưu ứng dụng.")

    def accounts(request: Request) -> Response:
        """The first who can sign in. Query: `limit` (20)."""
        rows = store.all(
            "select login, password, name, sub from account order by rowid limit ?",
            [min(MOST, request.number("limit", 20))],
        )
        return json_response([dict(row) for row in rows])

    return {
        ("GET", r"/control/api/clients"): clients,
        ("PUT", r"/control/api/clients"): know,
        ("GET", r"/control/api/accounts"): accounts,
        ("POST", r"/control/clients"): know_by_form,
    }


def tables(store: Store) -> Sequence[Table]:
    known = [
        (
            one["client_id"],
            one["client_secret"],
            " ".join(one["redirect_uris"]),
            " ".join(one.get("post_logout_redirect_uris", [])),
        )
        for one in registry.clients(store)
    ]
    people = store.all("select login, password, name from account where length(login) = 12 order by rowid limit 8")
    firms = store.all("select login, password, name from account where length(login) = 10 order by rowid limit 4")
    return (
        Table("Ứng dụng đã đăng ký", ("Mã", "Bí mật", "Về", "Sau khi đăng xuất"), known),
        Table("Đăng nhập thử bằng", ("Số", "Mật khẩu", "Tên"), [tuple(row) for row in [*people, *firms]]),
    )
