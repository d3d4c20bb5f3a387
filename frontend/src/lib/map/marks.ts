// What was found, as the style draws it: each record, cell and unit with its kind, size and text.

import type { Feature, FeatureCollection, LineString, Point } from "geojson";
import type { Answer, Found } from "./found.ts";
import { COMMUNES, EXACT_M, pixelsAtZero } from "./style.ts";
import { roomOf, setAside } from "./room.ts";
import { shown, type Spot } from "./told.ts";

export type Kind = "cell" | "dot" | "ring" | "unit";

/** A mark: what was found, with how to draw it. */
export interface Mark extends Found {
  kind: Kind;
  radius: number;
  base: number;
  text: string;
  short: string;
  room: number;
}

const LARGEST = 30;
const SMALLEST = 11;
/** Pixels. A circle that is smaller has no room for its count, and none for a finger. */

const LONGEST_NAME = 28;

/** The marks of an answer at a zoom. */
export function marksOf(answer: Answer, zoom: number): FeatureCollection<Point, Mark> {
  const level = zoom < COMMUNES ? "province" : "commune";
  const most = Math.max(25, ...answer.features.map(inCell));
  const features = answer.features
    .filter((one) => !one.properties.unit || one.properties.level === level)
    .map((one): Feature<Point, Mark> => {
      const mark = marked(one, LARGEST * Math.sqrt(inCell(one) / most));
      const properties = one.properties.stops ? asStop(mark, one, answer) : mark;
      return { ...one, properties: { ...properties, room: roomOf(properties, zoom) } };
    });
  return { type: "FeatureCollection", features: setAside(features, zoom) };
}

/** What joins records in order. */
export function linesOf({ lines = [] }: Answer): FeatureCollection<LineString> {
  const features = lines.map((coordinates): Feature<LineString> => {
    return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } };
  });
  return { type: "FeatureCollection", features };
}

/** The mark of one record. */
export function markOf(spot: Spot): Feature<Point, Mark> {
  const geometry = { type: "Point" as const, coordinates: [spot.lon, spot.lat] };
  const properties: Found = { id: "", label: spot.label };
  if (spot.precision_m !== null) properties.precision_m = spot.precision_m;
  const one: Feature<Point, Found> = { type: "Feature", geometry, properties };
  return { ...one, properties: marked(one, 0) };
}

function inCell(one: Feature<Point, Found>): number {
  return one.properties.unit || one.properties.id ? 0 : (one.properties.count ?? 0);
}

function marked(one: Feature<Point, Found>, radius: number): Mark {
  const told = one.properties;
  const kind = kindOf(told);
  const label = told.label ?? "";
  return {
    ...told,
    kind,
    radius: kind === "cell" ? Math.max(SMALLEST, radius) : kind === "unit" ? 16 : 9,
    base: pixelsAtZero(told.precision_m ?? 0, one.geometry.coordinates[1] ?? 0),
    text: short(told.count ?? 0),
    short: cut(label),
    room: 0,
  };
}

/** A stop with its numbers, and with those of the stops at the same place: in its ring, or before
    the name of a dot, which has no room for them. */
function asStop(mark: Mark, one: Feature<Point, Found>, answer: Answer): Mark {
  const at = String(one.geometry.coordinates);
  const here = answer.features.filter(({ geometry }) => String(geometry.coordinates) === at);
  const numbers = here.flatMap(({ properties }) => properties.stops ?? []).sort((a, b) => a - b);
  const names = here.map(({ properties }) => properties.label ?? "").join(", ");
  const text = numbers.join(", ");
  return { ...mark, text, short: cut(mark.kind === "dot" ? `${text}. ${names}` : names) };
}

function cut(label: string): string {
  return label.length > LONGEST_NAME ? `${label.slice(0, LONGEST_NAME - 1).trimEnd()}…` : label;
}

function kindOf(told: Found): Kind {
  if (told.unit) return "unit";
  if (told.id === undefined) return "cell";
  return told.precision_m !== undefined && told.precision_m <= EXACT_M ? "dot" : "ring";
}

/** A count in the space of a circle: 1,250 stays so, 125,000 becomes 125k. */
function short(count: number): string {
  if (count < 10_000) return shown(count);
  const lang = document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
  const round = { notation: "compact", maximumSignificantDigits: 3 } as const;
  return new Intl.NumberFormat(lang, round).format(count);
}
