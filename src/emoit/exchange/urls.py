from django.urls import path

from emoit.exchange.views.receive import receive

app_name = "exchange"
urlpatterns = [path("messages", receive, name="messages")]
