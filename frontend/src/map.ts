// A map: <div data-island="map"> of templates/portal/_map.html, on any page.
//
// What it draws is told by its attributes, and changing one redraws it:
//   data-source   a /map.json with the question that decides which records are meant, or ""
//   data-box      west,south,east,north: the part in which the question looks, or "": then the map
//                 begins with all that it is told
//   data-outline  a /units.json of the unit that the map is about, or ""
//   data-point    one record as JSON {lon, lat, precision_m, label}, or ""
//   data-classes  a /measures/…/units.json of units that are filled by the class of their value, or ""
//   data-page     a page that shows the same, offered as a link where it is not ""
//   data-units, data-record, data-search   where units, records and searches are
//   data-basemap, data-credit              what it is drawn on and whose that is (KHUE_BASEMAP)
// Its words stand in <template class="map__words">. With the class `map--search` it lets people
// search as they move it: it then sends `map:box` (a CustomEvent<string>, the box) from its element.
//
// Nothing is loaded before the map is seen, and nothing of it before the page has been painted; of
// one that only goes with a page, nothing while somebody is at something else (lib/quiet.ts).

import "../styles/map.css";
import { whenQuiet } from "./lib/quiet.ts";
import { whenSeen } from "./lib/seen.ts";

for (const element of document.querySelectorAll<HTMLElement>('[data-island="map"]')) {
  const start = (): void => void begin(element);
  const isThePage = element.classList.contains("map--search");
  whenSeen(element, () => (isThePage ? start() : whenQuiet(element, start)));
}

async function begin(element: HTMLElement): Promise<void> {
  const { wordsOf } = await import("./lib/map/told.ts");
  const words = wordsOf(element);
  const state = element.querySelector<HTMLElement>(".map__state");
  if (document.createElement("canvas").getContext("webgl2") === null) {
    element.classList.add("map--none");
    if (state) state.textContent = words.noWebgl;
    return;
  }
  if (state) state.textContent = words.loading;
  const { draw } = await import("./lib/map/draw.ts");
  await draw(element);
}
