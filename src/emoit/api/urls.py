from django.urls import path

from emoit.api.rest import site
from emoit.api.views import events, pages

app_name = "api"
urlpatterns = [
    path("", pages.operations, name="operations"),
    path("openapi.json", pages.openapi, name="openapi"),
    path("loi/", pages.errors, name="errors"),
    path("thay-doi/", pages.changes, name="changes"),
    path("su-kien/", events.catalogue, name="events"),
    path("su-kien/<str:name>.json", events.schema, name="event-schema"),
    *site.urls(),
]
