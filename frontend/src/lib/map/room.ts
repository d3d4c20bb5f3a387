// The room that circles take, and where the sheets of units stand beside it: a unit is told at its
// middle, which is no exact place, so its sheet can give way to what is one.

import type { Feature, Point } from "geojson";
import type { Mark } from "./marks.ts";

const SHEET = 14;
const BESIDE = 16;
const FARTHEST = 44;
/** Pixels: from a sheet's middle to where it ends, to the circle that it stands beside, and as far
    as it may be moved. One that would have to go farther is left out until one comes nearer. */

const WIDEST = 40;
/** Pixels. In a wider ring, which is nearly clear, one reads a sheet well. */

const DOT = 8;
const RING = 9;
const TRIES = 6;
const WORLD = 512;

type At = [x: number, y: number];

/** The radius in pixels of the circle of a mark at a zoom; 0 where it hides nothing. */
export function roomOf(mark: Mark, zoom: number): number {
  if (mark.kind === "unit") return 0;
  if (mark.kind === "cell") return Math.round(mark.radius);
  const radius = mark.kind === "dot" ? DOT : RING + mark.base * 2 ** zoom;
  return radius <= WIDEST ? Math.round(radius) : 0;
}

/** The marks with the sheets of units beside the circles that would hide them. */
export function setAside(marks: Feature<Point, Mark>[], zoom: number): Feature<Point, Mark>[] {
  const scale = WORLD * 2 ** zoom;
  const circles = marks
    .filter((one) => one.properties.room > 0)
    .map((one): [At, number] => [toPixels(one, scale), one.properties.room]);
  return marks.map((one) => {
    if (one.properties.kind !== "unit") return one;
    const from = toPixels(one, scale);
    const to = beside(from, circles);
    return to === from ? one : { ...one, geometry: toPoint(to, scale) };
  });
}

/** The place next to `from` that no circle covers; itself where it is free, or none is near. */
function beside(from: At, circles: [At, number][]): At {
  let at = from;
  for (let tries = 0; tries < TRIES; tries++) {
    const hit = circles.find(([middle, room]) => apart(at, middle) < room + SHEET);
    if (!hit) return at;
    const [middle, room] = hit;
    const away = apart(at, middle);
    const [x, y] = away > 0.5 ? [at[0] - middle[0], at[1] - middle[1]] : [0, 1];
    const stretch = (room + BESIDE) / Math.max(away, 1);
    at = [middle[0] + x * stretch, middle[1] + y * stretch];
    if (apart(at, from) > FARTHEST) return from;
  }
  return from;
}

function apart([x, y]: At, [left, top]: At): number {
  return Math.hypot(x - left, y - top);
}

/** Where a point is on a map of the world that is `scale` pixels wide (Web Mercator). */
function toPixels(one: Feature<Point, Mark>, scale: number): At {
  const [lon = 0, lat = 0] = one.geometry.coordinates;
  const north = Math.asinh(Math.tan((lat * Math.PI) / 180));
  return [(scale * (lon + 180)) / 360, (scale * (1 - north / Math.PI)) / 2];
}

function toPoint([x, y]: At, scale: number): Point {
  const north = Math.PI * (1 - (2 * y) / scale);
  const lat = (Math.atan(Math.sinh(north)) * 180) / Math.PI;
  return { type: "Point", coordinates: [(x / scale) * 360 - 180, lat] };
}
