// "?" shows the keyboard map; j and k walk through a list, x ticks a row, Enter opens it. Single letters can be turned
// off (WCAG 2.1.4) and never act while a field has the focus.
const SWITCH = "emoit-single-keys-off";

function typing() {
  const at = document.activeElement;
  return at?.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(at?.tagName) ? at.type !== "checkbox" : false;
}

function isOff() {
  try {
    return localStorage.getItem(SWITCH) === "yes";
  } catch {
    return false;
  }
}

function rows() {
  return [...document.querySelectorAll("[data-keyboard-list] [data-row]")];
}

function currentRow() {
  return document.activeElement?.closest("[data-row]");
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(currentRow());
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  next.querySelector("a")?.focus();
}

const acts = {
  j: () => step(1),
  k: () => step(-1),
  x: () => currentRow()?.querySelector("input[type=checkbox]")?.click(),
  "/": () => document.querySelector("[data-opens-palette]")?.click(),
};

function wireSwitch(help) {
  const box = help.querySelector("[data-single-keys]");
  if (!box) return;
  box.checked = !isOff();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(SWITCH, box.checked ? "no" : "yes");
    } catch {
      // Private windows keep nothing: the choice lasts for this page only.
    }
  });
}

export function startKeyboard() {
  const help = document.querySelector("dialog[data-keyboard-help]");
  if (!help) return;
  wireSwitch(help);
  document.querySelectorAll("[data-opens-keyboard-help]").forEach((opener) => {
    opener.addEventListener("click", () => help.showModal());
  });
  document.querySelectorAll("[data-closes-dialog]").forEach((closer) => {
    closer.addEventListener("click", () => closer.closest("dialog").close());
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing() || document.querySelector("dialog[open]")) return;
    if (isOff()) return;
    const act = event.key === "?" ? () => help.showModal() : acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
