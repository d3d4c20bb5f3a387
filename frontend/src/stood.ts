// Going through the versions of a record: <form data-island="stood"> of templates/portal/_stood.html.
//
// Without a script it is a list to choose from and a button. Here it becomes a slider whose steps
// are those of the list, oldest first; htmx, fetched with the first step, asks for the page as it
// stood and makes the part that `data-body` names into that of the answer, so that the slider keeps
// its place and its focus. Where that part is not on the page (the history), or cannot be fetched,
// the page is opened. `data-now` is the address of the record; the words are those of the list.

import type { Htmx } from "htmx.org";

const QUIET_MS = 250; // so long the slider rests before a version is fetched

for (const form of document.querySelectorAll<HTMLFormElement>('[data-island="stood"]')) begin(form);

function begin(form: HTMLFormElement): void {
  const list = form.querySelector("select");
  const label = form.querySelector("label");
  if (list === null || label === null) return;
  const moments = [...list.options].reverse();
  const slider = document.createElement("input");
  slider.type = "range";
  slider.id = "stood-slider";
  slider.min = "0";
  slider.max = String(moments.length - 1);
  slider.step = "1";
  slider.value = String(moments.findIndex((one) => one.selected));
  const told = document.createElement("output");
  told.htmlFor.add(slider.id);
  label.htmlFor = slider.id;
  list.hidden = true;
  list.disabled = true;
  form.querySelector("button")?.remove();
  label.after(slider, told);
  form.classList.add("stood--slider");

  let waiting: number | undefined;
  let asked = "";
  let loaded: Promise<Htmx> | undefined;

  const tell = (): HTMLOptionElement | undefined => {
    const chosen = moments[slider.valueAsNumber];
    const text = chosen?.text ?? "";
    told.value = text;
    slider.setAttribute("aria-valuetext", text);
    return chosen;
  };

  const show = async (at: string): Promise<void> => {
    const address = at ? `${form.dataset.now}?at=${encodeURIComponent(at)}` : form.dataset.now!;
    const body = document.getElementById(form.dataset.body ?? "");
    if (body === null) {
      location.assign(address);
      return;
    }
    asked = address;
    loaded ??= load(form, body.id, () => asked);
    const htmx = await loaded;
    await htmx.ajax("GET", address, {
      source: form,
      target: body,
      select: `#${body.id}`,
      swap: "outerMorph",
    });
  };

  slider.addEventListener("input", () => {
    const chosen = tell();
    clearTimeout(waiting);
    if (chosen) waiting = window.setTimeout(() => void show(chosen.value), QUIET_MS);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  tell();
}

/** htmx, told what to do around a swap: `asked` gives the address that was asked for last. */
async function load(form: HTMLFormElement, name: string, asked: () => string): Promise<Htmx> {
  const { default: htmx } = await import("./lib/htmx.ts");
  htmx.on(form, "htmx:before:swap", (event) => {
    const part = (event.detail.tasks as { fragment: DocumentFragment }[])[0]?.fragment;
    const fresh = part?.querySelector(`#${name}`);
    if (!fresh) {
      event.preventDefault();
      location.assign(asked());
      return;
    }
    // A map that is drawn follows what it is told; to one that would begin, words are enough.
    if (!document.querySelector(`#${name} [data-island="map"]`)) {
      fresh.querySelector('[data-island="map"]')?.remove();
    }
  });
  htmx.on(form, "htmx:after:swap", () => {
    // Not an entry that htmx goes back to: the browser opens the page.
    history.replaceState(null, "", asked());
  });
  htmx.on(form, "htmx:error", () => location.assign(asked()));
  return htmx;
}
