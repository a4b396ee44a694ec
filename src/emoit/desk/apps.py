from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "emoit.desk"
    label = "desk"
