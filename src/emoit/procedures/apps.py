from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "emoit.procedures"
    label = "procedures"
