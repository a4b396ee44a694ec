from django.urls import include, path

urlpatterns = [path("ui/", include("emoit.ui.urls"))]
