// Clearing an item from the keyboard. Everything here can be done without it, by tab and enter.
// No key acts by itself alone: each needs Ctrl or Alt, so that nothing happens to somebody who types or speaks.

const form = document.querySelector("[data-review]");
const flags = [...document.querySelectorAll("[data-flag]")];

const press = (value) => form?.querySelector(`.app-decision__do button[value="${value}"]`)?.click();
const focus = (selector) => {
  const place = document.querySelector(selector);
  for (let fold = place?.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
  place?.focus();
  place?.scrollIntoView({ block: "nearest" });
};
const open = (flag) => !flag.querySelector("input[type=radio]:checked");
const nextFlag = () => {
  const here = flags.findIndex((flag) => flag.contains(document.activeElement));
  const after = [...flags.slice(here + 1), ...flags.slice(0, here + 1)];
  const flag = after.find(open) ?? after[0];
  (flag?.querySelector("input[type=radio]:checked") ?? flag?.querySelector("input[type=radio]"))?.focus();
};

const KEYS = {
  KeyS: () => press("save"),
  KeyM: nextFlag,
  KeyW: () => focus("#title"),
  KeyT: () => focus("#themes"),
  KeyR: () => focus("#reason"),
  KeyB: () => focus("#debrief-part summary, #debrief-part"),
  KeyN: () => document.getElementById("go-next")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat || event.metaKey || event.shiftKey) return;
  if (event.ctrlKey && !event.altKey && event.code === "Enter" && form) {
    event.preventDefault();
    form.querySelector(".app-decision__do button")?.click();
  } else if (event.altKey && !event.ctrlKey && Object.hasOwn(KEYS, event.code)) {
    event.preventDefault();
    KEYS[event.code]();
  }
});

// Words typed for one answer choose that answer.
form?.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.classList.contains("app-clear__words") || !box.value) return;
  const radio = box.parentElement.querySelector("input[type=radio]");
  if (radio) radio.checked = true;
});

// Straight to what has to be cleared, unless the page has something to tell first.
if (flags.some(open) && !location.hash && !document.querySelector(".govuk-error-summary, .app-meanwhile")) {
  // What was done before is read out all the same: it is an alert.
  for (const banner of document.querySelectorAll(".govuk-notification-banner")) banner.dataset.disableAutoFocus = "true";
  nextFlag();
}

// When a lesson is checked follows from its kind of learning, unless somebody says otherwise.
const usual = JSON.parse(form?.dataset.usual ?? "{}");
form?.querySelector("#learning")?.addEventListener("change", (event) => {
  const blank = form.querySelector('#life option[value=""]');
  if (blank && usual[event.target.value]) blank.textContent = usual[event.target.value];
});
