"""A generic agency that exchanges signed messages with others: takes them in once, sends its own until they arrive.

Others register its certificate (`GET /control/api/certificate`); it learns theirs by `PUT /control/api/peers`. Its door
is `/messages`; `POST /control/api/send` makes it send. The protocol is written anew here: it shares no code with what
it is to try.
"""

from emoit_partners.agency.desk import FORMS, routes, tables
from emoit_partners.agency.door import LIES, make_app
from emoit_partners.agency.sender import Sender
from emoit_partners.kit import Partner

PARTNER = Partner(
    name="agency",
    title="Cơ quan khác",
    make_app=make_app,
    lies=LIES,
    about="Đóng vai một cơ quan bất kỳ, trao đổi thông điệp ký số hai chiều.",
    routes=routes,
    tables=tables,
    companion=Sender,
    forms=FORMS,
)
