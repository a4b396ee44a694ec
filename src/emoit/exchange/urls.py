from django.urls import path

from emoit.exchange.views.receive import receive
from emoit.exchange.views.soap import receive_soap

app_name = "exchange"
urlpatterns = [
    path("messages", receive, name="messages"),
    path("soap", receive_soap, name="soap"),
]
