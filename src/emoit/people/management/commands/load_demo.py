"""Make made-up accounts for trying out, with random passwords. Only with EMOIT_DEBUG=1 or EMOIT_DEMO=1."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from emoit.kernel.access import NotFound, process
from emoit.people import queries
from emoit.people.demo import load_demo


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not (settings.DEBUG or settings.EMOIT_DEMO):
            raise CommandError("Tài khoản dùng thử chỉ được tạo khi EMOIT_DEMO=1 hoặc EMOIT_DEBUG=1.")
        try:
            agency_id = queries.agency_id_of(settings.EMOIT_AGENCY_CODE)
        except NotFound:
            call_command("load_organisation", stdout=self.stdout)
            agency_id = queries.agency_id_of(settings.EMOIT_AGENCY_CODE)
        path = settings.VAR / "demo" / "accounts.json"
        made, kept = load_demo(process("load_demo", agency_id), timezone.now(), path)
        self.stdout.write(f"Tài khoản dùng thử: {made} mới, {kept} giữ nguyên; mật khẩu trong {path}")
