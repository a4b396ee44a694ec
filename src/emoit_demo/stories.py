"""Three dossiers, end to end: granted after a supplement, refused with a letter, answered automatically."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from emoit_demo import samples
from emoit_demo.browser import Browser, Page, Refused
from emoit_demo.people import Applicant, Officer
from emoit_demo.transcript import VIET_NAM, Transcript

PATIENCE = 120  # seconds for what a worker does in the background
PROMOTION, CHEMICALS = "2.000138", "2.001555"


@dataclass
class Stage:
    """Where the stories play."""

    base_url: str
    out: Path
    accounts: dict[str, dict[str, str]]
    transcript: Transcript

    def applicant(self, login: str) -> Applicant:
        person = Applicant(self.base_url, self.accounts[login])
        person.sign_in()
        return person

    def officer(self, login: str) -> Officer:
        person = Officer(self.base_url, self.accounts[login])
        person.sign_in()
        return person

    def keep(self, name: str, content: bytes) -> Path:
        path = self.out / name
        path.write_bytes(content)
        return path


def await_page(look: Callable[[], Page], words: str) -> Page:
    """Look again until the page says so; what a worker does takes a moment."""
    until = time.monotonic() + PATIENCE
    while True:
        page = look()
        if words in page.text:
            return page
        if time.monotonic() > until:
            raise Refused(f"{page.url}: waited {PATIENCE} s for {words!r}: {page.text[:500]}")
        time.sleep(0.5)


def deadline_of(page: Page) -> str:
    """The appointment in the site's own words, with its reason."""
    match = re.search(r"Hẹn trả kết quả (.*?) Quá trình giải quyết", page.text)
    return match[1] if match else ""


def _file_promotion(stage: Stage, who: Applicant, name: str) -> tuple[int, str]:
    say = stage.transcript.add
    dossier = who.begin(PROMOTION)
    who.declare(dossier, samples.promotion(name, datetime.now(VIET_NAM).date()))
    rules = samples.paper(
        "Thể lệ chương trình khuyến mại", [name, "Thời gian, địa bàn, cơ cấu giải thưởng như đăng ký."]
    )
    who.hand_in(dossier, {"the_le": ("the-le.pdf", rules)})
    say(who.name, "khai, kèm thể lệ chương trình và nộp hồ sơ trực tuyến")
    code = who.submit(dossier)
    say(who.name, "nhận mã hồ sơ", dossier=code)
    return dossier, code


def _receive(stage: Stage, clerk: Officer, who: Applicant, dossier: int, code: str) -> None:
    if clerk.find(code) != dossier:
        raise Refused(f"{code} leads to another dossier")
    clerk.act(dossier, "tiep-nhan", {"outcome": "receive"})
    page = await_page(lambda: who.view(dossier), "Giấy tiếp nhận hồ sơ")
    due, _, why = deadline_of(page).partition(": ")
    stage.transcript.add(clerk.name, "tiếp nhận hồ sơ, in giấy tiếp nhận và hẹn trả", dossier=code, due=due, why=why)
    _keep_slips(stage, who, page, code)


def _keep_slips(stage: Stage, who: Applicant, page: Page, code: str) -> None:
    for href, words in page.links:
        if re.search(r"/tep/\d+/", href) and "(PDF)" in words and not words.startswith("Tải kết quả"):
            name = words.removesuffix(" (PDF)").lower().replace(" ", "-").replace(",", "")
            stage.keep(f"slip-{code}-{name}.pdf", who.browser.bytes(href))


def _result(stage: Stage, who: Applicant, dossier: int, code: str, kind: str) -> None:
    page = await_page(lambda: who.view(dossier), "Tải kết quả")
    link = next(href for href, words in page.links if words.startswith("Tải kết quả"))
    path = stage.keep(f"result-{kind}.pdf", who.browser.bytes(link))
    _keep_slips(stage, who, page, code)
    public = Browser(stage.base_url).get(page.link(r"/kiem-tra/\w+/"))
    answer = re.search(r"Kết quả này [^.]*\.", public.text)
    if answer is None:
        raise Refused(f"{public.url} does not say what the result is worth: {public.text[:300]}")
    stage.transcript.add(who.name, f"nhận kết quả {path.name}", dossier=code)
    stage.transcript.add(
        "Người bất kỳ",
        "quét mã QR, trang công khai trả lời",
        dossier=code,
        why=answer[0],
    )


