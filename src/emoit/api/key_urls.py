from django.urls import path

from emoit.api.views import keys, webhooks

app_name = "api-keys"
urlpatterns = [
    path("", keys.show, name="list"),
    path("thu/", keys.make_test, name="test"),
    path("<int:key_id>/thu-hoi/", keys.revoke, name="revoke"),
    path("webhook/", webhooks.show, name="webhooks"),
    path("webhook/<int:webhook_id>/", webhooks.one, name="webhook"),
    path("webhook/<int:webhook_id>/xoa/", webhooks.delete, name="webhook-delete"),
    path("webhook/<int:webhook_id>/lan-gui/<int:delivery_id>/", webhooks.redeliver, name="webhook-redeliver"),
]
