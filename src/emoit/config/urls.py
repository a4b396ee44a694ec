from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("he-thong/", include(("emoit.config.health", "health"))),
    path("nghiep-vu/", include("emoit.desk.urls")),
    path("", include("emoit.portal.urls")),
]
handler500 = "emoit.config.failures.server_error"
