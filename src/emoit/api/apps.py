from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "emoit.api"
    label = "api"
