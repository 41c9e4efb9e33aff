// Starts the parts of govuk-frontend that a page uses; every page works without.

document.body.classList.add("js-enabled", "govuk-frontend-supported");

// Words that wait in this tab must not outlast the person's session on a shared machine.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-sign-out]")) return;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("draft:")) sessionStorage.removeItem(key);
  }
});

const { CharacterCount, createAll, initAll } = await import(
  document.querySelector("link[data-govuk]").href
);
const characterCount = { i18n: JSON.parse(document.body.dataset.countWords || "{}") };
initAll({ characterCount });

document.addEventListener("lessons:added", (event) => {
  createAll(CharacterCount, characterCount, event.target);
});
