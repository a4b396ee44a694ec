from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("he-thong/", include(("emoit.config.health", "health"))),
]
handler500 = "emoit.config.failures.server_error"
