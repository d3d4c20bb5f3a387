// How a map looks: its ground, and over it what was found, as LOOK.md has it. Circles have their
// count as their area; a dot is exact, a ring approximate, a broken sheet a unit.

import type {
  ExpressionSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import type { Palette } from "./palette.ts";

/** Metres that a pixel has at zoom 0 at the equator, of a world 512 pixels wide. */
const METRES = 40_075_016.7 / 512;

/** What is exact to so many metres is a dot: more cannot be seen on the map of a city. */
export const EXACT_M = 50;

/** From here on communes are told by name, and provinces no more. */
export const COMMUNES = 9;

/** Sizes of rings, in pixels, among which the place of a name is chosen. */
const RADII = [12, 18, 26, 38, 56, 84, 126];

export const SOURCES = ["land", "units", "outline", "asked", "found", "chosen"] as const;

const NOTHING = { type: "FeatureCollection" as const, features: [] };

/** The whole style; `base` is somebody else's, if one is set. */
export function styleOf(palette: Palette, base: StyleSpecification | null): StyleSpecification {
  const sources: Record<string, SourceSpecification> = { ...base?.sources };
  for (const name of SOURCES) sources[name] = { type: "geojson", data: NOTHING };
  const ground = base?.layers ?? groundOf(palette);
  const names = base ? [] : namesOf();
  return {
    ...base,
    version: 8,
    sources,
    layers: [...ground, ...linesOf(palette), ...names, ...recordsOf(palette)],
  };
}

/** A style for raster tiles. */
export function rasterStyle(tiles: string): StyleSpecification {
  return {
    version: 8,
    sources: { base: { type: "raster", tiles: [tiles], tileSize: 256 } },
    layers: [{ id: "base", type: "raster", source: "base" }],
  };
}

function groundOf(palette: Palette): LayerSpecification[] {
  return [
    { id: "sea", type: "background", paint: { "background-color": palette.sea } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": palette.land } },
    {
      id: "coast",
      type: "line",
      source: "land",
      paint: { "line-color": palette.coast, "line-width": 0.8 },
    },
  ];
}

function linesOf(palette: Palette): LayerSpecification[] {
  return [
    {
      id: "units",
      type: "line",
      source: "units",
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": palette.unit, "line-width": 0.8 },
    },
    {
      id: "at-unit-area",
      type: "fill",
      source: "units",
      filter: ["==", ["get", "held"], true],
      paint: { "fill-pattern": "hatch|" },
    },
    {
      id: "outline",
      type: "line",
      source: "outline",
      filter: ["!=", ["geometry-type"], "Point"],
      layout: { "line-join": "round" },
      paint: { "line-color": palette.ink, "line-width": 1.8 },
    },
    {
      id: "outline-area",
      type: "fill",
      source: "outline",
      filter: ["==", ["get", "held"], true],
      paint: { "fill-pattern": "hatch|" },
    },
    {
      id: "asked",
      type: "line",
      source: "asked",
      paint: { "line-color": palette.ink, "line-width": 1.2, "line-dasharray": [3, 3] },
    },
  ];
}

function namesOf(): LayerSpecification[] {
  const name = (kind: string): ExpressionSpecification => ["concat", kind, ["get", "short"]];
  return [
    {
      id: "unit-names",
      type: "symbol",
      source: "units",
      minzoom: 9.5,
      filter: ["all", ["==", ["get", "level"], "commune"], ["has", "short"]],
      layout: { "icon-image": name("name|"), "icon-anchor": "top", "icon-offset": [0, 13] },
    },
    {
      id: "zone-names",
      type: "symbol",
      source: "units",
      filter: ["==", ["get", "level"], "zone"],
      layout: { "icon-image": name("name|"), "icon-padding": 4 },
    },
    {
      id: "province-names",
      type: "symbol",
      source: "units",
      maxzoom: COMMUNES,
      filter: ["==", ["get", "level"], "province"],
      layout: { "icon-image": name("province|"), "icon-padding": 6 },
    },
  ];
}

function recordsOf(palette: Palette): LayerSpecification[] {
  // The true radius, and never less than can be seen: metres double with every zoom.
  const ring: ExpressionSpecification = [
    "interpolate",
    ["exponential", 2],
    ["zoom"],
    0,
    7,
    22,
    ["+", 7, ["*", ["get", "base"], 2 ** 22]],
  ];
  return [
    {
      id: "at-unit",
      type: "symbol",
      source: "found",
      filter: ["==", ["get", "kind"], "unit"],
      layout: {
        "icon-image": ["concat", "unit|", ["get", "text"]],
        "symbol-sort-key": ["-", 0, ["get", "count"]],
        "icon-padding": 1,
      },
    },
    {
      id: "cells",
      type: "circle",
      source: "found",
      filter: ["==", ["get", "kind"], "cell"],
      layout: { "circle-sort-key": ["-", 0, ["get", "radius"]] },
      paint: {
        "circle-radius": ["get", "radius"],
        "circle-color": palette.data,
        "circle-opacity": 0.16,
        "circle-stroke-color": palette.data,
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "rings",
      type: "circle",
      source: "found",
      filter: ["==", ["get", "kind"], "ring"],
      paint: {
        "circle-radius": ring,
        "circle-color": palette.data,
        "circle-opacity": 0.08,
        "circle-stroke-color": palette.data,
        "circle-stroke-width": 2,
      },
    },
    {
      id: "dots",
      type: "circle",
      source: "found",
      filter: ["==", ["get", "kind"], "dot"],
      paint: {
        "circle-radius": 6,
        "circle-color": palette.data,
        "circle-stroke-color": palette.land,
        "circle-stroke-width": 2,
      },
    },
    {
      id: "chosen",
      type: "circle",
      source: "chosen",
      paint: {
        "circle-radius": ["get", "radius"],
        "circle-color": "transparent",
        "circle-stroke-color": palette.chosen,
        "circle-stroke-width": 3,
      },
    },
    {
      id: "record-names",
      type: "symbol",
      source: "found",
      minzoom: 13,
      filter: ["in", ["get", "kind"], ["literal", ["dot", "ring"]]],
      layout: {
        "icon-image": ["concat", "record|", ["get", "short"]],
        "icon-anchor": "top",
        "icon-offset": below(),
        "icon-padding": 2,
      },
    },
    {
      // Draws nothing, but keeps names and sheets of units from lying under circles.
      id: "room",
      type: "symbol",
      source: "found",
      filter: [">", ["get", "room"], 0],
      layout: {
        "icon-image": ["concat", "room|", ["to-string", ["get", "room"]]],
        "icon-allow-overlap": true,
        "icon-padding": 0,
      },
    },
    {
      id: "counts",
      type: "symbol",
      source: "found",
      filter: ["==", ["get", "kind"], "cell"],
      layout: {
        "icon-image": ["concat", "count|", ["get", "text"]],
        "icon-allow-overlap": true,
      },
    },
  ];
}

/** Where the name of a record stands: under its dot, or under its ring, whose size in pixels the
    zoom gives. A style cannot reckon an offset, so it chooses among some. */
function below(): ExpressionSpecification {
  const at = (zoom: number): ExpressionSpecification =>
    [
      "step",
      ["coalesce", ["get", "base"], 0],
      ["literal", [0, 10]],
      ...RADII.flatMap((radius, place) => [
        (radius - 7) / 2 ** (zoom + 0.5),
        ["literal", [0, (RADII[place + 1] ?? radius) + 4]],
      ]),
    ] as ExpressionSpecification;
  const zooms = [14, 15, 16, 17, 18, 19, 20];
  return [
    "step",
    ["zoom"],
    at(13),
    ...zooms.flatMap((zoom) => [zoom, at(zoom)]),
  ] as ExpressionSpecification;
}

/** The pixels at zoom 0 that so many metres take at a latitude. */
export function pixelsAtZero(metres: number, lat: number): number {
  return metres / (METRES * Math.max(Math.cos((lat * Math.PI) / 180), 0.01));
}
