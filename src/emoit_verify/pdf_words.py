"""The verdict in plain Vietnamese, and as JSON."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from emoit_verify.pdf_check import Level, SignatureVerdict, Trouble, Verdict

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
TROUBLES = {
    Trouble.CHANGED: "Nội dung đã bị thay đổi sau khi ký.",
    Trouble.EXTENDED: "Tệp bị sửa hoặc chèn thêm nội dung sau khi ký.",
    Trouble.UNCOVERED: "Chữ ký không bao trùm toàn bộ văn bản.",
    Trouble.FORGED: "Chữ ký số không khớp với chứng thư số.",
    Trouble.REVOKED: "Chứng thư số đã bị thu hồi.",
    Trouble.UNTRUSTED: "Chứng thư số không được tin cậy, hoặc không xác nhận được là còn hiệu lực khi ký.",
    Trouble.TIME_STAMP: "Dấu thời gian không hợp lệ hoặc không được tin cậy.",
    Trouble.UNREADABLE: "Cấu trúc tệp bị hỏng hoặc bị cố ý làm sai nên không kiểm tra được.",
}
LEVELS = {
    Level.ARCHIVED: "Kiểm tra được lâu dài: tệp mang đủ bằng chứng, không cần hỏi tổ chức chứng thực.",
    Level.ONLINE: "Chỉ kiểm tra được khi tổ chức chứng thực còn trả lời.",
}
NO_SIGNATURE = "Tệp không có chữ ký số nào."


def summary(verdict: Verdict) -> str:
    """One sentence that answers: is it genuine?"""
    if verdict.encrypted:
        return "Không đọc được: tệp có mật khẩu."
    if not verdict.readable:
        return "Không đọc được: đây không phải là tệp PDF hoặc tệp bị hỏng."
    if verdict.genuine:
        return "Văn bản là thật: mọi chữ ký hợp lệ, được tin cậy, bao trùm cả văn bản và sau đó không có gì bị sửa."
    if not verdict.signatures and not verdict.troubles:
        return f"Văn bản không được xác nhận là thật. {NO_SIGNATURE}"
    return f"Văn bản KHÔNG được xác nhận là thật. {TROUBLES[verdict.troubles[0]]}"


def of_signature(signature: SignatureVerdict) -> str:
    who = signature.signer or "Người ký không đọc được tên"
    if signature.organization and signature.organization != signature.signer:
        who += f" ({signature.organization})"
    words = [f"{who} ký{_moment(signature)}."]
    words.append(TROUBLES[signature.trouble] if signature.trouble else "Chữ ký hợp lệ, chứng thư số được tin cậy.")
    if signature.whole_document and signature.genuine:
        words.append("Toàn bộ văn bản nằm trong chữ ký; sau đó chỉ có thêm chữ ký và dấu thời gian.")
    if signature.level:
        words.append(LEVELS[signature.level])
    return " ".join(words)


def _moment(signature: SignatureVerdict) -> str:
    if signature.signed_at is None:
        return ", không rõ lúc nào"
    local = signature.signed_at.astimezone(LOCAL)
    source = "" if signature.time_proved else " theo đồng hồ của người ký"
    return f" lúc {local:%H:%M:%S} ngày {local:%d/%m/%Y}{source}"


def as_text(verdict: Verdict) -> str:
    lines = [summary(verdict)]
    lines += [f"{number}. {of_signature(one)}" for number, one in enumerate(verdict.signatures, 1)]
    return "\n".join(lines)


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Moments are ISO 8601 with offset; codes of troubles and levels are stable."""
    return {
        "verdict": "genuine" if verdict.genuine else "not_genuine" if verdict.readable else "unreadable",
        "genuine": verdict.genuine,
        "readable": verdict.readable,
        "summary": summary(verdict),
        "troubles": [trouble.value for trouble in verdict.troubles],
        "signatures": [_signature_json(one) for one in verdict.signatures],
    }


def _signature_json(one: SignatureVerdict) -> dict[str, Any]:
    return {
        "field": one.field,
        "signer": one.signer,
        "organization": one.organization,
        "signed_at": one.signed_at.astimezone(LOCAL).isoformat() if one.signed_at else None,
        "time_proved": one.time_proved,
        "whole_document": one.whole_document,
        "level": one.level.value if one.level else None,
        "trouble": one.trouble.value if one.trouble else None,
        "genuine": one.genuine,
        "words": of_signature(one),
    }
