// Lessons like the record of this page, brought in once the page itself is there. Without this a link leads to them.

const here = document.querySelector("[data-near]");
if (here) bring(here);

async function bring(here) {
  try {
    const response = await fetch(here.dataset.near, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const near = page.getElementById("near");
    if (!response.ok || response.redirected || !near) return;
    // The page is now marked as the highest of what it shows.
    const sensitive = (all) => [...all].some((each) => each.classList.contains("app-marking--sensitive"));
    const ours = document.querySelectorAll(".app-marking");
    const theirs = page.querySelectorAll(".app-marking");
    if (sensitive(theirs) && !sensitive(ours)) for (const [n, old] of [...ours].entries()) old.replaceWith(theirs[n]);
    here.replaceChildren(...near.childNodes);
  } catch {
    // The link stays.
  }
}
