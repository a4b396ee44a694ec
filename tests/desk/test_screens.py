"""Every screen as its users see it, empty and full, on a phone and on a desk: axe, overflow, clipping, CSP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as live_settings
from playwright.sync_api import Browser, Page

from emoit.config.language import COOKIE
from emoit.dossiers import actions
from emoit.dossiers.slips import make
from emoit.dossiers.types import Defect, Outcome, SlipKind, Stance
from emoit.kernel.access import acting_as
from emoit.people import actions as people
from emoit.people.models import Account
from emoit.people.queries import officers_in
from emoit.people.types import Role
from emoit.work import queries as work
from tests.desk.conftest import signed_in
from tests.dossiers import test_appraisal, test_inspection, test_risk_channels
from tests.support.browser import SWEEP, check_page, new_page, open_browser, screenshot, serve
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, UNIT, World

pytestmark = pytest.mark.journey


@pytest.fixture
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def address(committed_world: World, settings: Any) -> Iterator[str]:
    with serve() as served:
        yield served


def page_of(browser: Browser, world: World, address: str, login: str, width: int, *, language: str = "vi") -> Page:
    page = new_page(browser, width=width)
    cookie = signed_in(world, login).cookies[live_settings.SESSION_COOKIE_NAME]
    given = {cookie.key: cookie.value, COOKIE: language}
    page.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in given.items()])
    return page


def look(
    browser: Browser, world: World, address: str, login: str, screens: dict[str, str], *, language: str = "vi"
) -> None:
    """Open each screen at each width, judge it, keep a picture."""
    found = []
    for width in SWEEP:
        page = page_of(browser, world, address, login, width, language=language)
        for name, where in screens.items():
            response = page.goto(f"{address}/nghiep-vu/{where}")
            assert response is not None
            assert response.status < 500, where
            screenshot(page, f"desk-{name}", width)
            try:
                check_page(page)
            except AssertionError as error:
                found.append(str(error))
        page.context.close()
    assert not found, "\n\n".join(found)


def test_nothing_to_do(browser: Browser, committed_world: World, address: str) -> None:
    world = committed_world
    look(
        browser,
        world,
        address,
        SPECIALIST,
        {
            "inbox-empty": "",
            "mine-empty": "?muc=mine",
            "dossiers-empty": "ho-so/",
            "search-empty": "tim/?q=khong-co-gi",
        },
    )
    look(
        browser, world, address, LEADER, {"signing-empty": "ky/", "register-empty": "so-theo-doi/", "lost": "ho-so/9/"}
    )


@pytest.fixture
def full(committed_world: World) -> dict[str, int]:
    """Dossiers at every step; made before the browser, whose event loop the signing job does not bear."""
    world = committed_world
    submitted, received, examined = world.submitted(), world.received(), world.in_examination()
    awaiting = world.in_examination()
    world.on_item(
        SPECIALIST,
        actions.request_supplement,
        awaiting,
        "examine",
        defects=[
            Defect("the_le", "Thiếu chữ ký của người đại diện theo pháp luật và dấu của thương nhân ở trang cuối."),
            Defect("/programme/name", "Tên chương trình trùng với chương trình đang thực hiện."),
        ],
        note="Gửi bản PDF có ký số của thương nhân.",
    )
    proposed, refused = world.proposed(), world.proposed(Outcome.REFUSED)
    approved, approved_refusal = world.approved(), world.approved(Outcome.REFUSED)
    signed = world.signed()
    under_way = world.being_signed()
    world.go("2026-05-05 10:00")
    for _ in range(3):
        world.received()
    world.do(HEAD, make, dossier_id=examined, kind=SlipKind.CONTROL_SLIP)
    world.go("2026-05-08 14:10")
    world.do(
        SPECIALIST,
        people.delegate,
        principal_id=world.account_id(SPECIALIST),
        delegate_id=world.account_id("hoachat.chuyenvien2"),
        scope=[(world.unit_id(UNIT), Role.SPECIALIST)],
        valid_from=world.now,
        valid_to=world.at("2026-05-20 17:00"),
        reason="Đi công tác",
    )
    return {
        "submitted": submitted,
        "received": received,
        "examined": examined,
        "awaiting": awaiting,
        "proposed": proposed,
        "refused": refused,
        "approved": approved,
        "approved_refusal": approved_refusal,
        "signed": signed,
        "under_way": under_way,
    }


@pytest.fixture
def proceedings(committed_world: World) -> dict[str, int]:
    """Opinions asked, given and to be asked; an inspection to be appointed, and one that is."""
    world = committed_world
    appraised, consulted = test_appraisal.examined(world), world.in_examination()
    test_appraisal.ask(world, consulted)
    world.on_item(
        test_appraisal.CHEMIST, actions.give_opinion, consulted, "opine", stance=Stance.REMARKS, text="Cần kiểm nghiệm."
    )
    test_appraisal.ask(world, consulted, question="Kết quả kiểm nghiệm có đạt không?")
    to_plan, planned = test_inspection.received(world), test_inspection.planned(world)
    world.on_item(SPECIALIST, actions.claim, to_plan, "plan")
    test_inspection.attach(world, planned)
    return {"appraised": appraised, "consulted": consulted, "to_plan": to_plan, "planned": planned}


def test_what_a_decision_table_said(browser: Browser, committed_world: World, address: str) -> None:
    world = committed_world
    dossier_id = test_risk_channels.submitted(world, "other", "lc")
    with acting_as(world.process) as by:
        (waiting,) = work.open_of(by, "dossier", dossier_id)
        clerk = officers_in(waiting.unit_id, Role.ONE_STOP_CLERK, now=world.now)[0]
        login = Account.objects.get(pk=clerk.account_id).login
    look(browser, world, address, login, {"dossier-computed": f"ho-so/{dossier_id}/"})


def test_a_full_desk(full: dict[str, int], browser: Browser, committed_world: World, address: str) -> None:
    world = committed_world
    look(
        browser,
        world,
        address,
        SPECIALIST,
        {
            "inbox": "",
            "mine": "?muc=mine",
            "dossiers": "ho-so/",
            "dossier-received": f"ho-so/{full['received']}/",
            "dossier-examined": f"ho-so/{full['examined']}/",
            "dossier-awaiting": f"ho-so/{full['awaiting']}/",
            "dossier-signed": f"ho-so/{full['signed']}/",
            "claim": f"ho-so/{full['received']}/nhan-viec/",
            "release": f"ho-so/{full['examined']}/tra-viec/",
            "supplement": f"ho-so/{full['examined']}/bo-sung/",
            "propose": f"ho-so/{full['examined']}/trinh/",
            "search": "tim/?q=sao mai",
        },
    )
    look(
        browser,
        world,
        address,
        HEAD,
        {
            "unit": "?muc=unit",
            "dossier-proposed": f"ho-so/{full['proposed']}/",
            "assign": f"ho-so/{full['examined']}/phan-cong/",
            "approve": f"ho-so/{full['proposed']}/duyet/",
            "approve-refusal": f"ho-so/{full['refused']}/duyet/",
            "extend": f"ho-so/{full['examined']}/gia-han/",
            "stop": f"ho-so/{full['examined']}/dung/",
            "register": "so-theo-doi/",
            "forbidden": f"ho-so/{full['examined']}/thu-phi/",
        },
    )
    look(browser, world, address, CLERK, {"clerk-inbox": "", "receive": f"ho-so/{full['submitted']}/tiep-nhan/"})
    look(
        browser,
        world,
        address,
        "hoachat.chuyenvien2",
        {"behalf": f"ho-so/{full['examined']}/", "behalf-inbox": "?muc=mine"},
    )
    look(
        browser,
        world,
        address,
        LEADER,
        {
            "signing": "ky/",
            "sign": f"ho-so/{full['approved']}/ky/",
            "sign-refusal": f"ho-so/{full['approved_refusal']}/ky/",
            "dossier-under-way": f"ho-so/{full['under_way']}/",
        },
    )
    look(
        browser,
        world,
        address,
        "quantri",
        {"calendar": "lich/?nam=2026", "calendar-edit": "lich/sua/?nam=2026&ngay=2026-04-30"},
    )


def test_the_desk_in_english(full: dict[str, int], browser: Browser, committed_world: World, address: str) -> None:
    screens: dict[str, dict[str, str]] = {
        SPECIALIST: {
            "en-inbox": "",
            "en-dossier-examined": f"ho-so/{full['examined']}/",
            "en-dossier-awaiting": f"ho-so/{full['awaiting']}/",
            "en-supplement": f"ho-so/{full['examined']}/bo-sung/",
            "en-delegation-new": "uy-quyen/moi/",
        },
        HEAD: {"en-unit": "?muc=unit", "en-approve": f"ho-so/{full['proposed']}/duyet/", "en-register": "so-theo-doi/"},
        LEADER: {"en-signing": "ky/", "en-sign": f"ho-so/{full['approved']}/ky/"},
        "quantri": {
            "en-calendar": "lich/?nam=2026",
            "en-calendar-edit": "lich/sua/?nam=2026",
            "en-catalogue": "thu-tuc/",
            "en-procedure": "thu-tuc/2.000138/",
            "en-staff-member": f"nhan-su/{committed_world.account_id(SPECIALIST)}/",
        },
        "kiemtra": {"en-trail": "nhat-ky/"},
    }
    for login, shown in screens.items():
        look(browser, committed_world, address, login, shown, language="en")


def keep(page: Page, name: str, width: int) -> None:
    screenshot(page, f"desk-{name}", width)
    check_page(page)


@pytest.mark.parametrize("width", SWEEP)
def test_bulk_with_mistakes_and_stale_forms(browser: Browser, committed_world: World, address: str, width: int) -> None:
    world = committed_world
    first, second = world.received(), world.received()
    page = page_of(browser, world, address, SPECIALIST, width)
    page.goto(f"{address}/nghiep-vu/?muc=unclaimed")
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    keep(page, "inbox-ticked", width)
    page.get_by_role("button", name="Nhận việc").click()
    keep(page, "bulk-preview", width)
    world.on_item("xttm.chuyenvien2", actions.claim, second, "examine")
    page.get_by_role("button", name="Nhận các việc này").click()
    keep(page, "bulk-results", width)
    page.get_by_role("button", name="Trả lại các việc vừa nhận").click()
    keep(page, "bulk-undone", width)
    world.on_item("xttm.chuyenvien2", actions.release, second, "examine")

    page.goto(f"{address}/nghiep-vu/ho-so/{first}/bo-sung/")
    page.get_by_role("checkbox", name="Thể lệ chương trình khuyến mại").check()
    keep(page, "supplement-ticked", width)
    page.get_by_role("button", name="Gửi yêu cầu bổ sung").click()
    keep(page, "supplement-errors", width)
    page.goto(f"{address}/nghiep-vu/ho-so/{first}/trinh/")
    page.get_by_label("Từ chối giải quyết").check()
    page.get_by_label("Nội dung ghi trên văn bản").fill("Giải thưởng vượt hạn mức.")
    world.on_item("xttm.chuyenvien2", actions.claim, first, "examine")
    page.get_by_role("button", name="Trình lãnh đạo đơn vị").click()
    assert page.get_by_label("Nội dung ghi trên văn bản").input_value() == "Giải thưởng vượt hạn mức."
    keep(page, "stale", width)
    world.on_item("xttm.chuyenvien2", actions.release, first, "examine")


@pytest.mark.parametrize("width", SWEEP)
def test_signing_with_mistakes(browser: Browser, committed_world: World, address: str, width: int) -> None:
    world = committed_world
    approved = world.approved()
    leader = page_of(browser, world, address, LEADER, width)
    leader.goto(f"{address}/nghiep-vu/ky/")
    leader.locator("tbody input[type=checkbox]").first.check()
    leader.get_by_role("button", name="Xem trước và ký").click()
    keep(leader, "bulk-sign", width)
    leader.goto(f"{address}/nghiep-vu/ho-so/{approved}/ky/")
    leader.locator("summary").first.press("Enter")  # by keyboard: the draft above may still be coming in
    leader.get_by_role("button", name="Trả lại đơn vị").click()
    keep(leader, "sign-errors", width)
    leader.keyboard.press("Control+k")
    leader.get_by_role("combobox").fill("sao mai")
    leader.get_by_role("option").first.wait_for()
    keep(leader, "palette", width)


@pytest.mark.parametrize("width", SWEEP)
def test_the_calendar_with_mistakes(browser: Browser, committed_world: World, address: str, width: int) -> None:
    world = committed_world
    world.in_examination()
    world.received()
    administrator = page_of(browser, world, address, "quantri", width)
    administrator.goto(f"{address}/nghiep-vu/lich/sua/?nam=2026")
    administrator.get_by_label("Tên ngày").first.fill("Ngày nghỉ thêm của Bộ")
    administrator.get_by_role("button", name="Xem trước thay đổi").click()
    keep(administrator, "calendar-errors", width)
    administrator.locator("#day-0").fill("07/05/2026")
    administrator.get_by_label("Loại").first.select_option(label="Nghỉ lễ, Tết")
    administrator.get_by_label("Tình trạng xác nhận").first.select_option(label="Đã công bố")
    administrator.get_by_label("Quyết định, văn bản căn cứ").first.fill("Quyết định 1/QĐ-TTg")
    administrator.get_by_role("button", name="Xem trước thay đổi").click()
    keep(administrator, "calendar-preview", width)


def test_opinions_and_inspections(
    browser: Browser, proceedings: dict[str, int], committed_world: World, address: str
) -> None:
    world, at = committed_world, proceedings
    look(
        browser,
        world,
        address,
        SPECIALIST,
        {
            "ask-opinions": f"ho-so/{at['appraised']}/lay-y-kien/",
            "dossier-consulted": f"ho-so/{at['consulted']}/",
            "close-opinions": f"ho-so/{at['consulted']}/ket-thuc-lay-y-kien/",
            "plan-inspection": f"ho-so/{at['to_plan']}/hen-kiem-tra/",
            "replan-inspection": f"ho-so/{at['planned']}/hen-lai-kiem-tra/",
            "record-inspection": f"ho-so/{at['planned']}/bien-ban-kiem-tra/",
            "dossier-planned": f"ho-so/{at['planned']}/",
        },
    )
    chief = {"give-opinion": f"ho-so/{at['consulted']}/cho-y-kien/", "opinion-inbox": "?muc=unit"}
    look(browser, world, address, test_appraisal.CHIEF_CHEMIST, chief)


@pytest.mark.parametrize("width", SWEEP)
def test_proceedings_with_mistakes(
    proceedings: dict[str, int], browser: Browser, committed_world: World, address: str, width: int
) -> None:
    page = page_of(browser, committed_world, address, SPECIALIST, width)
    for name, where, button in (
        ("ask-opinions-errors", f"{proceedings['appraised']}/lay-y-kien", "Gửi đề nghị cho ý kiến"),
        ("plan-inspection-errors", f"{proceedings['to_plan']}/hen-kiem-tra", "Hẹn và gửi giấy hẹn"),
        ("record-inspection-errors", f"{proceedings['planned']}/bien-ban-kiem-tra", "Gửi biên bản"),
    ):
        page.goto(f"{address}/nghiep-vu/ho-so/{where}/")
        page.get_by_role("button", name=button).click()
        keep(page, name, width)
