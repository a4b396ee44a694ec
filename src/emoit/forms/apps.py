from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "emoit.forms"
    label = "forms"
