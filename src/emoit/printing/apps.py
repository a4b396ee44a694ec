from django.apps import AppConfig


class PrintingConfig(AppConfig):
    name = "emoit.printing"
    label = "printing"
