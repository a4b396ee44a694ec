from django.urls import path

from emoit.api.views import keys

app_name = "api-keys"
urlpatterns = [
    path("", keys.show, name="list"),
    path("thu/", keys.make_test, name="test"),
    path("<int:key_id>/thu-hoi/", keys.revoke, name="revoke"),
]
