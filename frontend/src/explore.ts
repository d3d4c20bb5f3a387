// The explore page: htmx asks the address of a link or a form and puts the answer's list, facets and
// words in place (attributes in templates/portal/search.html); the map keeps its drawing and follows
// its data attributes. The address is the only state: whatever is seen has one, goes back with the
// back button, and is what a browser without scripts would see. Here stands what htmx does not do:
// moves of the map, the focus, what is said of the new list, what to do where no answer comes.

import htmx from "./lib/htmx.ts";
import type { HtmxRequestCtx } from "htmx.org";
import { chooseColumns, showColumns } from "./lib/columns.ts";

interface Entry {
  /** Whether a move of the map made this entry of the history: the next move replaces it. */
  map?: boolean;
  /** How far down the page stood when it was left. */
  y?: number;
}

interface Focused {
  element: HTMLElement;
  text: string | null;
}

const RESTORES = "HX-History-Restore-Request";

const root = document.getElementById("explore");
if (root) explore(root);

function explore(root: HTMLElement): void {
  const swap = root.getAttribute("hx-swap:inherited") ?? "";
  /** What was asked for last, until it is answered. */
  let running: HtmxRequestCtx | undefined;
  let focused: Focused | null = null;

  const entry = (): Entry => (history.state as Entry | null) ?? {};
  const note = (more: Entry) => history.replaceState({ ...entry(), ...more }, "");

  chooseColumns(root);

  root.addEventListener("map:box", (event) => {
    const box = (event as CustomEvent<string>).detail;
    const url = new URL(running?.request.action ?? location.href, location.href);
    url.searchParams.delete("page");
    url.searchParams.delete("box");
    // As the server writes it, with plain commas.
    const query = [url.searchParams.toString(), box ? `box=${box}` : ""].filter(Boolean).join("&");
    const again = entry().map === true && (running?.sourceElement ?? root) === root;
    void htmx.ajax("GET", query ? `${url.pathname}?${query}` : url.pathname, {
      source: root,
      [again ? "replace" : "push"]: "true",
    });
  });

  htmx.on("htmx:config:request", ({ detail: { ctx } }) => {
    const { body, headers } = ctx.request;
    if (body instanceof FormData) {
      for (const [name, value] of [...body]) if (value === "") body.delete(name);
    }
    if (RESTORES in headers) ctx.swap = swap;
  });

  htmx.on("htmx:before:request", ({ detail: { ctx } }) => {
    running = ctx;
    root.setAttribute("aria-busy", "true");
  });

  htmx.on("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx !== running) return;
    running = undefined;
    root.removeAttribute("aria-busy");
  });

  htmx.on("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    const part = (tasks as { fragment: DocumentFragment }[])[0]?.fragment;
    // An answer may come after something else was asked for: going back has a queue of its own.
    if (ctx !== running) event.preventDefault();
    // Another page (an error, a notice) is shown as itself.
    else if (!part?.querySelector(`#${root.id}`)) {
      event.preventDefault();
      location.assign(ctx.request.action);
    } else {
      focused = focusIn(root);
    }
  });

  htmx.on("htmx:before:history:update", () => note({ y: scrollY }));

  htmx.on("htmx:after:history:update", ({ detail }) => {
    if (detail.sourceElement === root) note({ map: true });
  });

  htmx.on("htmx:after:swap", ({ detail: { ctx } }) => {
    showColumns(root);
    changeHead(ctx.text ?? "");
    const restored = RESTORES in ctx.request.headers;
    changeField(root, restored);
    // Where a browser goes back before the parts are there.
    if (restored) scrollTo({ top: entry().y ?? 0, behavior: "instant" });
    if (ctx.swap.includes("show:top")) focusOn(titleOf(root));
    else if (focused) focusOn(stillThere(focused) ?? titleOf(root), restored);
    const said = document.querySelector(".search__said");
    if (said) said.textContent = titleOf(root)?.textContent ?? "";
  });

  htmx.on("htmx:error", ({ detail: { ctx } }) => {
    if (!ctx || (running && ctx !== running)) return;
    const trouble = root.querySelector<HTMLElement>(".search__trouble");
    const link = trouble?.querySelector("a");
    if (!trouble || !link) return;
    const pushed =
      ctx.push === "true" || (ctx.replace == null && ctx.sourceElement.matches("a, form"));
    link.href = ctx.request.action;
    link.setAttribute("hx-push-url", String(pushed));
    link.setAttribute("hx-replace-url", String(!pushed));
    trouble.hidden = false;
  });
}

function titleOf(root: HTMLElement): HTMLElement | null {
  return root.querySelector<HTMLElement>("h1");
}

function focusIn(root: HTMLElement): Focused | null {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || !root.contains(element)) return null;
  return { element, text: element.textContent };
}

/** What was focused, where it is there still: a part with an id is moved or made again; any other
    element may have been made into something else. */
function stillThere({ element, text }: Focused): HTMLElement | null {
  const one = element.id ? document.getElementById(element.id) : element;
  const seen = one !== null && one.getClientRects().length > 0;
  return seen && (element.id !== "" || one.textContent === text) ? one : null;
}

/** Focuses an element; `anew` although it has the focus, since a browser that goes back would take
    it away from what did not get it on the way. */
function focusOn(element: HTMLElement | null, anew = false): void {
  if (element?.matches("h1")) element.tabIndex = -1;
  if (anew && element === document.activeElement) element?.blur();
  element?.focus({ preventScroll: true });
}

/** The field shows what is looked for, unless someone is typing in it: who goes back is not. */
function changeField(root: HTMLElement, restored: boolean): void {
  const field = root.querySelector<HTMLInputElement>('input[name="q"]');
  if (!field || (field === document.activeElement && !restored)) return;
  field.value = new URLSearchParams(location.search).get("q") ?? "";
}

/** The addresses of this page, in both languages. */
function changeHead(text: string): void {
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const link of document.querySelectorAll("link[rel=canonical], link[hreflang], a.tongue")) {
    const { localName, className } = link;
    const same = [...page.querySelectorAll(localName)].find(
      (one) =>
        one.className === className &&
        one.getAttribute("rel") === link.getAttribute("rel") &&
        one.getAttribute("hreflang") === link.getAttribute("hreflang"),
    );
    const told = same?.getAttribute("href");
    if (told) link.setAttribute("href", told);
  }
}
