from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "emoit.work"
    label = "work"
