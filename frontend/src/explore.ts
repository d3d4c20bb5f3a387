// The explore page: links, forms and the map of <div data-island="explore"> change its parts in
// place. The address is the only state: each address is asked of the server, which draws it, and
// the parts (`data-part`) of the answer replace those that are there. So whatever is seen has an
// address, goes back with the back button, and is what a browser without scripts would see.

import { chooseColumns } from "./lib/columns.ts";

interface Kept {
  /** How far down the page stood. */
  y?: number;
  /** Whether a move of the map made this entry: the next move replaces it. */
  map?: boolean;
}

const root = document.querySelector<HTMLElement>('[data-island="explore"]');
if (root) explore(root);

function explore(root: HTMLElement): void {
  chooseColumns(root);
  const status = document.createElement("p");
  status.className = "search__said sr";
  status.setAttribute("role", "status");
  root.before(status);
  const trouble = document.createElement("p");
  trouble.className = "notice search__trouble";
  trouble.setAttribute("role", "alert");
  trouble.hidden = true;
  root.before(trouble);
  let asking = new AbortController();

  const kept = (): Kept => (history.state as Kept | null) ?? {};
  const keepPlace = () => history.replaceState({ ...kept(), y: scrollY }, "");

  /** Shows an address; resolves when it is shown, or something later is asked for. */
  async function show(address: string, arrive: (kind: "shown") => void): Promise<void> {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    root.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
      if (!answer.ok) {
        location.assign(address);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const other = page.querySelector<HTMLElement>('[data-island="explore"]');
      if (!other || signal.aborted) return;
      trouble.hidden = true;
      const focused = nameOf(document.activeElement, root);
      change(root, other);
      chooseColumns(root);
      changeHead(page);
      arrive("shown");
      if (focused) findAgain(root, focused)?.focus({ preventScroll: true });
      status.textContent = root.querySelector("h1")?.textContent ?? "";
    } catch {
      if (signal.aborted) return;
      trouble.replaceChildren(root.dataset["failed"] ?? "", " ", again(address, arrive));
      trouble.hidden = false;
    } finally {
      if (!signal.aborted) root.removeAttribute("aria-busy");
    }
  }

  function again(address: string, arrive: (kind: "shown") => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--plain";
    button.textContent = root.dataset["again"] ?? "";
    button.addEventListener("click", () => void show(address, arrive));
    return button;
  }

  /** Goes to an address as a link would. */
  function go(address: string, state: Kept, replace = false): void {
    keepPlace();
    if (replace) history.replaceState({ ...state, y: scrollY }, "", address);
    else history.pushState(state, "", address);
    void show(address, () => undefined);
  }

  root.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (!link || !isPlain(event, link) || !isHere(link.href)) return;
    event.preventDefault();
    go(link.href, {});
    // A page of a list begins at its top; whatever else changes, changes in place.
    if (link.closest(".pages, .wider, .empty")) {
      const head = root.querySelector<HTMLElement>(".search__top");
      head?.scrollIntoView({ block: "start" });
      const title = root.querySelector<HTMLElement>("h1");
      title?.setAttribute("tabindex", "-1");
      title?.focus({ preventScroll: true });
    }
  });

  root.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method !== "get" || !isHere(form.action)) return;
    event.preventDefault();
    const fields = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(fields as [string, string][]).toString();
    go(query ? `${location.pathname}?${query}` : location.pathname, {});
  });

  root.addEventListener("map:box", (event) => {
    const box = (event as CustomEvent<string>).detail;
    const url = new URL(location.href);
    url.searchParams.delete("page");
    url.searchParams.delete("box");
    // As the server writes it, with plain commas.
    const query = [url.searchParams.toString(), box ? `box=${box}` : ""].filter(Boolean).join("&");
    go(query ? `${url.pathname}?${query}` : url.pathname, { map: true }, kept().map === true);
  });

  addEventListener("popstate", () => {
    if (location.hash) return;
    void show(location.href, () => scrollTo({ top: kept().y ?? 0, behavior: "instant" }));
  });
}

