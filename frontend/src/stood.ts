// Going through the versions of a record: <form data-island="stood"> of templates/portal/_stood.html.
//
// Without a script it is a list to choose from and a button. Here it becomes a slider whose steps
// are those of the list, oldest first; the part of the page that `data-body` names is fetched as it
// stood and put in the place of the present one, so that the slider keeps its place and its focus.
// Where that part is not on the page (the history), or cannot be fetched, the page is opened.
// `data-now` is the address of the record; the words are those of the list.

const QUIET_MS = 250; // so long the slider rests before a version is fetched

for (const form of document.querySelectorAll<HTMLFormElement>('[data-island="stood"]')) begin(form);

// A map that shows the same place is kept as it is drawn; of another place the words are enough.
function keepMap(body: HTMLElement, fresh: HTMLElement): void {
  const drawn = body.querySelector<HTMLElement>('[data-island="map"]');
  const other = fresh.querySelector<HTMLElement>('[data-island="map"]');
  const same =
    drawn?.dataset.point === other?.dataset.point &&
    drawn?.dataset.outline === other?.dataset.outline;
  if (drawn && other && same) other.replaceWith(drawn);
  else other?.remove();
}

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
  let newest: AbortController | undefined;

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
    newest?.abort();
    newest = new AbortController();
    try {
      const answer = await fetch(address, { signal: newest.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(body.id);
      if (fresh === null) throw new Error("no body");
      keepMap(body, fresh);
      body.replaceWith(fresh);
      document.title = page.title;
      history.replaceState(null, "", address);
    } catch (error) {
      if ((error as Error).name !== "AbortError") location.assign(address);
    }
  };

  slider.addEventListener("input", () => {
    const chosen = tell();
    clearTimeout(waiting);
    if (chosen) waiting = window.setTimeout(() => void show(chosen.value), QUIET_MS);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  tell();
}
