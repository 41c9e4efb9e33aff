// Applies filters as they are ticked, and follows links to the same search otherwise, without loading a new page.
// Without it, or when it fails, “Apply filters” and the links themselves do.

let shown = location.pathname + location.search;

function start(form) {
  const announce = form.querySelector("[data-announce]");
  const apply = form.querySelector("[data-apply]");
  const region = () => document.getElementById(form.dataset.results);
  let asked = null;
  apply.hidden = true;
  form.classList.add("app-filters--live");

  function chosen() {
    const url = new URL(form.action);
    url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    return url;
  }

  // Resolves to whether the page now shows that address. moved: whether the browser is there already.
  async function go(url, { moved = false, leave = () => location.assign(url) } = {}) {
    asked?.abort();
    const mine = (asked = new AbortController());
    region().setAttribute("aria-busy", "true");
    try {
      const headers = { "X-Requested-With": "XMLHttpRequest", Accept: "text/html" };
      const response = await fetch(url, { headers, signal: mine.signal });
      const there = new URL(response.url);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!response.ok || there.pathname !== url.pathname || !page.getElementById(form.dataset.results)) return leave();
      show(page);
      if (!moved) history.pushState(null, "", there);
      shown = there.pathname + there.search;
    } catch (error) {
      if (error.name === "AbortError") return;
      fail();
    }
    region().removeAttribute("aria-busy");
  }

  function show(page) {
    const focused = document.activeElement;
    const folds = [...document.querySelectorAll(`[data-live] details[id], #${form.dataset.results} details[id]`)]
      .map(({ id, open }) => [id, open]);
    for (const old of document.querySelectorAll(`#${form.dataset.results}, [data-live][id]`)) {
      const fresh = page.getElementById(old.id);
      if (fresh) old.replaceChildren(...fresh.childNodes);
    }
    const markings = page.querySelectorAll(".app-marking"); // of what the page now shows
    for (const [n, old] of [...document.querySelectorAll(".app-marking")].entries()) old.replaceWith(markings[n]);
    for (const [id, open] of folds) document.getElementById(id)?.toggleAttribute("open", open);
    const box = form.elements.q;
    const fresh = page.getElementById(box?.id);
    if (fresh && box !== focused) box.value = fresh.value;
    keepFocus(focused);
    document.title = page.title;
    announce.className = "govuk-visually-hidden";
    announce.textContent = document.querySelector("[data-total]")?.textContent.trim() ?? "";
  }

  // What had the focus may be gone, as a filter that was taken away: then the number of results has it.
  function keepFocus(before) {
    if (before === document.body || before.isConnected) return;
    const same = before.id && document.getElementById(before.id);
    (same || document.querySelector("[data-total]"))?.focus({ preventScroll: true });
  }

  function fail() {
    announce.className = "govuk-error-message";
    announce.textContent = form.dataset.failed;
    apply.hidden = false;
  }

  // A box outside the form may belong to it by its form attribute; words wait until they are sent.
  document.addEventListener("change", (event) => {
    if (event.target.form === form && event.target.name !== "q") go(chosen());
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-swap] a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (url.origin + url.pathname !== form.action) return;
    event.preventDefault();
    go(url);
  });

  // On a phone the filters cover the results: the button at their foot shuts them and goes there.
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-show]")) return;
    event.preventDefault();
    form.querySelector("details").open = false;
    const total = document.querySelector("[data-total]");
    total.focus({ preventScroll: true });
    total.scrollIntoView();
  });

  addEventListener("popstate", () => {
    const url = new URL(location.href);
    if (url.pathname + url.search === shown) return; // a mere #anchor
    go(url, { moved: true, leave: () => location.reload() });
  });
}

document.querySelectorAll("form[data-filters]").forEach(start);
