from django.urls import URLPattern, URLResolver, include, path

from emoit.config import language

urlpatterns: list[URLPattern | URLResolver] = [
    path("he-thong/", include(("emoit.config.health", "health"))),
    path("ngon-ngu/", language.choose, name="language"),
    path("nghiep-vu/", include("emoit.desk.urls")),
    path("api/v1/", include("emoit.api.urls")),
    path("lien-thong/v1/", include("emoit.exchange.urls")),
    path("chia-se/", include("emoit.sharing.urls")),
    path("tai-khoan/khoa-api/", include("emoit.api.key_urls")),
    path("", include("emoit.portal.urls")),
]
handler500 = "emoit.config.failures.server_error"
