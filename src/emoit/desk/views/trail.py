from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame, lending
from emoit.desk.http import actor_of, number, officer_only, require
from emoit.dossiers.types import Verb
from emoit.exchange import queries as exchange
from emoit.kernel import audit
from emoit.kernel.access import Actor
from emoit.lib.saying import Both, vi
from emoit.people import queries as people
from emoit.people.types import OfficerCard, Role

PAGE = 50
AUDITORS = vi("Chỉ người kiểm tra, giám sát xem nhật ký.")
KINDS = {
    "account": vi("tài khoản"),
    "dossier": vi("hồ sơ"),
    "delegation": vi("ủy quyền"),
    "unit": vi("đơn vị"),
    "result": vi("kết quả"),
    "message": vi("thông điệp"),
    "partner": vi("hệ thống kết nối"),
    "lookup": vi("lần tra cứu"),
    "consumer": vi("hệ thống khai thác dữ liệu"),
    "sharing_grant": vi("quyền khai thác dữ liệu"),
    "webhook": vi("địa chỉ nhận thông báo"),
}

# What was done, in words: every verb that some action writes.
VERBS = {
    "sign_in": vi("Đăng nhập"),
    "sign_in.first_step": vi("Đăng nhập, bước 1"),
    "sign_in.refused": vi("Đăng nhập không thành công"),
    "access.refused": vi("Bị từ chối truy cập"),
    "end_sessions": vi("Kết thúc phiên đăng nhập"),
    "create_officer": vi("Mở tài khoản cán bộ"),
    "register_citizen": vi("Mở tài khoản công dân"),
    "assign_position": vi("Bổ nhiệm chức danh"),
    "end_assignment": vi("Kết thúc chức danh"),
    "grant_role": vi("Giao vai trò"),
    "revoke_role": vi("Thu hồi vai trò"),
    "deactivate": vi("Khóa tài khoản"),
    "reactivate": vi("Mở lại tài khoản"),
    "reset_password": vi("Đặt lại mật khẩu"),
    "change_password": vi("Đổi mật khẩu"),
    "issue_password_link": vi("Cấp liên kết đặt mật khẩu"),
    "use_password_link": vi("Đặt mật khẩu bằng liên kết"),
    "enrol_second_factor": vi("Bật ứng dụng xác thực"),
    "remove_second_factor": vi("Tắt ứng dụng xác thực"),
    "reset_second_factor": vi("Đặt lại ứng dụng xác thực"),
    "renew_recovery_codes": vi("Tạo mã dự phòng mới"),
    "unlock": vi("Mở khóa đăng nhập"),
    "delegate": Both("Ủy quyền", "Delegated"),
    "revoke_delegation": vi("Hủy ủy quyền"),
    "register_absence": vi("Ghi vắng mặt"),
    "end_absence": vi("Kết thúc vắng mặt"),
    "change_units": vi("Sửa cơ cấu đơn vị"),
    "exchange.send": vi("Gửi thông điệp"),
    "exchange.try_again": vi("Cho gửi lại thông điệp"),
    "exchange.give_up": vi("Bỏ gửi thông điệp"),
    "exchange.process_again": vi("Cho xử lý lại thông điệp"),
    "exchange.id_reused": vi("Cảnh báo mã thông điệp dùng lại"),
    "exchange.register_partner": vi("Đăng ký hệ thống kết nối"),
    "exchange.change_partner": vi("Sửa hệ thống kết nối"),
    "exchange.stop": vi("Tạm dừng hệ thống kết nối"),
    "exchange.resume": vi("Cho hệ thống kết nối hoạt động lại"),
    "exchange.add_certificate": vi("Đăng ký chứng thư số của hệ thống kết nối"),
    "exchange.retire_certificate": vi("Ngừng dùng chứng thư số kết nối"),
    "exchange.certificate_revoked": vi("Chứng thư số kết nối bị nơi cấp thu hồi"),
    "exchange.make_key": vi("Tạo khóa kết nối của ta"),
    "sharing.register_consumer": vi("Đăng ký hệ thống khai thác dữ liệu"),
    "sharing.register_test": vi("Đăng ký hệ thống thử"),
    "sharing.suspend": vi("Tạm ngừng hệ thống khai thác dữ liệu"),
    "sharing.resume": vi("Cho hệ thống khai thác dữ liệu dùng lại"),
    "sharing.add_credential": vi("Cấp khóa cho hệ thống khai thác dữ liệu"),
    "sharing.rotate_secret": vi("Đổi khóa của hệ thống khai thác dữ liệu"),
    "sharing.revoke_credential": vi("Thu hồi khóa của hệ thống khai thác dữ liệu"),
    "sharing.propose": vi("Đề nghị quyền khai thác dữ liệu"),
    "sharing.approve": vi("Duyệt quyền khai thác dữ liệu"),
    "sharing.refuse": vi("Không duyệt quyền khai thác dữ liệu"),
    "sharing.revoke_grant": vi("Thu hồi quyền khai thác dữ liệu"),
    "sharing.count": vi("Đếm lượt khai thác dữ liệu"),
    "people.look_up": vi("Tra cứu dữ liệu"),
    "work.claim": vi("Nhận việc"),
    "work.assign": vi("Phân công"),
    "work.release": vi("Trả việc về đơn vị"),
    "work.return": vi("Việc tự về đơn vị khi khóa tài khoản"),
    "add_representative": vi("Thêm người đại diện doanh nghiệp"),
    "end_representation": vi("Kết thúc đại diện doanh nghiệp"),
    "register_enterprise": vi("Đăng ký doanh nghiệp"),
    "change_contact": vi("Đổi thông tin liên hệ"),
    "load_organisation": vi("Nạp cơ cấu tổ chức"),
    "publish_calendar": vi("Công bố lịch làm việc"),
    "api.create_key": vi("Tạo khóa API"),
    "api.revoke_key": vi("Thu hồi khóa API"),
    "dossiers.attach_evidence": vi("Đính kèm minh chứng kiểm tra"),
    "dossiers.attach_paper": vi("Đính kèm giấy tờ"),
    "dossiers.carry_over": vi("Chuyển bản nháp sang bản thủ tục mới"),
    "dossiers.discard_draft": vi("Xóa bản nháp hồ sơ"),
    "dossiers.let_read": vi("Cho chủ hồ sơ xem hồ sơ cũ"),
    "dossiers.remove_evidence": vi("Bỏ minh chứng kiểm tra"),
    "dossiers.remove_paper": vi("Bỏ giấy tờ"),
    "dossiers.signing_failed": vi("Ký kết quả không thành công"),
    "dossiers.start_draft": vi("Bắt đầu bản nháp hồ sơ"),
    "files.grant": vi("Cho xem tệp"),
    "files.receive": vi("Nhận tệp"),
    "files.release": vi("Tệp qua kiểm tra an toàn"),
    "files.store_made": vi("Lưu tệp do hệ thống lập"),
    "payments.record": vi("Ghi nhận phí, lệ phí"),
    "procedures.discard_draft": vi("Bỏ bản nháp thủ tục"),
    "procedures.open_draft": vi("Mở bản nháp thủ tục"),
    "procedures.publish": vi("Công bố thủ tục"),
    "procedures.reinstate": vi("Khôi phục thủ tục"),
    "procedures.save_draft": vi("Lưu bản nháp thủ tục"),
    "procedures.withdraw": vi("Bãi bỏ thủ tục"),
    "results.correct": vi("Đính chính kết quả"),
    "results.hold": vi("Giữ kết quả để thay đổi"),
    "results.issue": vi("Cấp kết quả"),
    "results.let_read": vi("Cho chủ sở hữu xem kết quả cũ"),
    "results.load": vi("Nạp kết quả cũ vào sổ"),
    "results.replace": vi("Thay thế kết quả"),
    "results.revoke": vi("Thu hồi kết quả đã cấp"),
    "signing.request": vi("Yêu cầu ký số"),
    "signing.sign": vi("Ký số"),
    "signing.fail": vi("Ký số không thành công"),
    "signing.retry": vi("Cho ký số lại"),
    "signing.cancel": vi("Hủy yêu cầu ký số"),
    "signing.enrol": vi("Đưa chứng thư số ký vào dùng"),
    "signing.retire": vi("Ngừng dùng chứng thư số ký"),
    "signing.let_sign_automatically": vi("Cho phép ký tự động"),
    "webhooks.subscribe": vi("Đăng ký địa chỉ nhận thông báo"),
    "webhooks.verified": vi("Địa chỉ nhận thông báo đã xác nhận"),
    "webhooks.change": vi("Sửa địa chỉ nhận thông báo"),
    "webhooks.rotate_secret": vi("Đổi khóa bí mật của địa chỉ nhận thông báo"),
    "webhooks.pause": vi("Tạm dừng địa chỉ nhận thông báo"),
    "webhooks.resume": vi("Cho địa chỉ nhận thông báo chạy tiếp"),
    "webhooks.suspend": vi("Hệ thống tạm dừng địa chỉ nhận thông báo bị lỗi"),
    "webhooks.unsubscribe": vi("Xóa địa chỉ nhận thông báo"),
    "webhooks.end": vi("Kết thúc địa chỉ nhận thông báo"),
    "webhooks.redeliver": vi("Gửi lại một thông báo"),
    "webhooks.replay": vi("Gửi lại các thông báo từ một mốc"),
    "workflow.publish": vi("Công bố quy trình"),
    "workflow.publish_decision": vi("Công bố bảng quyết định"),
    **{f"dossiers.{verb}": verb.label for verb in Verb},
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the trail as the auditor reads it."""

    entry: audit.Entry
    words: str
    kind: str
    behalf: str
    about: str
    facts: str


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Rows of the audit trail by who did it, what it is about, and days; the newest first, page after page."""
    actor = actor_of(request)
    require(actor, Role.AUDITOR, AUDITORS)
    typed = {n: request.GET.get(n, "").strip()[:100] for n in ("ai", "loai", "so", "tu", "den")}
    since, until, errors = lending.span(typed)
    rows: list[audit.Entry] = []
    if not errors:
        rows = audit.entries(
            actor,
            account_id=number(typed["ai"]) or None,
            subject_kind=typed["loai"],
            subject_id=typed["so"],
            since=since,
            until=until,
            before=number(request.GET.get("truoc")),
            limit=PAGE + 1,
        )
    kept = {name: value for name, value in typed.items() if value}
    more = urlencode({**kept, "truoc": rows[PAGE - 1].id}) if len(rows) > PAGE else ""
    return frame.show(
        request,
        "desk/trail.html",
        {
            "lines": _lines(rows[:PAGE]),
            "typed": typed,
            "errors": errors,
            "kinds": KINDS,
            "officers": _officers(actor),
            "chosen": number(typed["ai"]),
            "more": more,
            "first": "" if "truoc" not in request.GET else urlencode(kept) or "ai=",
        },
        status=422 if errors else 200,
    )


def _officers(actor: Actor) -> list[OfficerCard]:
    """Everyone who ever had an officer's account, by name."""
    return people.officer_cards(actor, now=timezone.now(), rows=people.officers(actor))


def _account(row: audit.Entry) -> int | None:
    """The account that the row is about, if it is about one."""
    return number(row.subject_id) or None if row.subject_kind == "account" else None


def _lines(rows: list[audit.Entry]) -> list[Line]:
    ids = {row.on_behalf_of_id for row in rows} | {_account(row) for row in rows}
    names = frame.names_of(ids)
    abouts = {row.id: names.get(_account(row), "") for row in rows}
    return [
        Line(
            entry=row,
            words=VERBS.get(row.verb, row.verb),
            kind=KINDS.get(row.subject_kind, row.subject_kind),
            behalf=names.get(row.on_behalf_of_id, ""),
            about=abouts[row.id],
            facts=_facts(row),
        )
        for row in rows
    ]


def _facts(row: audit.Entry) -> str:
    """The details: of a partner in words, of anything else as they were written."""
    if row.subject_kind == "partner":
        return "; ".join(exchange.change_words(row.details))
    return json.dumps(row.details, ensure_ascii=False)[1:-1] if row.details else ""