function isPlain(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const special = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  return !special && event.button === 0 && !link.download && !link.target;
}

function isHere(address: string): boolean {
  const url = new URL(address, location.href);
  return url.origin === location.origin && url.pathname === location.pathname && !url.hash;
}

/** Makes the parts of one page those of another. */
function change(root: HTMLElement, other: HTMLElement): void {
  const open = openOnes(root);
  root.className = other.className;
  root.dataset["view"] = other.dataset["view"];
  for (const part of root.querySelectorAll<HTMLElement>("[data-part]")) {
    const name = part.dataset["part"] ?? "";
    const next = other.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (!next) continue;
    if (name === "bar") changeBar(part, next);
    else part.replaceChildren(...next.childNodes);
  }
  for (const one of root.querySelectorAll("details")) {
    if (open.has(nameOfDetails(one))) one.open = true;
  }
  const map = root.querySelector<HTMLElement>('[data-island="map"]');
  const nextMap = other.querySelector<HTMLElement>('[data-island="map"]');
  if (!map || !nextMap) return;
  for (const name of ["source", "box", "outline", "point"]) {
    const told = nextMap.dataset[name] ?? "";
    if (map.dataset[name] !== told) map.dataset[name] = told;
  }
}

/** The form keeps its field, in which someone may be typing, and takes the rest. */
function changeBar(bar: HTMLElement, next: HTMLElement): void {
  const field = bar.querySelector<HTMLInputElement>('input[type="search"]');
  const typed = next.querySelector<HTMLInputElement>('input[type="search"]');
  if (!field || !typed) return;
  if (document.activeElement !== field) field.value = typed.value;
  for (const one of bar.querySelectorAll('input[type="hidden"]')) one.remove();
  field.after(...next.querySelectorAll('input[type="hidden"]'));
}

/** Title, and the addresses of this page in the other language. */
function changeHead(page: Document): void {
  document.title = page.title;
  for (const selector of ['link[hreflang="vi"]', 'link[hreflang="en"]', "a.tongue"]) {
    const told = page.querySelector(selector)?.getAttribute("href");
    if (told) document.querySelector(selector)?.setAttribute("href", told);
  }
}

function openOnes(root: HTMLElement): Set<string> {
  return new Set(
    [...root.querySelectorAll<HTMLDetailsElement>("details[open]")].map(nameOfDetails),
  );
}

function nameOfDetails(one: HTMLDetailsElement): string {
  if (one.dataset["columns"] !== undefined) return "columns";
  const section = one.closest("section")?.getAttribute("aria-labelledby") ?? "";
  return `${section}|${one.querySelector(":scope > summary > h2") ? "facet" : "values"}`;
}

/** What is focused, in words that hold in the next page too: its section and its text. */
function nameOf(focused: Element | null, root: HTMLElement): [string, string] | null {
  if (!focused || !root.contains(focused)) return null;
  const part = focused.closest<HTMLElement>("[data-part]");
  if (!part || part.dataset["part"] === "bar") return null;
  return [sectionOf(focused), textOf(focused)];
}

function findAgain(root: HTMLElement, [section, text]: [string, string]): HTMLElement | null {
  const all = [...root.querySelectorAll<HTMLElement>("[data-part] a, [data-part] summary")];
  const same = all.find((one) => sectionOf(one) === section && textOf(one) === text);
  if (same) return same;
  const title = root.querySelector<HTMLElement>("h1");
  title?.setAttribute("tabindex", "-1");
  return title;
}

function sectionOf(one: Element): string {
  const section = one.closest("[aria-labelledby], [aria-label]");
  return section?.getAttribute("aria-labelledby") ?? section?.getAttribute("aria-label") ?? "";
}

function textOf(one: Element): string {
  const said = one.querySelector("span:not([class])") ?? one;
  return (said.firstChild?.textContent ?? "").trim();
}
