// Ticks in a list: one box for all, shift for a range, and the number said aloud.
// <form data-multi-select> … <th data-select-all></th> … <input type=checkbox name=…> … <p data-select-count></p>
import { words } from "./words.js";

function allBox() {
  const label = document.createElement("label");
  label.className = "emoit-check-target";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.className = "emoit-check";
  box.setAttribute("aria-label", words.selectAll);
  label.append(box);
  return { label, box };
}

class MultiSelect {
  constructor(root) {
    this.boxes = [...root.querySelectorAll("tbody input[type=checkbox]")];
    this.count = root.querySelector("[data-select-count]");
    this.buttons = [...root.querySelectorAll("[data-needs-selection]")];
    this.last = null;
    const { label, box } = allBox();
    this.all = box;
    root.querySelector("[data-select-all]")?.append(label);
    box.addEventListener("change", () => this.set(this.boxes, box.checked));
    this.boxes.forEach((each) => each.addEventListener("click", (event) => this.clicked(each, event.shiftKey)));
    this.count?.setAttribute("aria-live", "polite");
    this.tell();
  }

  clicked(box, range) {
    if (range && this.last) {
      const [from, to] = [this.boxes.indexOf(this.last), this.boxes.indexOf(box)].sort((a, b) => a - b);
      this.set(this.boxes.slice(from, to + 1), box.checked);
    }
    this.last = box;
    this.tell();
  }

  set(boxes, checked) {
    boxes.forEach((box) => (box.checked = checked));
    this.tell();
  }

  tell() {
    const ticked = this.boxes.filter((box) => box.checked).length;
    this.boxes.forEach((box) => box.closest("tr")?.classList.toggle("is-chosen", box.checked));
    this.all.checked = ticked > 0 && ticked === this.boxes.length;
    this.all.indeterminate = ticked > 0 && ticked < this.boxes.length;
    this.buttons.forEach((button) => (button.disabled = ticked === 0));
    if (this.count) this.count.textContent = words.selected(ticked);
  }
}

export function startMultiSelect(scope) {
  scope.querySelectorAll("[data-multi-select]").forEach((root) => new MultiSelect(root));
}
