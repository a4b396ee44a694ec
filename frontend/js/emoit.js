// Everything here only improves pages that already work without it.
import { CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios, SkipLink, createAll } from "govuk-frontend";
import { announceFiles } from "./files.js";
import { startKeyboard } from "./keyboard.js";
import { lockSubmittedForms } from "./submit.js";
import { startMultiSelect } from "./multi-select.js";
import { startPalette } from "./palette.js";
import { focusAfterSwap } from "./swap.js";
import { words } from "./words.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

function enhance(scope) {
  createAll(ErrorSummary, {}, scope);
  createAll(Checkboxes, {}, scope);
  createAll(Radios, {}, scope);
  createAll(SkipLink, {}, scope);
  createAll(CharacterCount, { i18n: words.characterCount }, scope);
  createAll(PasswordInput, { i18n: words.password }, scope);
  announceFiles(scope);
  startMultiSelect(scope);
}

enhance(document);
lockSubmittedForms();
startPalette();
startKeyboard();
focusAfterSwap(enhance);
// On a phone the rail is one long strip: begin where one is.
document.querySelector(".desk-rail [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
