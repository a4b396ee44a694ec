"""The style guide's addresses. Include under `ui/` only where `settings.DEBUG` holds."""

from __future__ import annotations

from django.urls import path

from emoit.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.index, name="index"),
    path("portal/", views.portal),
    path("portal/<slug:state>/", views.portal, name="portal"),
    path("desk/", views.desk),
    path("desk/<slug:state>/", views.desk, name="desk"),
    path("inbox/", views.inbox, name="inbox"),
    path("record/", views.record, name="record"),
    path("palette/", views.palette, name="palette"),
    path("error/<int:code>/", views.error, name="error"),
    path("<slug:name>/", views.screen, name="screen"),
]
