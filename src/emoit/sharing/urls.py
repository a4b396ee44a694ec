from django.urls import path, re_path

from emoit.sharing import rest
from emoit.sharing.views import pages, testing, trying

app_name = "sharing"
urlpatterns = [
    path("", pages.contract, name="contract"),
    path("openapi.json", pages.openapi, name="openapi"),
    path("loi/", pages.errors, name="errors"),
    path("thay-doi/", pages.changes, name="changes"),
    path("dang-ky-thu/", testing.show, name="test"),
    path("ca-thu-nghiem.pem", testing.authority, name="authority"),
    path("goi-thu/", trying.show, name="try"),
    path("v1/oauth/token", rest.token, name="token"),
    path("v1/oauth/revoke", rest.revoke, name="revoke"),
    path("v1/statement", rest.statement, name="statement"),
    path("<slug:version>/<str:code>", rest.serve, name="service"),
    re_path(r"^v1/(?P<path>.*)$", rest.nothing_here, name="nothing"),
]
