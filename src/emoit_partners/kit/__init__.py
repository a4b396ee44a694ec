"""What every sandbox partner stands on: a store, a behaviour that can be set, a door, a control page, a request log."""

from emoit_partners.kit.behaviour import Behaviour, State
from emoit_partners.kit.partner import Companion, Field, Form, Partner, Table, partner_named, partners
from emoit_partners.kit.store import Store
from emoit_partners.kit.web import (
    App,
    Refused,
    Request,
    Response,
    Routes,
    application,
    html_response,
    json_response,
    see_other,
    text_response,
    told,
)

__all__ = [
    "App",
    "Behaviour",
    "Companion",
    "Field",
    "Form",
    "Partner",
    "Refused",
    "Request",
    "Response",
    "Routes",
    "State",
    "Store",
    "Table",
    "application",
    "html_response",
    "json_response",
    "partner_named",
    "partners",
    "see_other",
    "text_response",
    "told",
]
