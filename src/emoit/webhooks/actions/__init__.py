"""Writes of webhooks: announce what happened, keep subscriptions, send again."""

from emoit.webhooks.actions.announce import announce
from emoit.webhooks.actions.deliveries import redeliver, replay, send_test
from emoit.webhooks.actions.subscriptions import change, pause, resume, rotate_secret, subscribe, unsubscribe, verify
from emoit.webhooks.own import bind_accounts

__all__ = [
    "announce",
    "bind_accounts",
    "change",
    "pause",
    "redeliver",
    "replay",
    "resume",
    "rotate_secret",
    "send_test",
    "subscribe",
    "unsubscribe",
    "verify",
]
