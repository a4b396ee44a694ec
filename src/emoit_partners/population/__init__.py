"""A national population database of ten thousand made-up people, behind SOAP 1.1."""

from __future__ import annotations

from emoit_partners.kit import Partner
from emoit_partners.population.app import LIES, make_app
from emoit_partners.population.register import routes, tables

PARTNER = Partner(
    name="population",
    title="Cơ sở dữ liệu quốc gia về dân cư",
    make_app=make_app,
    lies=LIES,
    about="Tra cứu thông tin công dân theo số định danh và họ tên; mọi người trong đó đều là bịa.",
    routes=routes,
    tables=tables,
)
