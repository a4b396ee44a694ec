from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "emoit.kernel"
    label = "kernel"
