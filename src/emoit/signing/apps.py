from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "emoit.signing"
    label = "signing"
