// Questions about the words of an action while somebody types them. Without this they come when it is saved.

const here = document.querySelector("[data-wording]");
const title = document.getElementById("title");
const form = title?.form;
const PAUSE = 800;
let waiting = 0;
let asked = "";
let running;

if (here && form) {
  form.addEventListener("input", (event) => {
    if (event.target !== title && event.target.name !== "strength") return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
}

async function ask() {
  const given = new URLSearchParams({ title: title.value.trim() });
  given.set("strength", form.querySelector('[name="strength"]:checked')?.value ?? "");
  for (const box of form.querySelectorAll('[name="of"]')) given.append("of", box.value);
  const words = given.toString();
  if (words === asked) return;
  asked = words;
  running?.abort();
  running = new AbortController();
  try {
    const response = await fetch(`${here.dataset.wording}?${words}`, {
      headers: { Accept: "application/json", "X-Requested-With": "fetch" },
      signal: running.signal,
    });
    if (!response.ok || response.redirected) return;
    show((await response.json()).questions);
  } catch {
    asked = ""; // they come when it is saved
  }
}

function show(questions) {
  // Those of the last try are about other words.
  for (const old of document.querySelectorAll('[data-asked="title"], [data-asked="strength"]')) old.replaceChildren();
  here.replaceChildren(...questions.map(one));
}

function one({ words, stronger }) {
  const box = document.createElement("div");
  box.className = "app-question";
  const said = document.createElement("p");
  said.className = "govuk-body";
  said.textContent = stronger.length ? `${words} ${here.dataset.stronger} ${stronger.join("; ")}` : words;
  box.append(said);
  return box;
}
