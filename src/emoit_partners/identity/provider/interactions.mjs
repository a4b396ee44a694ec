// Signing in, consenting, signing out: plain forms in Vietnamese, without scripts.

import { timingSafeEqual } from "node:crypto";

const WORDS = {
  openid: "họ tên, số định danh, ngày sinh, giới tính",
  profile: "họ tên, giới tính, ngày sinh theo chuẩn OpenID",
  address: "nơi thường trú",
  offline_access: "tiếp tục dùng khi ông/bà không trực tuyến",
};
const MOST_FORM = 10_000;

const escape = (text) =>
  String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

function page(title, body) {
  return `<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>${escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"></head>
<body><header><p><strong>Định danh giả lập</strong> — chỉ để thử, không phải hệ thống thật</p></header>
<main><h1>${escape(title)}</h1>${body}</main></body></html>`;
}

function send(response, status, content) {
  response.writeHead(status, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" });
  response.end(content);
}

async function form(request) {
  let text = "";
  for await (const piece of request) {
    text += piece;
    if (text.length > MOST_FORM) throw new Error("too long a form");
  }
  return new URLSearchParams(text);
}

function loginPage(details, wrong) {
  const alert = wrong ? `<p class="wrong" role="alert">${escape(wrong)}</p>` : "";
  const at = `/interaction/${details.uid}`;
  return page("Đăng nhập", `${alert}<form class="knobs" method="post" action="${at}/login">
<p><label for="login">Số định danh cá nhân hoặc mã số thuế <span class="hint">12 hoặc 10 chữ số</span></label>
<input type="text" id="login" name="login" inputmode="numeric" autocomplete="username" required></p>
<p><label for="password">Mật khẩu</label>
<input type="password" id="password" name="password" autocomplete="current-password" required></p>
<div class="buttons"><button>Đăng nhập</button></div></form>${abortForm(at)}`);
}

function consentPage(details, clientName) {
  const asked = details.prompt.details.missingOIDCScope ?? [];
  const items = asked.map((scope) => `<li>${escape(WORDS[scope] ?? scope)}</li>`).join("");
  const at = `/interaction/${details.uid}`;
  return page("Đồng ý chia sẻ", `<p><strong>${escape(clientName)}</strong> muốn biết:</p><ul>${items}</ul>
<form class="knobs" method="post" action="${at}/confirm"><div class="buttons"><button>Đồng ý</button></div></form>
${abortForm(at)}`);
}

const abortForm = (at) =>
  `<form class="knobs" method="post" action="${at}/abort"><div class="buttons"><button class="second">Không đồng ý, quay lại</button></div></form>`;

// The answer to every address under /interaction/.
export function interactionPages(provider, store) {
  const finish = (request, response, result) =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });

  async function show(request, response, details) {
    if (details.prompt.name === "login") return send(response, 200, loginPage(details));
    const client = await provider.Client.find(details.params.client_id);
    return send(response, 200, consentPage(details, client.clientName ?? client.clientId));
  }

  async function login(request, response, details) {
    const told = await form(request);
    const account = store.account((told.get("login") ?? "").trim());
    if (!account || !same(told.get("password") ?? "", account.password)) {
      return send(response, 422, loginPage(details, "Số định danh hoặc mật khẩu không đúng."));
    }
    return finish(request, response, { login: { accountId: account.sub, amr: ["pwd"] } });
  }

  async function confirm(request, response, details) {
    const { session, params, prompt } = details;
    const known = details.grantId && (await provider.Grant.find(details.grantId));
    const grant = known || new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope((prompt.details.missingOIDCScope ?? []).join(" "));
    if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
    const grantId = await grant.save();
    store.remember(session.accountId, params.client_id, grantId);
    return finish(request, response, { consent: { grantId } });
  }

  const abort = (request, response) =>
    finish(request, response, { error: "access_denied", error_description: "The person did not agree" });

  const views = { "GET ": show, "POST login": login, "POST confirm": confirm, "POST abort": abort };

  return async function answer(request, response) {
    try {
      const [, , , word = ""] = new URL(request.url, "http://127.0.0.1").pathname.split("/");
      const view = views[`${request.method} ${word}`];
      if (!view) return send(response, 404, page("Không có trang này", ""));
      const details = await provider.interactionDetails(request, response);
      if ((word === "login" || word === "confirm") && details.prompt.name !== (word === "login" ? "login" : "consent")) {
        return send(response, 400, page("Bước này đã qua", "<p>Hãy bắt đầu lại từ nơi cần đăng nhập.</p>"));
      }
      return await view(request, response, details);
    } catch (error) {
      if (error.name !== "SessionNotFound") console.error(error);
      return send(response, 400, page("Phiên đăng nhập đã hết", "<p>Hãy bắt đầu lại từ nơi cần đăng nhập.</p>"));
    }
  };
}

function same(told, known) {
  const [a, b] = [Buffer.from(told), Buffer.from(known)];
  return a.length === b.length && timingSafeEqual(a, b);
}

// Signing out is asked for once more, as the standard says.
export async function logoutPage(ctx, formHtml) {
  ctx.body = page("Đăng xuất", `<p>Đăng xuất khỏi định danh giả lập?</p>${formHtml}
<div class="buttons"><button form="op.logoutForm" name="logout" value="yes">Đăng xuất</button>
<button class="second" form="op.logoutForm">Ở lại</button></div>`);
}

export async function sorryPage(ctx) {
  ctx.body = page("Đã đăng xuất", "<p>Có thể đóng trang này.</p>");
}

export async function failurePage(ctx, out) {
  ctx.type = "html";
  const rows = Object.entries(out).map(([name, text]) => `<li><code>${escape(name)}</code>: ${escape(text)}</li>`);
  ctx.body = page("Không làm được", `<ul>${rows.join("")}</ul>`);
}
