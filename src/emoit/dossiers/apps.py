from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "emoit.dossiers"
    label = "dossiers"
