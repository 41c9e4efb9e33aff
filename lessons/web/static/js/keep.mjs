// Copies the link of a search, and prints its results. Without it the page says how the browser does both.

document.body.classList.add("app-can-print");
if (navigator.clipboard) document.body.classList.add("app-can-copy"); // only where the connection is safe

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) return print();
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const told = button.closest("details").querySelector("[data-copied]");
  try {
    await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
    told.textContent = told.dataset.copied;
  } catch {
    told.textContent = told.dataset.notCopied;
  }
});
