from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "emoit.webhooks"
    label = "webhooks"
