// Draws a map and keeps it true to what the page tells it.

import {
  type GeoJSONSource,
  Map as MapLibre,
  type MapGeoJSONFeature,
  setWorkerUrl,
  type StyleSpecification,
} from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { FeatureCollection, Polygon } from "geojson";
import {
  type Answer,
  ask,
  type Classed,
  type ClassedUnits,
  extentOf,
  extentOfUnits,
  type Units,
  withParameters,
} from "./found.ts";
import { type Frame, frame, openCard, openValue, tellWithout } from "./frame.ts";
import { Ground } from "./ground.ts";
import { drawIcons } from "./icons.ts";
import { linesOf, type Mark, markOf, marksOf } from "./marks.ts";
import { paletteOf, whenThemeChanges } from "./palette.ts";
import { rasterStyle, SOURCES, styleOf } from "./style.ts";
import { type Box, toldBy, type Told, type Words, wordsOf, writeBox } from "./told.ts";

setWorkerUrl(worker);

/** Where maps begin that are told nothing: the mainland and the sea of Việt Nam. */
const ANYWHERE: Box = [101.5, 7.5, 115.5, 23.5];
const WAIT_MS = 250;
const SLOWEST_MS = 8000;
const NEAREST = 15.5;
/** A zoom: nearer a map never begins, since around one point there is nothing to see. */
const TOUCHED = ["dots", "rings", "cells", "at-unit", "counts"];
const FILLED = ["classes", "class-points"];
const REACH = 8;
/** Pixels around a finger or a pointer in which something is touched. */
const REACH_OF_KEYS = 60;

export async function draw(element: HTMLElement): Promise<void> {
  const told = toldBy(element);
  const base = told.basemap ? await baseOf(told.basemap) : null;
  new Drawn(element, told, base).follow();
}

/** Somebody's style, or one of their raster tiles. */
async function baseOf(address: string): Promise<StyleSpecification> {
  return address.includes("{z}") ? rasterStyle(address) : ask<StyleSpecification>(address);
}

class Drawn {
  private readonly words: Words;
  private readonly frame: Frame;
  private readonly map: MapLibre;
  private readonly ground: Ground;
  private readonly data = new Map<string, FeatureCollection>();
  private asking = new AbortController();
  private waiting = 0;
  private sent = "";
  private answered = "";
  private moved = false;

  constructor(
    private readonly element: HTMLElement,
    private told: Told,
    private readonly base: StyleSpecification | null,
  ) {
    this.words = wordsOf(element);
    this.frame = frame(element, told, this.words, {
      zoom: (by) => this.byHand(() => this.map.zoomTo(this.map.getZoom() + by, { duration: 200 })),
      whole: () => void this.whole(),
      here: () => this.send(),
    });
    this.map = this.made();
    this.ground = new Ground(
      this.map,
      told,
      base === null,
      (name, data) => this.put(name, data),
      (any) => this.frame.sketched.forEach((one) => (one.hidden = !any)),
    );
    drawIcons(this.map, () => paletteOf(element));
    this.listen();
  }

  private made(): MapLibre {
    const { words } = this;
    return new MapLibre({
      container: this.frame.canvas,
      style: styleOf(paletteOf(this.element), this.base),
      bounds: this.told.box ?? ANYWHERE,
      fitBoundsOptions: { padding: 0 },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxPitch: 0,
      maxZoom: 18.5,
      fadeDuration: 0,
      renderWorldCopies: false,
      validateStyle: false,
      cooperativeGestures: !this.element.classList.contains("map--search"),
      locale: {
        "Map.Title": words.label,
        "CooperativeGesturesHandler.WindowsHelpText": words.wheel,
        "CooperativeGesturesHandler.MacHelpText": words.wheelMac,
        "CooperativeGesturesHandler.MobileHelpText": words.fingers,
      },
    });
  }

