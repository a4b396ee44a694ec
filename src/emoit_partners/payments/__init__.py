"""A payment gateway in the shape of the national portal's platform, version 3.0: `/api/pay`, `/api/detail`, callbacks.

What the published facts leave open is set here and written in decision 0020: paths, error numbers, the callback's
fields beyond its check sum, the settlement file.
"""

from emoit_partners.kit import Partner
from emoit_partners.payments.callbacks import Caller
from emoit_partners.payments.desk import FORMS, routes, tables
from emoit_partners.payments.door import LIES, make_app

PARTNER = Partner(
    name="payments",
    title="Cổng thanh toán",
    make_app=make_app,
    lies=LIES,
    about="Đóng vai nền tảng thanh toán trực tuyến của Cổng Dịch vụ công quốc gia.",
    routes=routes,
    tables=tables,
    companion=Caller,
    forms=FORMS,
)
