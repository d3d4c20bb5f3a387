// Suggestions under every search field while one types: names of records first, then filters and
// pages that were named.
//
// A combobox with a listbox as the ARIA Authoring Practices describe it: the focus stays in the
// field, the arrows go through the list, Enter follows, Escape closes. Its words are attributes of
// the form (templates/portal/_ask.html). While an input method composes a syllable its keys are its
// own. Without the script the form searches.

const WAIT_MS = 80;
const MOST_KEPT = 60;
// Names that are shown where filters or pages follow: both have to fit a screen.
const BESIDE_FILTERS = 5;

interface Name {
  readonly label: string;
  /** The language of the label, where it is not that of the page. */
  readonly lang: string;
  readonly name: string;
  readonly matched: readonly (readonly [number, number])[];
  readonly type_label: string;
  readonly place: string;
  readonly address: string;
}

interface Filter {
  readonly label: string;
  readonly of: string;
  readonly count: number;
  readonly address: string;
}

interface Page {
  readonly of: string;
  readonly label: string;
  readonly note: string;
  readonly address: string;
}

interface Answer {
  readonly names: readonly Name[];
  readonly filters: readonly Filter[];
  readonly pages: readonly Page[];
  readonly spelling: string | null;
}

type Follow = () => void;

for (const form of document.querySelectorAll<HTMLFormElement>('[data-island="suggest"]')) {
  const field = form.querySelector<HTMLInputElement>('input[type="search"]');
  if (field !== null) begin(form, field);
}

function begin(form: HTMLFormElement, field: HTMLInputElement): void {
  const list = element("ul", "suggestions");
  list.id = `${field.id}-suggestions`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset["list"] ?? "");
  const status = element("p", "sr");
  status.setAttribute("role", "status");
  field.after(list);
  form.append(status);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  const ask = asker(form.dataset["suggest"] ?? "");
  let follows: Follow[] = [];
  let active = -1;
  let waiting = 0;

  const options = (): HTMLElement[] => [...list.children] as HTMLElement[];

  function choose(index: number): void {
    active = index;
    options().forEach((one, at) => one.setAttribute("aria-selected", String(at === index)));
    const chosen = options()[index];
    if (chosen === undefined) {
      field.removeAttribute("aria-activedescendant");
    } else {
      field.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    }
  }

  function close(): void {
    window.clearTimeout(waiting);
    ask.stop();
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    status.textContent = "";
    choose(-1);
  }

  function show(answer: Answer, typed: string): void {
    const shown = [
      ...(answer.spelling === null ? [] : [meant(answer.spelling)]),
      ...answer.names
        .slice(0, answer.filters.length + answer.pages.length > 0 ? BESIDE_FILTERS : undefined)
        .map((one) => named(one, form.dataset["fallback"] ?? "")),
      ...answer.filters.map(filtered),
      ...answer.pages.map(paged),
    ];
    const count = shown.length;
    if (count > 0) shown.push(all(typed));
    follows = shown.map(([, follow]) => follow);
    list.replaceChildren(
      ...shown.map(([one], at) => {
        one.id = `${list.id}-${at}`;
        one.setAttribute("role", "option");
        return one;
      }),
    );
    list.hidden = count === 0;
    field.setAttribute("aria-expanded", String(count > 0));
    choose(-1);
    list.scrollTop = 0;
    status.textContent = told(count);
  }

  function told(count: number): string {
    if (count === 0) return form.dataset["none"] ?? "";
    if (count === 1) return form.dataset["one"] ?? "";
    return (form.dataset["many"] ?? "").replace("#", String(count));
  }

  function meant(spelling: string): [HTMLElement, Follow] {
    const row = element("span", "suggestions__row");
    row.append(text("suggestions__of", form.dataset["meant"]), text("", spelling));
    return [item(row), () => search(spelling)];
  }

  function all(typed: string): [HTMLElement, Follow] {
    const row = element("span", "suggestions__row");
    row.append(text("suggestions__of", form.dataset["all"]), text("", `“${typed.trim()}”`));
    return [item(row), () => search(typed)];
  }

  function search(words: string): void {
    field.value = words;
    close();
    form.requestSubmit();
  }

  function filtered(one: Filter): [HTMLElement, Follow] {
    const row = element("span", "suggestions__row");
    const number = one.count.toLocaleString(document.documentElement.lang);
    row.append(text("suggestions__of", `${one.of}:`), text("", one.label), text("", number));
    return [item(row), () => location.assign(one.address)];
  }

  // Not on every key: a syllable with its marks is several.
  function soon(): void {
    window.clearTimeout(waiting);
    const typed = field.value;
    if (typed.trim() === "") {
      close();
      return;
    }
    waiting = window.setTimeout(() => {
      void ask.about(typed).then((answer) => {
        if (answer !== null && field.value === typed && document.activeElement === field) {
          show(answer, typed);
        }
      });
    }, WAIT_MS);
  }

  function onKey(event: KeyboardEvent): void {
    // 229: the key was the input method's (UI Events, legacy key codes; Safari tells it so).
    if (event.isComposing || event.keyCode === 229) return;
    const count = list.hidden ? 0 : options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (count === 0) {
        soon();
      } else {
        // One place more than the list is long: the field itself.
        const step = event.key === "ArrowDown" ? 1 : count;
        choose(((active + 1 + step) % (count + 1)) - 1);
      }
    } else if (event.key === "Enter" && count > 0 && active >= 0) {
      event.preventDefault();
      follows[active]?.();
    } else if (event.key === "Escape" && count > 0) {
      event.preventDefault();
      close();
    }
  }

  field.addEventListener("input", soon);
  field.addEventListener("keydown", onKey);
  field.addEventListener("blur", close);
  form.addEventListener("submit", close);
  // Who typed before the script had come.
  if (document.activeElement === field) soon();
  // The field keeps the focus, so that the list is not closed before it is followed.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const at = options().findIndex((one) => one.contains(event.target as Node));
    follows[at]?.();
  });
}

