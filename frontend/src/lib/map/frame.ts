// What stands around a map: its buttons, its card, its key and its lines below. All of it is HTML,
// so that it is read, tabbed to and printed like the rest of the page.

import { type Classed, withParameters } from "./found.ts";
import type { Mark } from "./marks.ts";
import { counted, shown, type Told, type Words } from "./told.ts";

/** The pieces around a map that change. */
export interface Frame {
  canvas: HTMLElement;
  /** The id of what says which keys there are. */
  keys: string;
  follow: HTMLInputElement | null;
  here: HTMLButtonElement;
  card: HTMLElement;
  without: HTMLElement;
  /** What the key says of lines. */
  line: HTMLElement;
  /** What says that boundaries are rough. */
  sketched: HTMLElement[];
  state: HTMLElement;
}

/** What the buttons do. */
export interface Acts {
  zoom(by: number): void;
  whole(): void;
  here(): void;
}

/** Puts the pieces into the element of a map. */
export function frame(element: HTMLElement, told: Told, words: Words, acts: Acts): Frame {
  const box = element.querySelector<HTMLElement>(".map__frame") ?? make("div", "map__frame");
  const canvas = make("div", "map__canvas");
  const buttons = make("div", "map__buttons");
  buttons.append(
    button("+", words.zoomIn, () => acts.zoom(1)),
    button("−", words.zoomOut, () => acts.zoom(-1)),
    button("", words.whole, () => acts.whole()),
  );
  const here = make("button", "map__here button");
  here.type = "button";
  here.textContent = words.here;
  here.hidden = true;
  here.addEventListener("click", () => acts.here());
  const card = make("div", "map__card");
  card.hidden = true;
  // What stands there until the map is drawn.
  const still = box.querySelector(".map__still");
  box.replaceChildren(...(still ? [still] : []), canvas, buttons, here, card);
  const keys = make("p", "sr");
  keys.id = `map-keys-${document.querySelectorAll(".map__canvas").length}`;
  keys.textContent = words.keys;
  const below = make("div", "map__below");
  const follow = element.classList.contains("map--search") ? choice(box, words) : null;
  const without = make("p", "map__without");
  // What fills mean stands in the page.
  const key = told.classes ? null : keyOf(words);
  const line = keyed("line", words.keyLine);
  line.hidden = true;
  key?.querySelector("ul")?.append(line);
  const rough = keyed("rough", words.keyRough);
  key?.querySelector("ul")?.append(rough);
  const said = make("p", "map__credit");
  said.textContent = words.rough;
  const sketched = [rough, said];
  for (const one of sketched) one.hidden = true;
  below.append(without, ...(key ? [key] : []), said, creditOf(told, words));
  if (told.page) below.append(linked(told.page, words.openPage));
  box.after(keys, below);
  const state = element.querySelector<HTMLElement>(".map__state") ?? make("p", "map__state");
  return { canvas, keys: keys.id, follow, here, card, without, line, sketched, state };
}

/** Says how many records are on no map. */
export function tellWithout(held: Frame, count: number, told: Told, words: Words): void {
  const said = told.box ? words.withoutFiltered : words.without;
  held.without.textContent = count ? said.replace("{n}", shown(count)) : "";
}

/** Opens the card of a mark, and gives the focus to it where the keyboard opened it. */
export function openCard(
  held: Frame,
  mark: Mark,
  told: Told,
  words: Words,
  closed: () => void,
  byKey: boolean,
): void {
  const name = make("p", "map__name");
  const about = make("p", "map__about");
  if (mark.unit) {
    name.textContent = mark.label ?? "";
    about.textContent = `${counted(mark.count ?? 0, words)}. ${words.atUnit}.`;
  } else if (mark.id !== undefined) {
    name.append(
      mark.id ? linked(told.record.replace(/_$/, mark.id), mark.label ?? "") : (mark.label ?? ""),
    );
    if (mark.lang) {
      for (const link of name.children) link.setAttribute("lang", mark.lang);
      const said = make("small", "tongue-note");
      said.textContent = words.fallback;
      name.append(" ", said);
    }
    about.textContent = precision(mark, words);
  } else {
    name.textContent = counted(mark.count ?? 0, words);
  }
  const close = button("×", words.close, () => {
    held.card.hidden = true;
    closed();
    held.canvas.querySelector("canvas")?.focus();
  });
  close.classList.add("map__close");
  held.card.replaceChildren(name, about);
  if (mark.unit && told.source) held.card.append(linked(listAt(told, mark.unit), words.openUnit));
  held.card.append(close);
  held.card.hidden = false;
  held.card.onkeydown = (event) => {
    if (event.key === "Escape") close.click();
  };
  if (byKey) (held.card.querySelector("a") ?? close).focus();
}

/** Opens the card of a unit with its value. */
export function openValue(held: Frame, unit: Classed, words: Words, byKey: boolean): void {
  const name = make("p", "map__name");
  name.textContent = unit.label;
  const about = make("p", "map__about");
  about.textContent = unit.told;
  const close = button("×", words.close, () => {
    held.card.hidden = true;
    held.canvas.querySelector("canvas")?.focus();
  });
  close.classList.add("map__close");
  const down = unit.href ? [linked(unit.href, words.openValue)] : [];
  held.card.replaceChildren(name, about, ...down, close);
  held.card.hidden = false;
  held.card.onkeydown = (event) => {
    if (event.key === "Escape") close.click();
  };
  if (byKey) (held.card.querySelector("a") ?? close).focus();
}

/** The search that lists what a unit of a map holds. */
function listAt(told: Told, unit: string): string {
  const query = new URL(told.source, location.href).search;
  return withParameters(told.search + query, { place: unit });
}

function precision(mark: Mark, words: Words): string {
  if (mark.precision_m === undefined) return words.unknown;
  const said = mark.kind === "dot" ? words.exact : words.approximate;
  return said.replace("{n}", shown(Math.ceil(mark.precision_m)));
}

function choice(box: HTMLElement, words: Words): HTMLInputElement {
  const label = make("label", "map__follow");
  const input = make("input", "");
  input.type = "checkbox";
  input.checked = true;
  label.append(input, words.follow);
  box.append(label);
  return input;
}

function keyOf(words: Words): HTMLElement {
  const key = make("details", "map__key");
  const title = make("summary", "");
  title.textContent = words.key;
  const list = make("ul", "");
  const kinds = [
    ["cluster", words.keyCluster],
    ["dot", words.keyExact],
    ["ring", words.keyRing],
    ["unit", words.keyUnit],
  ] as const;
  for (const [kind, said] of kinds) {
    list.append(keyed(kind, said));
  }
  key.append(title, list);
  return key;
}

function keyed(kind: string, said: string): HTMLElement {
  const item = make("li", "");
  item.append(make("span", `map__mark map__mark--${kind}`), said);
  return item;
}

function creditOf(told: Told, words: Words): HTMLElement {
  const credit = make("p", "map__credit");
  credit.textContent = told.basemap ? told.credit : words.land;
  return credit;
}

function button(sign: string, name: string, act: () => void): HTMLButtonElement {
  const made = make("button", "map__button");
  made.type = "button";
  made.textContent = sign;
  made.title = name;
  made.setAttribute("aria-label", name);
  made.addEventListener("click", act);
  return made;
}

function linked(address: string, text: string): HTMLAnchorElement {
  const made = make("a", "");
  made.href = address;
  made.textContent = text;
  return made;
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  style: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (style) made.className = style;
  return made;
}
