"""Examples of the OpenAPI: whole requests that the platform accepts as they stand, and what it answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from emoit.api.rest import shapes, webhook_examples

Json = dict[str, Any]
_FOLDER = Path(__file__).resolve().parents[1] / "data"
PROMOTION, CHEMICALS = "2.000138", "2.001555"

ANSWERS: dict[str, Json] = json.loads((_FOLDER / "answers.json").read_text("utf-8"))

NEW_DOSSIER: Json = {
    "chemical_declaration": {
        "summary": "Khai báo hóa chất nhập khẩu, nhân danh chính mình · Imported chemicals, declared in one's own name",
        "value": {"procedure": CHEMICALS, "answers": ANSWERS[CHEMICALS]},
    },
    "promotion": {
        "summary": "Đăng ký khuyến mại, nhân danh doanh nghiệp (enterprise_id từ listSubjects) · "
        "A promotion, for an enterprise (enterprise_id from listSubjects)",
        "value": {"procedure": PROMOTION, "enterprise_id": 1, "answers": ANSWERS[PROMOTION]},
    },
}
CHANGES: Json = {
    "rename": {
        "summary": "Đổi tên chương trình · Rename the programme",
        "value": {"programme": {"name": "Mùa hè rộn ràng 2"}},
    },
    "remove": {
        "summary": "Bỏ một câu trả lời (null) · Take an answer out (null)",
        "value": {"programme": {"name": None}},
    },
}

_LINE: Json = {
    "id": 1204,
    "version": 2,
    "code": "G02-260504-0017",
    "procedure": PROMOTION,
    "procedure_name": "Đăng ký hoạt động khuyến mại",
    "holder_name": "Công ty TNHH Thương mại Sao Mai Mẫu",
    "enterprise_id": 7,
    "status": "submitted",
    "status_label": "Mới đăng ký",
    "outcome": "",
    "created_at": "2026-05-04T02:30:00Z",
    "submitted_at": "2026-05-04T02:31:00Z",
    "due_at": None,
}
DOSSIER: Json = {
    **_LINE,
    "procedure_version": 3,
    "saved_at": "2026-05-04T02:30:40Z",
    "received_at": None,
    "decided_at": None,
    "returned_at": None,
    "answers": ANSWERS[PROMOTION],
}
DRAFT: Json = {**DOSSIER, "code": None, "status": "draft", "status_label": "Bản nháp", "submitted_at": None}
DRAFT["version"] = 1
FAULTS = [{"pointer": "/papers/the_le", "message": "Thiếu giấy tờ: Thể lệ chương trình khuyến mại."}]
NEW: Json = {**DRAFT, "problems": FAULTS}
DOSSIERS: Json = {"items": [_LINE], "next_cursor": None}
SAVED: Json = {"id": 1204, "version": 2, "problems": FAULTS}
CARRIED: Json = {
    "id": 1204,
    "version": 3,
    "procedure_version": 5,
    "from_number": 1,
    "to_number": 2,
    "dropped_answers": ["Số lượng hàng hóa"],
    "dropped_papers": [],
    "problems": FAULTS,
}
CHECK: Json = {"complete": False, "problems": FAULTS}
STATUS: Json = {
    "id": 1204,
    "code": "G02-260504-0017",
    "status": "in_progress",
    "status_label": "Đang xử lý",
    "national_status": 4,
    "outcome": "",
    "is_final": False,
    "next_actor": "Đơn vị xử lý đang thẩm định hồ sơ.",
    "due_at": "2026-05-12T07:00:00Z",
    "deadline": "14:00 ngày 12/05/2026",
}
PAPER: Json = {
    "id": 88,
    "paper_code": "the_le",
    "name": "thể lệ.pdf",
    "size": 48211,
    "pages": 2,
    "supplement": False,
    "superseded": False,
    "added_at": "2026-05-04T02:30:40Z",
}
PAPERS: Json = {"items": [PAPER]}
SUBJECTS: Json = {
    "items": [
        {"kind": "citizen", "name": "Nguyễn Thị Hoa", "enterprise_id": None, "tax_code": None},
        {
            "kind": "enterprise",
            "name": "Công ty TNHH Thương mại Sao Mai Mẫu",
            "enterprise_id": 7,
            "tax_code": "9900000016",
        },
    ]
}
SUPPLEMENT: Json = {
    "note": "Gửi bản PDF rõ hơn.",
    "defects": [{"target": "the_le", "reason": "Bản chụp mờ"}],
    "requested_at": "2026-05-05T03:00:00Z",
    "answered_at": None,
}
SUPPLY: Json = {
    "papers": {
        "summary": "Chỉ bổ sung giấy tờ (đã tải lên) · Papers only (uploaded already)",
        "value": {"note": "Đã gửi bản rõ hơn."},
    }
}
WITHDRAW: Json = {
    "reason": {"summary": "Rút hồ sơ · Withdraw", "value": {"reason": "Không thực hiện chương trình nữa"}}
}
STEPS: Json = {
    "items": [
        {
            "at": "2026-05-04T02:31:00Z",
            "verb": "submit",
            "label": "Nộp hồ sơ",
            "status": "submitted",
            "by": "Nguyễn Thị Hoa",
            "words": "Hồ sơ đã được nộp trực tuyến.",
        }
    ]
}
SLIPS: Json = {
    "items": [
        {
            "id": 5,
            "kind": "receipt",
            "label": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            "made_at": "2026-05-04T03:00:00Z",
        }
    ]
}
RESULT: Json = {
    "id": 31,
    "register_code": "KQ.G02.000008.000031",
    "verify_code": "7K2MQ9XW4T",
    "kind": "promotion_confirmation",
    "title": "Công văn xác nhận đăng ký khuyến mại",
    "number": "31/XTTM-KM",
    "holder_name": "Công ty TNHH Thương mại Sao Mai Mẫu",
    "issuer_name": "Bộ Công Thương",
    "dossier_code": "G02-260504-0017",
    "signed_by": "Trần Văn Ký",
    "signed_at": "2026-05-11T08:00:00Z",
    "issued_at": "2026-05-11T08:00:05Z",
    "valid_from": "2026-05-11",
    "valid_to": "2026-06-30",
    "state": "valid",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "has_file": True,
}
RESULTS: Json = {"items": [RESULT], "next_cursor": None}
_FACTS = ("register_code", "title", "number", "holder_name", "issuer_name", "signed_by", "signed_at", "issued_at",
          "valid_from", "valid_to", "digest")  # fmt: skip
VERDICT: Json = {
    "verdict": "genuine",
    "genuine": True,
    "heading": "Kết quả có thật và đang có hiệu lực",
    "sentence": "Bộ Công Thương đã ban hành kết quả này.",
    "facts": {name: RESULT[name] for name in _FACTS},
}
PROCEDURE_LINE: Json = {
    "code": PROMOTION,
    "version": 3,
    "name": "Đăng ký hoạt động khuyến mại",
    "name_en": "Registration of a promotion programme",
    "field": "XTTM",
    "field_name": "Xúc tiến thương mại",
    "level": "central",
    "applicants": ["enterprise"],
    "term": "5 ngày làm việc",
    "fee": "Không",
    "automatic": False,
}
PROCEDURES: Json = {"items": [PROCEDURE_LINE], "next_cursor": None}
PROCEDURE: Json = {
    **PROCEDURE_LINE,
    "number": 1,
    "effective_from": "2025-01-01",
    "summary": "Đăng ký chương trình khuyến mại mang tính may rủi từ hai tỉnh trở lên.",
    "conditions": [],
    "papers": [
        {
            "code": "the_le",
            "name": "Thể lệ chương trình khuyến mại",
            "name_en": "Rules of the programme",
            "required": True,
            "accept": ["pdf"],
            "max_bytes": 10485760,
            "note": "",
        }
    ],
    "fee_vnd": 0,
    "legal_basis": ["Nghị định 81/2018/NĐ-CP"],
    "result": "Công văn xác nhận đăng ký khuyến mại",
}
FORM: Json = {
    "procedure": PROMOTION,
    "version": 3,
    "schema": {"type": "object", "additionalProperties": False, "properties": {"programme": {"type": "object"}}},
    "layout": {"pages": []},
}
PROBLEM: Json = {
    "type": "http://127.0.0.1:8000/api/v1/loi/#incomplete",
    "title": "Hồ sơ chưa đủ hoặc chưa đúng",
    "status": 422,
    "detail": "Hồ sơ chưa đủ hoặc chưa đúng, chưa nộp được.",
    "instance": "/api/v1/dossiers/1204/submit",
    "code": "incomplete",
    "errors": FAULTS,
}
BY_ANSWER: dict[type[BaseModel], Json] = {
    shapes.Subjects: SUBJECTS,
    shapes.Draft: NEW,
    shapes.DossierPage: DOSSIERS,
    shapes.DossierOut: DOSSIER,
    shapes.Saved: SAVED,
    shapes.Check: CHECK,
    shapes.CarriedOut: CARRIED,
    shapes.StatusOut: STATUS,
    shapes.PaperOut: PAPER,
    shapes.Papers: PAPERS,
    shapes.SupplementOut: SUPPLEMENT,
    shapes.Steps: STEPS,
    shapes.Slips: SLIPS,
    shapes.ResultOut: RESULT,
    shapes.ResultPage: RESULTS,
    shapes.Verdict: VERDICT,
    shapes.ProcedurePage: PROCEDURES,
    shapes.ProcedureDetail: PROCEDURE,
    shapes.FormOut: FORM,
    **webhook_examples.BY_ANSWER,
}
