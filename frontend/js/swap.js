// htmx has put something new on the page: bring it to life, move the focus there if it asks, say what happened.
import { words } from "./words.js";

export function focusAfterSwap(enhance) {
  const speaker = document.querySelector("[data-speaker]");
  document.addEventListener("htmx:load", (event) => {
    const fresh = event.detail.elt;
    if (fresh === document.body) return; // the page itself, enhanced already
    enhance(fresh);
    const goal = fresh.matches("[data-focus-after-swap]") ? fresh : fresh.querySelector("[data-focus-after-swap]");
    if (goal) {
      if (!goal.matches("[tabindex], a, button, input, select, textarea")) goal.tabIndex = -1;
      goal.focus();
    }
    const saying = fresh.matches("[data-say]") ? fresh : fresh.querySelector("[data-say]");
    if (speaker) speaker.textContent = saying ? saying.dataset.say : words.updated;
  });
}