  private listen(): void {
    const { map } = this;
    // Its keys are its own: a screen reader passes them on.
    map.getCanvas().setAttribute("role", "application");
    map.getCanvas().setAttribute("aria-describedby", this.frame.keys);
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.on("moveend", (event) => {
      this.ground.look();
      if (event.originalEvent || this.moved) this.settle();
    });
    map.on("movestart", (event) => {
      if (event.originalEvent) this.moved = true;
    });
    map.on("click", (event) => this.touch([event.point.x, event.point.y], REACH, false));
    map.on("mousemove", (event) => {
      const there = this.at([event.point.x, event.point.y], 2).length > 0;
      map.getCanvas().style.cursor = there ? "pointer" : "";
    });
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      const { clientWidth, clientHeight } = map.getCanvas();
      this.touch([clientWidth / 2, clientHeight / 2], REACH_OF_KEYS, true);
    });
    // What was put into a style before it is ready is lost.
    map.on("style.load", () => this.data.forEach((data, name) => this.put(name, data)));
    whenThemeChanges(() =>
      map.setStyle(styleOf(paletteOf(this.element), this.base), { diff: false }),
    );
  }

  /** Draws what is told now, and again whenever that changes. */
  follow(): void {
    void this.show();
    new MutationObserver(() => {
      const before = this.told;
      this.told = toldBy(this.element);
      const box = this.element.dataset["box"] ?? "";
      // What this map has sent itself is what it shows already.
      const same = box !== "" && box === this.sent;
      if (!same) this.sent = "";
      void this.show(!same, before.outline !== this.told.outline);
    }).observe(this.element, {
      attributeFilter: ["data-source", "data-box", "data-outline", "data-point"],
    });
  }

  private async show(fit = true, unitChanged = true): Promise<void> {
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const { told, frame: held } = this;
    this.element.setAttribute("aria-busy", "true");
    try {
      if (unitChanged) await this.outline(signal);
      if (told.point)
        this.put("found", { type: "FeatureCollection", features: [markOf(told.point)] });
      if (unitChanged && told.classes) {
        this.put("classed", await ask<ClassedUnits>(told.classes, signal));
      }
      if (fit) await this.fit(signal);
      if (told.source) await this.ask(signal);
      this.asked();
      if (fit) held.here.hidden = true;
      held.state.textContent = "";
    } catch (problem) {
      if (!signal.aborted) held.state.textContent = this.words.failed;
    } finally {
      if (!signal.aborted) {
        this.element.removeAttribute("aria-busy");
        await this.painted();
        this.element.classList.add("map--drawn");
      }
    }
  }

  /** When all that was put on the map can be seen, the first time; where somebody's tiles are slow,
      after some seconds. Without graphics card a first frame takes that long too. */
  private async painted(): Promise<void> {
    if (this.element.classList.contains("map--drawn")) return;
    await new Promise<void>((done) => {
      this.map.once("idle", () => done());
      window.setTimeout(done, SLOWEST_MS);
      this.map.triggerRepaint(); // it may be idle already
    });
  }

  private async outline(signal: AbortSignal): Promise<void> {
    const units = this.told.outline ? await ask<Units>(this.told.outline, signal) : null;
    this.ground.about(units);
    this.put("outline", units ?? { type: "FeatureCollection", features: [] });
  }

  /** Goes to where the question looks, or to all that it finds. */
  private async fit(signal: AbortSignal): Promise<void> {
    const { told } = this;
    this.moved = false;
    let box = told.box;
    // A name stands beneath its point, and the buttons at the right.
    const padding = box ? 0 : { top: 40, bottom: 64, left: 56, right: 72 };
    box ??= extentOfUnits((this.data.get("classed") as Units | undefined) ?? null, true);
    box ??= extentOfUnits((this.data.get("outline") as Units | undefined) ?? null);
    if (!box && told.point) box = around(told.point.lon, told.point.lat, told.point.precision_m);
    if (!box && told.source) {
      const answer = await ask<Answer>(withParameters(told.source, { zoom: "8" }), signal);
      box = extentOf(answer.features);
    }
    box ??= this.ground.middle();
    this.map.fitBounds(box ?? ANYWHERE, { padding, maxZoom: NEAREST, duration: 0 });
  }

  private async ask(signal: AbortSignal): Promise<void> {
    const { told, map } = this;
    const zoom = map.getZoom();
    const box = told.box ? (this.element.dataset["box"] ?? "") : writeBox(this.seen(), zoom);
    const address = withParameters(told.source, { zoom: String(Math.floor(zoom)), box });
    if (address === this.answered && this.data.has("found")) return;
    const answer = await ask<Answer>(address, signal);
    this.answered = address;
    this.put("found", marksOf(answer, zoom));
    this.put("lines", linesOf(answer));
    this.frame.line.hidden = !answer.lines?.length;
    this.ground.held(answer);
    this.frame.card.hidden = true;
    this.put("chosen", { type: "FeatureCollection", features: [] });
    tellWithout(this.frame, answer.without_point, told, this.words);
  }

  /** After a person has moved the map: the search follows, or is offered to. */
  private settle(): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => {
      const { follow, here } = this.frame;
      if (follow?.checked) this.send();
      else {
        here.hidden = follow === null;
        void this.show(false, false);
      }
    }, WAIT_MS);
  }

  private send(): void {
    this.moved = false;
    this.frame.here.hidden = true;
    this.sent = writeBox(this.seen(), this.map.getZoom());
    const event = new CustomEvent<string>("map:box", { detail: this.sent, bubbles: true });
    this.element.dispatchEvent(event);
  }

  private async whole(): Promise<void> {
    if (this.told.box && this.frame.follow) {
      this.element.dispatchEvent(new CustomEvent<string>("map:box", { detail: "", bubbles: true }));
    } else {
      await this.show();
    }
  }

  private byHand(act: () => void): void {
    this.moved = true;
    act();
  }

  private seen(): Box {
    const bounds = this.map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  /** The edge of the part that is asked for, where one sees beyond it. */
  private asked(): void {
    const { box } = this.told;
    const seen = this.seen();
    const wide = (one: Box) => (one[2] - one[0]) * (one[3] - one[1]);
    const beyond = box !== null && wide(seen) > wide(box) * 1.03;
    const features = beyond ? [outlineOf(box)] : [];
    this.put("asked", { type: "FeatureCollection", features });
  }

  private at([x, y]: [number, number], reach: number): MapGeoJSONFeature[] {
    const layers = TOUCHED.filter((name) => this.map.getLayer(name));
    return this.map.queryRenderedFeatures(
      [
        [x - reach, y - reach],
        [x + reach, y + reach],
      ],
      { layers },
    );
  }

  private touch(point: [number, number], reach: number, byKey: boolean): void {
    const away = (one: MapGeoJSONFeature): number => {
      const [lon = 0, lat = 0] = (one.geometry as GeoJSON.Point).coordinates;
      const { x, y } = this.map.project([lon, lat]);
      return Math.hypot(x - point[0], y - point[1]);
    };
    const [nearest] = this.at(point, reach).sort((one, other) => away(one) - away(other));
    if (!nearest && this.touchFilled(point, byKey)) return;
    if (!nearest) {
      this.frame.card.hidden = true;
      this.put("chosen", { type: "FeatureCollection", features: [] });
      return;
    }
    const mark = nearest.properties as Mark;
    const [lon = 0, lat = 0] = (nearest.geometry as GeoJSON.Point).coordinates;
    if (mark.kind === "cell" && this.map.getZoom() < 17) {
      const zoom = Math.min(this.map.getZoom() + 2, 18);
      this.byHand(() => this.map.easeTo({ center: [lon, lat], zoom, duration: 200 }));
      return;
    }
    const chosen = { ...mark, radius: mark.radius + 5 };
    this.put("chosen", {
      type: "FeatureCollection",
      features: [{ type: "Feature", geometry: nearest.geometry, properties: chosen }],
    });
    const closed = () => this.put("chosen", { type: "FeatureCollection", features: [] });
    openCard(this.frame, mark, this.told, this.words, closed, byKey);
  }

  /** Opens the card of a unit that is filled by its value; whether there is one. */
  private touchFilled(point: [number, number], byKey: boolean): boolean {
    const layers = FILLED.filter((name) => this.map.getLayer(name));
    const [unit] = this.map.queryRenderedFeatures(point, { layers });
    if (!unit) return false;
    openValue(this.frame, unit.properties as Classed, this.words, byKey);
    return true;
  }

  private put(name: (typeof SOURCES)[number] | string, data: FeatureCollection): void {
    this.data.set(name, data);
    void this.map.getSource<GeoJSONSource>(name)?.setData(data);
  }
}

/** Around a point as far as it may be off, and at least some streets. */
function around(lon: number, lat: number, metres: number | null): Box {
  const north = Math.max((metres ?? 0) * 2, 600) / 111_320;
  const east = north / Math.max(Math.cos((lat * Math.PI) / 180), 0.01);
  return [lon - east, lat - north, lon + east, lat + north];
}

function outlineOf([west, south, east, north]: Box): GeoJSON.Feature<Polygon> {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return {
    type: "Feature",
    properties: {},
    geometry: { type: "Polygon", coordinates: [ring] },
  };
}
