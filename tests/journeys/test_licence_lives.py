"""A licence is amended, lost and reissued, extended, revoked: each from the one before, by the holder's own screens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from emoit.dossiers import actions
from emoit.dossiers.models import Dossier
from emoit.dossiers.types import Outcome
from emoit.kernel.access import acting_as
from emoit.procedures.types import Change
from emoit.results.types import ResultInfo, State
from tests.journeys.steps import look, meanwhile, press, sign_in
from tests.journeys.test_officers_decide import at_work
from tests.support import amending
from tests.support.answers import CONTACT, papers
from tests.support.browser import new_page
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World

pytestmark = pytest.mark.journey


@pytest.fixture
def licence(committed_world: World) -> ResultInfo:
    amending.publish(committed_world)
    return meanwhile(lambda: amending.licensed(committed_world))


def test_a_licence_lives(browser: Browser, licence: ResultInfo, site: str, committed_world: World) -> None:
    world = committed_world
    page = new_page(browser, width=360)
    page.goto(f"{site}/dang-nhap/?tiep=/ket-qua-cua-toi/")
    sign_in(page, world, "doanhnghiep1")
    look(page, "my-results")

    amended = change(page, site, world, licence, Change.AMEND, ends_on="15/07/2026", picture=True)
    assert (state(world, licence), f"{amended.valid_to:%d/%m/%Y}") == (State.REPLACED, "15/07/2026")
    officers_see_what_has_changed(browser, site, world, amended)
    page.goto(f"{site}/thu-tuc/{amending.CODES[Change.REISSUE]}/?tu={amended.id}")
    look(page, "choose-licence")
    reissued = change(page, site, world, amended, Change.REISSUE)
    assert (state(world, amended), reissued.valid_to) == (State.REPLACED, amended.valid_to)
    extended = change(page, site, world, reissued, Change.EXTEND, ends_on="31/08/2026")
    assert f"{extended.valid_to:%d/%m/%Y}" == "31/08/2026"
    look_at_the_chain(page, site, extended, of=4)

    revoke(browser, site, world, extended)
    assert state(world, extended) is State.REVOKED
    page.goto(f"{site}/ket-qua-cua-toi/{extended.id}/")
    expect(page.get_by_role("main")).to_contain_text("không thay đổi được nữa")
    look(page, "my-result-revoked")
    page.context.close()
    anyone_may_follow(new_page(browser, width=360), site, licence, amended)
    nothing_to_extend(new_page(browser, width=360), site, world)


def state(world: World, result: ResultInfo) -> State:
    return amending.now_is(world, result.id).state


def change(
    page: Page,
    site: str,
    world: World,
    earlier: ResultInfo,
    what: Change,
    *,
    ends_on: str = "",
    picture: bool = False,
) -> ResultInfo:
    """Open the dossier from the earlier result, hand it in, let the officers grant it. Returns the new result."""
    page.goto(f"{site}/ket-qua-cua-toi/{earlier.id}/")
    if picture:
        look(page, "my-result")
    name = f"{amending.WORDS[what]} xác nhận khuyến mại"
    page.get_by_role("button", name=re.compile(name)).click()
    found = re.search(r"/ho-so/(\d+)/", page.url)
    assert found
    dossier_id = int(found[1])
    declare(page, ends_on, lost=what is Change.REISSUE)
    name_, content = papers("2.000138")["the_le"]
    page.locator('input[type="file"]').first.set_input_files(
        {"name": name_, "mimeType": "application/pdf", "buffer": content}
    )
    press(page, "Lưu và tiếp tục")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiểm tra trước khi nộp")
    press(page, "Cam đoan và nộp hồ sơ")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp hồ sơ")
    return meanwhile(lambda: grant(world, dossier_id))


def declare(page: Page, ends_on: str, *, lost: bool) -> None:
    """What came from the earlier declaration stands; only what is new is filled in."""
    while page.locator('input[type="file"]').count() == 0:
        for part, value in {"phone": CONTACT["phone"], "email": CONTACT["email"]}.items():
            control = page.locator(f'[name="contact.{part}"]')
            if control.count() and not control.input_value():
                control.fill(value)
        if lost and page.locator('[name="loss.reason"]').count():
            page.get_by_label("Bị mất").check()
        if ends_on and page.locator('[name="programme.ends_on-day"]').count():
            expect(page.locator('[name="programme.name"]')).to_have_value("Mùa hè rộn ràng")
            for part, text in zip(("day", "month", "year"), ends_on.split("/"), strict=True):
                page.locator(f'[name="programme.ends_on-{part}"]').fill(text)
        at = page.url
        press(page, "Lưu và tiếp tục")
        assert page.url != at, page.locator(".govuk-error-summary").inner_text()


def grant(world: World, dossier_id: int) -> ResultInfo:
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    world.on_item(SPECIALIST, actions.claim, dossier_id, "examine")
    world.on_item(SPECIALIST, actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED)
    world.on_item(HEAD, actions.approve, dossier_id, "approve")
    world.on_item(LEADER, actions.sign, dossier_id, "sign")
    world.run_jobs()
    return amending.result_of(world, dossier_id)


def officers_see_what_has_changed(browser: Browser, site: str, world: World, result: ResultInfo) -> None:
    with acting_as(world.process):
        dossier_id = Dossier.objects.values_list("pk", flat=True).get(code=result.subject_code)
    desk = at_work(browser, site, world, SPECIALIST)
    desk.goto(f"{site}/nghiep-vu/ho-so/{dossier_id}/")
    expect(desk.get_by_role("table", name="Nội dung thay đổi")).to_contain_text("15/07/2026")
    look(desk, "desk-before-after")
    desk.context.close()


def nothing_to_extend(page: Page, site: str, world: World) -> None:
    page.goto(f"{site}/dang-nhap/?tiep=/thu-tuc/{amending.CODES[Change.EXTEND]}/")
    sign_in(page, world, "doanhnghiep2")
    expect(page.get_by_role("main")).to_contain_text("Chưa có giấy phép phù hợp")
    look(page, "no-licence-to-choose")
    page.get_by_role("link", name="Xem giấy phép, kết quả của tôi").click()
    look(page, "my-results-empty")
    page.context.close()


def look_at_the_chain(page: Page, site: str, result: ResultInfo, *, of: int) -> None:
    page.goto(f"{site}/ket-qua-cua-toi/{result.id}/")
    expect(page.locator("ol.govuk-list > li")).to_have_count(of)
    look(page, "my-result-chain")
    page.goto(f"{site}/ket-qua-cua-toi/?trang_thai=da-thay-the")
    expect(page.locator(".emoit-card")).to_have_count(of - 1)
    look(page, "my-results-replaced")


def revoke(browser: Browser, site: str, world: World, result: ResultInfo) -> None:
    """The head of the unit revokes it at the desk, with a reason."""
    desk = at_work(browser, site, world, HEAD)
    desk.goto(f"{site}/nghiep-vu/ket-qua/{result.id}/")
    look(desk, "desk-result-chain")
    desk.get_by_role("button", name="Thu hồi kết quả").click()
    desk.get_by_label(re.compile("Lý do")).fill("Chương trình gian dối về giải thưởng")
    press(desk, "Thu hồi kết quả")
    expect(desk.get_by_role("main")).to_contain_text("Đã bị thu hồi")
    desk.context.close()


def anyone_may_follow(page: Page, site: str, first: ResultInfo, second: ResultInfo) -> None:
    page.goto(f"{site}/kiem-tra/{first.token}/")
    expect(page.get_by_role("main")).to_contain_text(f"Đã được thay thế bằng kết quả số {second.number}")
    look(page, "public-replaced")
    page.get_by_role("link", name=f"kết quả số {second.number}").click()
    expect(page.get_by_role("main")).to_contain_text("Đã được thay thế")
    page.context.close()
