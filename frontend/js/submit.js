// A second click on a form that is being sent does nothing. The server stays the judge: every form carries its own key.
import { words } from "./words.js";

function locks(form) {
  return form.method === "post" && !form.hasAttribute("data-may-repeat") && !form.closest("[hx-post], [hx-boost]");
}

function lock(form, button) {
  form.dataset.sent = "";
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  if (button instanceof HTMLButtonElement && !button.hasAttribute("data-keep-words")) {
    button.dataset.words = button.textContent;
    button.textContent = words.sending;
  }
}

function unlock(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-disabled="true"]')) {
    button.removeAttribute("aria-disabled");
    if (button.dataset.words) button.textContent = button.dataset.words;
  }
}

export function lockSubmittedForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !locks(form)) return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      return;
    }
    lock(form, event.submitter);
  });
  // Back from the next page: the browser may show the old page as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(unlock);
  });
}
