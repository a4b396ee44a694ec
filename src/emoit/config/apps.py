from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Makes the bindings of `wiring` in every process: web, worker, commands."""

    name = "emoit.config"
    label = "config"

    def ready(self) -> None:
        from emoit.config import wiring

        wiring.bind()
