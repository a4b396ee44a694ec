from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "emoit.sharing"
    label = "sharing"
