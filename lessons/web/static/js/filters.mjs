// Applies filters as they are ticked. Without it, or when it fails, “Apply filters” does.

let shown = location.pathname + location.search;

function start(form) {
  const announce = form.querySelector("[data-announce]");
  const apply = form.querySelector("[data-apply]");
  let asked = null;
  apply.hidden = true;

  function address() {
    const url = new URL(form.action);
    const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
    url.search = new URLSearchParams(chosen);
    return url;
  }

  async function refresh() {
    asked?.abort();
    const mine = (asked = new AbortController());
    const url = address();
    try {
      const headers = { "X-Requested-With": "XMLHttpRequest", Accept: "text/html" };
      const response = await fetch(url, { headers, signal: mine.signal });
      if (!response.ok || response.redirected) return location.assign(url);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!page.getElementById(form.dataset.results)) return location.assign(url);
      show(page);
      history.pushState(null, "", url);
      shown = url.pathname + url.search;
    } catch (error) {
      if (error.name !== "AbortError") fail();
    }
  }

  function show(page) {
    const focused = document.activeElement?.id;
    const folds = [...document.querySelectorAll("[data-live] details[id]")].map(({ id, open }) => [id, open]);
    for (const old of document.querySelectorAll(`#${form.dataset.results}, [data-live][id]`)) {
      const fresh = page.getElementById(old.id);
      if (fresh) old.replaceChildren(...fresh.childNodes);
    }
    for (const [id, open] of folds) document.getElementById(id)?.toggleAttribute("open", open);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    document.title = page.title;
    announce.className = "govuk-visually-hidden";
    announce.textContent = document.querySelector("[data-total]")?.textContent.trim() ?? "";
  }

  function fail() {
    announce.className = "govuk-error-message";
    announce.textContent = form.dataset.failed;
    apply.hidden = false;
  }

  // A box outside the form, such as the sort order, may belong to it by its form attribute.
  document.addEventListener("change", (event) => {
    if (event.target.form === form && event.target.type !== "search") refresh();
  });
}

document.querySelectorAll("form[data-filters]").forEach(start);

addEventListener("popstate", () => {
  if (location.pathname + location.search !== shown) location.reload(); // not for a mere #anchor
});
