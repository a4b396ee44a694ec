from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "emoit.exchange"
    label = "exchange"
