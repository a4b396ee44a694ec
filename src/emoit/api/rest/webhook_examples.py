"""Examples of events and webhooks."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from emoit.api.rest import webhook_shapes as shapes

Json = dict[str, Any]
_TYPE = "vn.gov.moit.emoit.dossier.received"
_SCHEMA = "http://127.0.0.1:8000/api/v1/su-kien/dossier.received.json"
_DATA: Json = {
    "dossier_id": 1204,
    "code": "G02-260504-0017",
    "state": "received",
    "link": "http://127.0.0.1:8000/api/v1/dossiers/1204",
}
_EVENT: Json = {
    "specversion": "1.0",
    "id": "0b0f6a6e-5c0e-4f8c-9f06-0e3a3d7c6f10",
    "source": "urn:emoit:G02",
    "type": _TYPE,
    "subject": "dossiers/1204",
    "time": "2026-05-04T03:00:00Z",
    "datacontenttype": "application/json",
    "dataschema": _SCHEMA,
    "data": _DATA,
    "sequence": "58213",
}
_WEBHOOK: Json = {
    "id": 31,
    "address": "https://hethong.example/webhooks/emoit",
    "description": "Phần mềm quản lý hồ sơ",
    "types": [_TYPE],
    "owner": "enterprise:7",
    "state": "active",
    "state_label": "Đang gửi",
    "reason": "",
    "created_at": "2026-05-04T02:30:00Z",
    "verified_at": "2026-05-04T02:30:01Z",
    "failing_since": None,
    "old_secret_until": None,
}
_DELIVERY: Json = {
    "id": 9120,
    "event_id": _EVENT["id"],
    "type": _TYPE,
    "subject": "dossiers/1204",
    "sequence": "58213",
    "state": "waiting",
    "attempts": 1,
    "created_at": "2026-05-04T03:00:01Z",
    "next_try_at": "2026-05-04T03:00:07Z",
    "tried_at": "2026-05-04T03:00:02Z",
    "status": 500,
    "error": "http_500",
    "answer": "internal error",
}
NEW: Json = {
    "everything": {
        "summary": "Mọi sự kiện của một doanh nghiệp · Everything about one enterprise",
        "value": {"address": "https://hethong.example/webhooks/emoit", "enterprise_id": 7},
    },
    "some": {
        "summary": "Một số loại sự kiện · Some types",
        "value": {
            "address": "https://hethong.example/webhooks/emoit",
            "types": [_TYPE],
            "description": "Phần mềm quản lý hồ sơ",
        },
    },
}
CHANGE: Json = {
    "types": {"summary": "Chọn loại khác · Other types", "value": {"types": ["vn.gov.moit.emoit.dossier.decided"]}},
    "address": {
        "summary": "Đổi địa chỉ · Another address",
        "value": {"address": "https://moi.hethong.example/webhooks/emoit"},
    },
}
REPLAY: Json = {
    "after": {"summary": "Từ sau sự kiện cuối đã nhận · After the last one you have", "value": {"after": 58000}}
}
BY_ANSWER: dict[type[BaseModel], Json] = {
    shapes.EventPage: {"items": [_EVENT], "cursor": 58213, "has_more": False},
    shapes.EventTypes: {
        "items": [
            {
                "type": _TYPE,
                "words": "Hồ sơ được tiếp nhận, bắt đầu tính thời hạn",
                "words_en": "A dossier was taken in; the clock runs",
                "dataschema": _SCHEMA,
                "example": _DATA,
            }
        ]
    },
    shapes.WebhookWithSecret: {
        **_WEBHOOK,
        "state": "unverified",
        "state_label": "Chờ xác nhận",
        "verified_at": None,
        "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    },
    shapes.Webhooks: {"items": [_WEBHOOK]},
    shapes.WebhookOut: _WEBHOOK,
    shapes.DeliveryPage: {"items": [_DELIVERY], "next_cursor": None},
    shapes.DeliveryOut: _DELIVERY,
    shapes.Replayed: {"events": 213},
}
