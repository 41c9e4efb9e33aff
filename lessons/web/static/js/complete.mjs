// Offers, under a search box, what may be meant: a combobox with a list, as the ARIA practices describe it.
// The box stays the page's own, so that its form, its label and its words are as they are without JavaScript.

const PAUSE = 150; // milliseconds of rest in typing before the server is asked
const SHORTEST = 2;
let boxes = 0;

function start(input) {
  const list = document.createElement("ul");
  const told = document.createElement("p");
  const known = new Map();
  let [offers, active, timer, asked] = [[], -1, 0, null];

  list.id = `offers-${++boxes}`;
  list.className = "app-offered";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.offers);
  told.className = "govuk-visually-hidden";
  told.setAttribute("role", "status");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.parentElement.classList.add("app-search__row--offers");
  input.parentElement.append(list, told);

  function close() {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function mark(index) {
    active = index;
    for (const [n, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(n === index));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  }

  function show(found) {
    offers = found;
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
    told.textContent = found.length ? input.dataset.told.replace("%{count}", found.length) : "";
  }

  function option({ label, about }, index) {
    const item = document.createElement("li");
    item.id = `${list.id}-${index}`;
    item.setAttribute("role", "option");
    const words = document.createElement("span");
    words.textContent = label;
    item.append(words);
    if (about) {
      const note = document.createElement("span");
      note.className = "app-offered__about";
      note.textContent = about;
      item.append(" ", note);
    }
    return item;
  }

  async function ask() {
    const text = input.value;
    if (text.trim().length < SHORTEST) return close();
    asked?.abort();
    const mine = (asked = new AbortController());
    try {
      if (!known.has(text)) {
        const url = new URL(input.dataset.complete, location.href);
        url.searchParams.set("q", text);
        const headers = { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" };
        const response = await fetch(url, { headers, signal: mine.signal });
        if (!response.ok) return close();
        known.set(text, (await response.json()).offers);
      }
      if (input.value === text && document.activeElement === input) show(known.get(text));
    } catch {
      // No offers are no trouble: the box works without.
    }
  }

  // A chosen line that ends in a colon waits for its value; any other is searched for.
  function choose(index) {
    input.value = offers[index].text;
    close();
    if (input.value.trimEnd().endsWith(":")) return ask();
    input.form.requestSubmit();
  }

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !list.hidden) {
      const places = offers.length + 1; // the box itself is one of them
      mark(((active + 1 + step + places) % places) - 1);
    } else if (step === 1 && input.value) ask();
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Enter" && active >= 0) choose(active);
    else {
      if (event.key === "Enter" || event.key === "Tab") close();
      return;
    }
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const index = [...list.children].indexOf(event.target.closest("[role=option]"));
    if (index >= 0) choose(index);
  });
}

document.querySelectorAll("input[data-complete]").forEach(start);
