// Ctrl K: a dialog that finds any dossier, document, procedure or person. The address comes from the page.
// Answer of the server: {"results": [{"kind": "Hồ sơ", "title": "…", "detail": "…", "href": "/…"}]}
import { words } from "./words.js";

const PAUSE_MS = 150;

class Palette {
  constructor(dialog) {
    this.dialog = dialog;
    this.input = dialog.querySelector("input");
    this.list = dialog.querySelector("[role=listbox]");
    this.status = dialog.querySelector("[role=status]");
    this.chosen = -1;
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => this.asked?.abort());
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
    this.input.select();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    this.asked?.abort();
    const question = this.input.value.trim();
    if (!question) return this.show([], "");
    this.asked = new AbortController();
    const { signal } = this.asked;
    this.status.textContent = words.searching;
    try {
      const address = new URL(this.dialog.dataset.url, window.location.href);
      address.searchParams.set("q", question);
      const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { results } = await answer.json();
      this.show(results, words.found(results.length));
    } catch (error) {
      if (error.name !== "AbortError") this.show([], words.unreachable);
    }
  }

  show(results, saying) {
    this.list.replaceChildren(...results.map((result, index) => this.item(result, index)));
    this.status.textContent = saying;
    this.input.setAttribute("aria-expanded", String(results.length > 0));
    this.choose(results.length ? 0 : -1);
  }

  item(result, index) {
    const item = document.createElement("li");
    item.id = `palette-${index}`;
    item.className = "desk-palette__item";
    item.setAttribute("role", "option");
    item.dataset.href = result.href;
    const part = (name, text) => {
      const span = document.createElement("span");
      span.className = `desk-palette__${name}`;
      span.textContent = text;
      return span;
    };
    item.append(part("title", result.title), part("kind", [result.kind, result.detail].filter(Boolean).join(" · ")));
    item.addEventListener("click", () => this.go(item));
    return item;
  }

  choose(index) {
    this.chosen = index;
    const items = [...this.list.children];
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    items[index]?.scrollIntoView({ block: "nearest" });
    if (index < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", items[index].id);
  }

  key(event) {
    const count = this.list.children.length;
    if (event.key === "ArrowDown" && count) this.choose((this.chosen + 1) % count);
    else if (event.key === "ArrowUp" && count) this.choose((this.chosen - 1 + count) % count);
    else if (event.key === "Enter" && this.chosen >= 0) this.go(this.list.children[this.chosen]);
    else return;
    event.preventDefault();
  }

  go(item) {
    const address = new URL(item.dataset.href, window.location.href);
    if (address.origin === window.location.origin) window.location.assign(address);
  }
}

export function startPalette() {
  const dialog = document.querySelector("dialog[data-palette]");
  if (!dialog?.dataset.url) return;
  const palette = new Palette(dialog);
  document.querySelectorAll("[data-opens-palette]").forEach((opener) => {
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      palette.open();
    });
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      palette.open();
    }
  });
}
