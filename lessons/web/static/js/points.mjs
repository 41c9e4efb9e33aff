// Adds and removes learning points on the page. Without it, the buttons ask the server to.

function start(root) {
  const list = root.querySelector("[data-points-list]");
  const template = root.querySelector("template");
  const addButton = root.querySelector("[name=add_point]");
  const status = root.querySelector("[data-points-status]");
  const points = () => [...list.querySelectorAll("[data-point]")];

  function number() {
    points().forEach((point, at, all) => {
      for (const place of point.querySelectorAll("[data-number]")) place.textContent = at + 1;
      point.querySelector("[name=remove_point]").hidden = all.length === 1;
    });
    addButton.hidden = points().length >= Number(root.dataset.most);
  }

  function add(index) {
    list.insertAdjacentHTML("beforeend", template.innerHTML.replaceAll("__i__", index));
    const point = list.lastElementChild;
    number();
    point.dispatchEvent(new Event("lessons:added", { bubbles: true }));
    return point;
  }

  function changed(words, next) {
    next.focus();
    status.textContent = words;
    root.dispatchEvent(new Event("input", { bubbles: true }));
  }

  addButton.addEventListener("click", (event) => {
    event.preventDefault();
    const last = Math.max(-1, ...points().map((point) => Number(point.dataset.point)));
    changed(root.dataset.added, add(last + 1).querySelector("legend"));
  });

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[name=remove_point]");
    if (!button) return;
    event.preventDefault();
    const point = button.closest("[data-point]");
    const next = point.nextElementSibling ?? point.previousElementSibling;
    point.remove();
    number();
    changed(root.dataset.removed, next?.querySelector("legend") ?? addButton);
  });

  // autosave.mjs asks for a point that it has words for.
  root.addEventListener("lessons:need-point", (event) => {
    if (!points().some((point) => Number(point.dataset.point) === event.detail)) add(event.detail);
  });
}

document.querySelectorAll("[data-points]").forEach(start);
