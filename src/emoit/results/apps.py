from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "emoit.results"
    label = "results"
