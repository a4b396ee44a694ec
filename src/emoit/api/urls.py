from django.urls import path

from emoit.api.rest import site
from emoit.api.views import pages

app_name = "api"
urlpatterns = [
    path("", pages.operations, name="operations"),
    path("openapi.json", pages.openapi, name="openapi"),
    path("loi/", pages.errors, name="errors"),
    path("thay-doi/", pages.changes, name="changes"),
    *site.urls(),
]
