from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "emoit.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Load every module's handlers, so that events find them. The queue is ready: it stands before us in settings.

        (The library's own hook runs too early: what is registered in it is lost.)
        """
        autodiscover_modules("handlers")
