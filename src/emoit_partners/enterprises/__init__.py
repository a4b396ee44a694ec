"""A national register of two thousand made-up enterprises: JSON over HTTPS, by tax code."""

from __future__ import annotations

from emoit_partners.enterprises.app import LIES, make_app, routes, tables
from emoit_partners.kit import Partner

PARTNER = Partner(
    name="enterprises",
    title="Đăng ký doanh nghiệp",
    make_app=make_app,
    lies=LIES,
    about="Nội dung đăng ký doanh nghiệp theo mã số thuế; mọi doanh nghiệp trong đó đều là bịa.",
    routes=routes,
    tables=tables,
)
