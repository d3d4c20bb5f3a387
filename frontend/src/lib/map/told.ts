// What the page tells a map: its attributes and its words.

/** The words of a map, as templates/portal/_map.html has them. */
export interface Words {
  label: string;
  keys: string;
  zoomIn: string;
  zoomOut: string;
  whole: string;
  follow: string;
  here: string;
  close: string;
  loading: string;
  failed: string;
  fallback: string;
  noWebgl: string;
  count: string;
  countOne: string;
  atUnit: string;
  without: string;
  withoutFiltered: string;
  openUnit: string;
  openPage: string;
  openValue: string;
  exact: string;
  approximate: string;
  unknown: string;
  land: string;
  key: string;
  keyExact: string;
  keyRing: string;
  keyUnit: string;
  keyCluster: string;
  keyLine: string;
  keyRough: string;
  rough: string;
  wheel: string;
  wheelMac: string;
  fingers: string;
}

/** One record at its point. */
export interface Spot {
  lon: number;
  lat: number;
  precision_m: number | null;
  label: string;
}

/** The attributes of a map at this moment; see `map.ts`. */
export interface Told {
  source: string;
  box: Box | null;
  outline: string;
  point: Spot | null;
  page: string;
  classes: string;
  units: string;
  record: string;
  search: string;
  basemap: string;
  credit: string;
}

/** West, south, east, north in degrees. */
export type Box = [number, number, number, number];

export function wordsOf(element: HTMLElement): Words {
  const held = element.querySelector<HTMLElement>(".map__words")?.dataset ?? {};
  return { ...held, label: element.getAttribute("aria-label") ?? "" } as unknown as Words;
}

export function toldBy(element: HTMLElement): Told {
  const held = element.dataset;
  return {
    source: held["source"] ?? "",
    box: readBox(held["box"] ?? ""),
    outline: held["outline"] ?? "",
    point: held["point"] ? (JSON.parse(held["point"]) as Spot) : null,
    page: held["page"] ?? "",
    classes: held["classes"] ?? "",
    units: held["units"] ?? "",
    record: held["record"] ?? "",
    search: held["search"] ?? "",
    basemap: held["basemap"] ?? "",
    credit: held["credit"] ?? "",
  };
}

/** A box as an address writes it; null where it is none. */
export function readBox(text: string): Box | null {
  const sides = text.split(",").map(Number);
  return text && sides.length === 4 && sides.every(Number.isFinite) ? (sides as Box) : null;
}

/** A box for an address, to so many decimals as `zoom` can show. */
export function writeBox(box: Box, zoom: number): string {
  const decimals = zoom < 6 ? 2 : zoom < 10 ? 3 : zoom < 14 ? 4 : 5;
  return box.map((one) => String(Number(one.toFixed(decimals)))).join(",");
}

/** A number as the page's language writes it. */
export function shown(value: number): string {
  const lang = document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
  return new Intl.NumberFormat(lang).format(value);
}

/** How many records, in words. */
export function counted(count: number, words: Words): string {
  return count === 1 ? words.countOne : words.count.replace("{n}", shown(count));
}
