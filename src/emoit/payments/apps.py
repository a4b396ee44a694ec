from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "emoit.payments"
    label = "payments"
