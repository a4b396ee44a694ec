// Says at once what was chosen, how large it is, and whether it is empty or too large.
import { sizeInWords, words } from "./words.js";

function verdict(file, limit) {
  if (file.size === 0) return { text: words.empty(file.name), wrong: true };
  if (limit && file.size > limit) {
    return { text: words.tooLarge(file.name, sizeInWords(file.size), sizeInWords(limit)), wrong: true };
  }
  return { text: words.chosen(file.name, sizeInWords(file.size)), wrong: false };
}

function watch(input) {
  if (input.dataset.watched) return;
  input.dataset.watched = "yes";
  const list = document.createElement("ul");
  list.className = "emoit-chosen";
  list.setAttribute("aria-live", "polite");
  input.after(list);
  input.addEventListener("change", () => {
    const limit = Number(input.dataset.maxBytes || 0);
    list.replaceChildren(
      ...Array.from(input.files, (file) => {
        const { text, wrong } = verdict(file, limit);
        const item = document.createElement("li");
        item.textContent = text;
        item.classList.toggle("is-wrong", wrong);
        return item;
      }),
    );
  });
}

export function announceFiles(scope) {
  scope.querySelectorAll("input[type=file]").forEach(watch);
}
