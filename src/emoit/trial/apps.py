from django.apps import AppConfig


class TrialConfig(AppConfig):
    name = "emoit.trial"
    label = "trial"
