from django.apps import AppConfig


class CodesConfig(AppConfig):
    name = "emoit.codes"
    label = "codes"