def granted_after_supplement(stage: Stage) -> None:
    say = stage.transcript.add
    stage.transcript.begin("Khuyến mại: được xác nhận sau khi bổ sung một lần")
    who, clerk = stage.applicant("doanhnghiep1"), stage.officer("motcua")
    specialist, head = stage.officer("xttm.chuyenvien1"), stage.officer("xttm.cuctruong")
    leader = stage.officer("thutruong")
    dossier, code = _file_promotion(stage, who, "Mùa hè rực rỡ cùng Sao Mai")
    _receive(stage, clerk, who, dossier, code)
    head.act(dossier, "phan-cong", {"officer": _officer_id(head, dossier, specialist.name)})
    say(head.name, f"phân công {specialist.name} thẩm định", dossier=code)
    reason = "Chưa có mẫu bằng chứng xác định trúng thưởng in dưới nắp chai"
    specialist.act(
        dossier,
        "bo-sung",
        {"defect": ["bang_chung"], "reason:bang_chung": reason, "note": "Gửi ảnh hoặc bản thiết kế mẫu nắp chai."},
    )
    page = await_page(lambda: who.view(dossier), "Phiếu yêu cầu bổ sung")
    say(
        specialist.name,
        "yêu cầu bổ sung một lần, có lý do từng giấy tờ",
        dossier=code,
        due=deadline_of(page),
        why=reason,
    )
    _keep_slips(stage, who, page, code)
    proof = samples.paper("Mẫu bằng chứng xác định trúng thưởng", ["Mã 10 ký tự in dưới nắp chai."])
    page = who.hand_in(
        dossier, {"bang_chung": ("mau-nap-chai.pdf", proof)}, step="bo-sung", nop="1", note="Gửi mẫu nắp chai."
    )
    due, _, why = deadline_of(page).partition(": ")
    say(who.name, "nộp bổ sung, thời hạn chạy tiếp", dossier=code, due=due, why=why)
    specialist.act(
        dossier,
        "trinh",
        {
            "outcome": "granted",
            "content": "Báo cáo kết quả thực hiện sau khi kết thúc chương trình.",
            "note": "Hồ sơ đủ, đúng quy định.",
        },
    )
    say(specialist.name, "thẩm định xong, trình xác nhận", dossier=code)
    head.act(dossier, "duyet", {"outcome": "approve", "note": "Đồng ý."})
    say(head.name, "duyệt, trình Lãnh đạo Bộ", dossier=code)
    leader.act(dossier, "ky", {"outcome": "sign", "appearance": "drawn"})
    say(leader.name, "ký số; hệ thống đóng dấu số của Bộ", dossier=code)
    _result(stage, who, dossier, code, "granted")


def refused_with_letter(stage: Stage) -> None:
    say = stage.transcript.add
    stage.transcript.begin("Khuyến mại: bị từ chối bằng văn bản nêu lý do")
    who, clerk = stage.applicant("doanhnghiep1"), stage.officer("motcua")
    specialist, head = stage.officer("xttm.chuyenvien2"), stage.officer("xttm.cuctruong")
    leader = stage.officer("thutruong")
    dossier, code = _file_promotion(stage, who, "Bốc thăm trúng nhà cùng Sao Mai")
    _receive(stage, clerk, who, dossier, code)
    specialist.act(dossier, "nhan-viec", {})
    say(specialist.name, "nhận việc thẩm định", dossier=code)
    reasons = (
        "Thể lệ không nêu thời hạn trao thưởng.\nPhương thức xác định người trúng thưởng không bảo đảm khách quan."
    )
    specialist.act(dossier, "trinh", {"outcome": "refused", "content": reasons, "note": "Đề nghị từ chối."})
    say(specialist.name, "trình từ chối", dossier=code, why=reasons.replace("\n", " "))
    head.act(dossier, "duyet", {"outcome": "return", "reason": "Nêu rõ căn cứ pháp lý của từng lý do."})
    say(head.name, "trả lại, yêu cầu nêu căn cứ", dossier=code)
    reasons = (
        "Thể lệ không nêu thời hạn trao thưởng (Nghị định 81/2018/NĐ-CP).\n"
        "Phương thức xác định người trúng thưởng không bảo đảm khách quan (Nghị định 81/2018/NĐ-CP)."
    )
    specialist.act(dossier, "trinh", {"outcome": "refused", "content": reasons, "note": "Đã bổ sung căn cứ."})
    head.act(dossier, "duyet", {"outcome": "approve"})
    leader.act(dossier, "ky", {"outcome": "sign", "appearance": "invisible"})
    say(leader.name, "ký văn bản từ chối", dossier=code)
    _result(stage, who, dossier, code, "refused")


def answered_automatically(stage: Stage) -> None:
    say = stage.transcript.add
    stage.transcript.begin("Hóa chất nhập khẩu: hệ thống trả lời tự động")
    who = stage.applicant("doanhnghiep2")
    dossier = who.begin(CHEMICALS)
    who.declare(dossier, samples.chemicals(datetime.now(VIET_NAM).date()))
    who.hand_in(
        dossier,
        {
            "hoa_don": ("hoa-don.pdf", samples.paper("Hóa đơn thương mại HPN-2026/118", ["Acetone, 16.000 kg"])),
            "phieu_an_toan": ("msds.pdf", samples.paper("Phiếu an toàn hóa chất", ["Acetone, CAS 67-64-1"])),
        },
    )
    code = who.submit(dossier)
    say(who.name, "khai báo và nộp", dossier=code)
    _result(stage, who, dossier, code, "automatic")


def _officer_id(head: Officer, dossier: int, name: str) -> str:
    """The radio value of an officer on the assignment form."""
    page = head.browser.get(head.browser.get(f"/nghiep-vu/ho-so/{dossier}/").link(rf"/{dossier}/phan-cong/"))
    for value, label in re.findall(
        r'name="officer"[^>]*value="(\d+)".*?<label[^>]*>(.*?)</label>', page.html, re.DOTALL
    ):
        if name in label:
            return str(value)
    raise Refused(f"{name} is not offered for assignment")
