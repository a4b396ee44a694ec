"""A generic agency."""

from __future__ import annotations

from emoit_partners.kit import App, Behaviour, Partner, Request, Response, Store, application, json_response


def make_app(store: Store, behaviour: Behaviour) -> App:
    store.prepare("create table if not exists effect (id integer primary key, text text not null) strict;")

    def take(request: Request) -> Response:
        store.run("insert into effect (text) values (?)", [request.body.decode()])
        return json_response({"effects": len(store.all("select id from effect")), "lie": behaviour.lie})

    return application({("POST", "/messages"): take})


PARTNER = Partner("agency", "Cơ quan khác", make_app, lies={"digest": "sai mã băm trong biên nhận"})
