"""The control page: readable at any width, works without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import escape

from emoit_partners.kit.behaviour import Behaviour, State
from emoit_partners.kit.partner import Field, Form, Partner, Table
from emoit_partners.kit.requests import RequestLog
from emoit_partners.kit.store import Store

DOWN_WORDS = {
    "no": "Hoạt động",
    "refuse": "Đóng cổng, không nhận kết nối",
    "hang": "Nhận kết nối rồi không trả lời",
    "500": "Trả lời lỗi 500",
    "html": "Trả lời 200 kèm một trang HTML",
}
CHANGED = "Đã đổi cách ứng xử."
RESET = "Đã trở lại bình thường và xoá dữ liệu."
VIETNAM = timedelta(hours=7)

STYLE = """
:root { color-scheme: light; --line: #b1b4b6; --ink: #0b0c0c; --accent: #1d5a92; }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 "Noto Sans", system-ui, sans-serif; color: var(--ink); background: #fff; }
header { background: var(--accent); color: #fff; padding: 0.75rem 1rem; }
header p { margin: 0; }
header strong { font-size: 1.125rem; }
main { max-width: 70rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; }
.state { border-left: 0.5rem solid #00703c; padding: 0.5rem 1rem; background: #f3f2f1; margin: 1rem 0; }
.state.off { border-color: #b10e1e; }
.state p { margin: 0; }
.said { border: 3px solid #00703c; padding: 0.5rem 1rem; }
.wrong { border: 3px solid #b10e1e; padding: 0.5rem 1rem; }
form.knobs { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); }
label { display: block; font-weight: 600; }
.hint { color: #484949; font-size: 0.9375rem; display: block; font-weight: 400; }
input[type=number], input[type=text], input[type=date], input[type=password], select, textarea {
  font: inherit; width: 100%; padding: 0.375rem 0.5rem; min-height: 2.75rem;
  border: 2px solid var(--ink); background: #fff; }
input[type=checkbox] { width: 1.5rem; height: 1.5rem; vertical-align: middle; margin: 0 0.5rem 0 0; }
:focus-visible { outline: 3px solid #ffdd00; outline-offset: 0; box-shadow: 0 0 0 5px var(--ink); }
button { font: inherit; font-weight: 600; padding: 0.5rem 1rem; min-height: 2.75rem; border: 0; cursor: pointer;
  background: #00703c; color: #fff; }
button.second { background: #f3f2f1; color: var(--ink); border: 1px solid var(--ink); }
.buttons { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 0.75rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; }
caption { text-align: left; }
th, td { text-align: left; vertical-align: top; padding: 0.375rem 0.75rem 0.375rem 0;
  border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; min-width: 4rem; }
code { overflow-wrap: anywhere; }
a { color: var(--accent); }
"""


def document(title: str, body: str, *, style: str = "/control/style.css", head: str = "Đối tác giả lập") -> str:
    """A whole page. `body` is HTML."""
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="{escape(style)}"></head>'
        f"<body><header><p><strong>{escape(head)}</strong> — chỉ để thử, không phải hệ thống thật</p></header>"
        f"<main>{body}</main></body></html>"
    )


def table(found: Table) -> str:
    if not found.rows:
        return f"<h2>{escape(found.title)}</h2><p>Chưa có gì.</p>"
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in found.columns)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in found.rows)
    title = escape(found.title)
    return (
        f'<h2>{title}</h2><div class="scroll" tabindex="0" role="region" aria-label="{title}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def control_page(
    partner: Partner, store: Store, behaviour: Behaviour, log: RequestLog, *, said: str = "", wrong: str = ""
) -> str:
    state = behaviour.state()
    parts = [
        f"<h1>{escape(partner.title)}</h1><p>{escape(partner.about)}</p>",
        f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else "",
        f'<p class="said" role="status">{escape(said)}</p>' if said else "",
        _state(partner, store, behaviour, state),
        "<h2>Cách ứng xử</h2>",
        _form(partner, state),
        *(_own_form(found) for found in partner.forms),
        *(table(found) for found in partner.tables(store)),
        table(_counts(log)),
        table(_newest(log)),
    ]
    return document(f"{partner.title} – Điều khiển", "".join(parts))


def _state(partner: Partner, store: Store, behaviour: Behaviour, state: State) -> str:
    now = (behaviour.now() + VIETNAM).strftime("%d/%m/%Y, %H:%M:%S")
    return (
        f'<div class="state{" off" if state != State() else ""}"><p><strong>{escape(DOWN_WORDS[state.down])}.</strong> '
        f"{escape(_in_words(partner, state))}</p>"
        f"<p>Địa chỉ: <code>{escape(store.fact('address'))}</code>. Đồng hồ: {now}.</p></div>"
    )


def _in_words(partner: Partner, state: State) -> str:
    words = {
        f"Chậm {state.slow_ms} ms.": state.slow_ms,
        f"Nói sai: {partner.lies.get(state.lie, '')}.": state.lie != "no",
        f"Gửi lặp thêm {state.repeat} lần.": state.repeat,
        "Gửi không theo thứ tự.": state.reorder,
        f"Đồng hồ lệch {state.clock_skew_s} giây.": state.clock_skew_s,
        f"Cắt {state.drop_receipts} câu trả lời tới.": state.drop_receipts,
    }
    return " ".join(text for text, is_so in words.items() if is_so) or "Ứng xử đúng."


def _form(partner: Partner, state: State) -> str:
    return (
        '<form class="knobs" method="post" action="/control/">'
        + _choice("down", "Hoạt động hay ngừng", DOWN_WORDS, state.down)
        + _choice("lie", "Nói sai", {"no": "Không", **partner.lies}, state.lie)
        + _number("slow_ms", "Chậm", "mili giây trước mỗi câu trả lời", state.slow_ms)
        + _number("clock_skew_s", "Đồng hồ lệch", "giây; số âm là chậm", state.clock_skew_s)
        + _number("repeat", "Gửi lặp", "số lần thêm cho mỗi tin tự gửi", state.repeat)
        + _number(
            "drop_receipts", "Cắt câu trả lời", "số câu trả lời tới bị cắt sau khi đã làm xong", state.drop_receipts
        )
        + f'<p><label><input type="checkbox" name="reorder" value="1"{" checked" if state.reorder else ""}>'
        f"Đảo thứ tự các tin tự gửi</label></p>" + '<div class="buttons"><button>Đặt</button>'
        '<button class="second" name="reset" value="1">Trở lại bình thường, xoá dữ liệu</button></div></form>'
    )


def _own_form(form: Form) -> str:
    fields = "".join(_field(found, f"{form.action}-{found.name}".strip("/").replace("/", "-")) for found in form.fields)
    return (
        f'<h2>{escape(form.title)}</h2><form class="knobs" method="{form.method}" action="{escape(form.action)}">'
        f'{fields}<div class="buttons"><button>{escape(form.button)}</button></div></form>'
    )


def _field(found: Field, id_: str) -> str:
    hint = f' <span class="hint">{escape(found.hint)}</span>' if found.hint else ""
    label = f'<label for="{id_}">{escape(found.label)}{hint}</label>'
    if found.options:
        listed = "".join(f'<option value="{escape(v)}">{escape(words)}</option>' for v, words in found.options.items())
        return f'<p>{label}<select id="{id_}" name="{found.name}">{listed}</select></p>'
    if found.kind == "text":
        return f'<p>{label}<textarea id="{id_}" name="{found.name}" rows="4"></textarea></p>'
    kind = "date" if found.kind == "date" else "text"
    return f'<p>{label}<input type="{kind}" id="{id_}" name="{found.name}"></p>'


def _choice(name: str, label: str, options: Mapping[str, str], chosen: str) -> str:
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
        for value, text in options.items()
    )
    return f'<p><label for="{name}">{escape(label)}</label><select id="{name}" name="{name}">{listed}</select></p>'


def _number(name: str, label: str, hint: str, value: int) -> str:
    return (
        f'<p><label for="{name}">{escape(label)} <span class="hint">{escape(hint)}</span></label>'
        f'<input type="number" id="{name}" name="{name}" value="{value}"></p>'
    )


def _counts(log: RequestLog) -> Table:
    rows: Sequence[Sequence[str]] = [
        (row["method"], row["path"], _status(row["status"]), str(row["count"])) for row in log.counts()
    ]
    return Table("Số yêu cầu đã nhận", ("Phương thức", "Địa chỉ", "Trả lời", "Số lần"), rows)


def _newest(log: RequestLog) -> Table:
    rows = [
        (row["at"], row["method"], row["path"], _status(row["status"]), f"{row['milliseconds']:.1f}", row["note"])
        for row in log.newest(30)
    ]
    return Table("Yêu cầu mới nhất", ("Lúc (UTC)", "Phương thức", "Địa chỉ", "Trả lời", "ms", "Ghi chú"), rows)


def _status(status: int) -> str:
    return str(status) if status else "bị cắt"
