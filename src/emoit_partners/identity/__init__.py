"""An OpenID provider: the certified npm package `oidc-provider` behind the kit's door, with the made-up people.

Authorization code with PKCE, consent that is remembered, RP-initiated logout. Discovery at
`/.well-known/openid-configuration`. Signing in: personal number (or an enterprise's tax code) and `Thu-` with its last
six digits.
"""

from emoit_partners.identity.desk import FORMS, routes, tables
from emoit_partners.identity.door import LIES, make_app
from emoit_partners.identity.node import Process
from emoit_partners.kit import Partner

PARTNER = Partner(
    name="identity",
    title="Định danh điện tử",
    make_app=make_app,
    lies=LIES,
    about="Đóng vai hệ thống định danh và xác thực điện tử, theo chuẩn OpenID Connect.",
    routes=routes,
    tables=tables,
    companion=Process,
    forms=FORMS,
)