function named(one: Name, fallback: string): [HTMLElement, Follow] {
  const title = element("span", "suggestions__name");
  const name = element("span", "");
  name.append(...marked(one.name, one.matched));
  title.append(name);
  if (one.lang) {
    name.lang = one.lang;
    title.append(" ", text("tongue-note", fallback));
  }
  const about = [one.name === one.label ? "" : one.label, one.type_label, one.place];
  const line = text("suggestions__line", about.filter((part) => part !== "").join(" · "));
  return [item(title, line), () => location.assign(one.address)];
}

function paged(one: Page): [HTMLElement, Follow] {
  const line = [one.of, one.note].filter((part) => part !== "").join(" · ");
  const parts = [text("suggestions__name", one.label), text("suggestions__line", line)];
  return [item(...parts), () => location.assign(one.address)];
}

function item(...parts: readonly Node[]): HTMLElement {
  const one = element("li", "");
  one.append(...parts);
  return one;
}

// Spans count characters as people and Python do, not the halves of surrogate pairs.
function* marked(
  name: string,
  spans: readonly (readonly [number, number])[],
): Generator<Node | string> {
  const letters = [...name];
  let told = 0;
  for (const [from, to] of spans) {
    yield letters.slice(told, from).join("");
    const mark = element("mark", "");
    mark.textContent = letters.slice(from, to).join("");
    yield mark;
    told = to;
  }
  yield letters.slice(told).join("");
}

// Asks for one text at a time: a later question takes the place of an earlier one.
function asker(address: string): {
  about: (typed: string) => Promise<Answer | null>;
  stop: () => void;
} {
  const kept = new Map<string, Answer>();
  let running = new AbortController();
  const stop = (): void => running.abort();
  const about = async (typed: string): Promise<Answer | null> => {
    stop();
    const known = kept.get(typed);
    if (known !== undefined) return known;
    running = new AbortController();
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`, {
        signal: running.signal,
      });
      if (!answer.ok) return null;
      const found = (await answer.json()) as Answer;
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(typed, found);
      return found;
    } catch {
      // Overtaken, or without a connection: the form still searches.
      return null;
    }
  };
  return { about, stop };
}

function text(name: string, words: string | undefined): HTMLElement {
  const one = element("span", name);
  one.textContent = words ?? "";
  return one;
}

function element(tag: string, name: string): HTMLElement {
  const one = document.createElement(tag);
  if (name !== "") one.className = name;
  return one;
}

export {};
