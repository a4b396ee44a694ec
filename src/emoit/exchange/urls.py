from django.urls import path

from emoit.exchange.views.as4 import receive_as4
from emoit.exchange.views.receive import receive
from emoit.exchange.views.soap import receive_soap

app_name = "exchange"
urlpatterns = [
    path("messages", receive, name="messages"),
    path("as4", receive_as4, name="as4"),
    path("soap", receive_soap, name="soap"),
]
