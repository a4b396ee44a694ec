from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "emoit.portal"
    label = "portal"
