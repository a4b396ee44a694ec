from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "emoit.ui"
    label = "ui"
