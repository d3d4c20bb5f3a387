// What a map is told of records and units, and in which part of the world that is.

import type { Feature, FeatureCollection, Point, Polygon, MultiPolygon, Position } from "geojson";
import type { Box } from "./told.ts";

/** A cell with many records, a single record, or a unit with records that have no point. */
export interface Found {
  count?: number;
  id?: string;
  type?: string;
  label?: string;
  /** The language of the label, where it is not that of the page. */
  lang?: string;
  precision_m?: number;
  /** The numbers that a record has as a stop of a tour. */
  stops?: number[];
  unit?: string;
  level?: "province" | "commune";
  certain?: number;
}

/** The answer of /map.json. */
export interface Answer extends FeatureCollection<Point, Found> {
  total: number;
  without_point: number;
  /** What joins the stops of a tour in order. */
  lines?: Position[][];
}

/** A present unit, as /units.json tells it. */
export interface UnitTold {
  unit: string;
  level: "province" | "commune";
  label: string;
  short: string;
  middle: [number, number] | null;
  address: string;
}
export interface Units extends FeatureCollection<Point | Polygon | MultiPolygon, UnitTold> {
  /** Roughly where units without a boundary end, as far as their middles tell. */
  between?: Position[][];
}

/** A unit with its value in words, how strong its fill is, whether it has a value at all, and what leads down from it, or "". */
export interface Classed extends UnitTold {
  fill: number;
  known: boolean;
  told: string;
  href: string;
}
export type ClassedUnits = FeatureCollection<Point | Polygon | MultiPolygon, Classed>;

/** Asks for JSON. Rejects for an answer that is none. */
export async function ask<T>(address: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(address, signal ? { signal } : {});
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** An address with parameters set. */
export function withParameters(address: string, set: Record<string, string>): string {
  const url = new URL(address, location.href);
  for (const [name, value] of Object.entries(set)) url.searchParams.set(name, value);
  return url.pathname + url.search;
}

const EDGE = 0.1;
/** Of many records so many on each side do not decide where a map begins: some relics elsewhere
    should not make a city a dot. */
const MANY = 30;

/** The part of the world in which most records are, those that have only a unit at its middle;
    those that have only a province, where there is nothing else. */
export function extentOf(features: Feature<Point, Found>[]): Box | null {
  const near = features.filter((one) => one.properties.level !== "province");
  const held = near.length > 0 ? near : features;
  if (held.length === 0) return null;
  const spread = (axis: 0 | 1): [number, number] => {
    const along = held
      .map((one) => [one.geometry.coordinates[axis] ?? 0, one.properties.count ?? 1] as const)
      .sort((one, other) => one[0] - other[0]);
    const all = along.reduce((sum, one) => sum + one[1], 0);
    const edge = all < MANY ? 0 : all * EDGE;
    const [first, last] = [quantile(along, edge), quantile(along, all - edge)];
    // What is spread evenly is seen whole.
    const rest = edge === 0 ? 0 : ((last - first) * EDGE) / (1 - 2 * EDGE);
    return [first - rest, last + rest];
  };
  const [west, east] = spread(0);
  const [south, north] = spread(1);
  return [west, south, east, north];
}

function quantile(along: (readonly [number, number])[], wanted: number): number {
  let passed = 0;
  for (const [value, count] of along) {
    passed += count;
    if (passed >= wanted) return value;
  }
  return along.at(-1)?.[0] ?? 0;
}

/** The part of the world that outlines take; null where there are only middles of units. */
export function extentOfUnits(units: Units | null, points = false): Box | null {
  const numbers = (units?.features ?? [])
    .filter((one) => points || one.geometry.type !== "Point")
    .flatMap((one) => one.geometry.coordinates.flat(3) as unknown as number[]);
  const spots = numbers.flatMap((lon, at) => (at % 2 === 0 ? [[lon, numbers[at + 1] ?? 0]] : []));
  return spots.length > 0 ? extentOfSpots(spots) : null;
}

/** The part of the world that some places take, at least one. */
export function extentOfSpots(spots: Position[]): Box {
  const least = (axis: 0 | 1) => spots.reduce((one, spot) => Math.min(one, spot[axis] ?? 0), 180);
  const most = (axis: 0 | 1) => spots.reduce((one, spot) => Math.max(one, spot[axis] ?? 0), -180);
  return [least(0), least(1), most(0), most(1)];
}
