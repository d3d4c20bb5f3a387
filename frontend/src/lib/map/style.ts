// How a map looks: its ground, and over it what was found, as LOOK.md has it. Circles have their
// count as their area; a dot is exact, a ring approximate, a broken sheet a unit.

import type {
  ExpressionSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import { isDark, type Palette } from "./palette.ts";

/** Metres that a pixel has at zoom 0 at the equator, of a world 512 pixels wide. */
const METRES = 40_075_016.7 / 512;

/** What is exact to so many metres is a dot: more cannot be seen on the map of a city. */
export const EXACT_M = 50;

/** From here on communes are told by name, and provinces no more. */
export const COMMUNES = 9;

/** Before that a country is too small for lines that do not go round it. */
export const PROVINCES = 6;

/** Sizes of rings, in pixels, among which the place of a name is chosen. */
const RADII = [12, 18, 26, 38, 56, 84, 126];

/** White becomes the land of our own ground in the dark theme, black a light grey. */
const TURNED = {
  "raster-hue-rotate": 180,
  "raster-saturation": -0.35,
  "raster-brightness-min": 0.85,
  "raster-brightness-max": 0.08,
} as const;

export const SOURCES = [
  "land",
  "sea",
  "sketch",
  "classed",
  "units",
  "outline",
  "asked",
  "lines",
  "found",
  "chosen",
] as const;

const NOTHING = { type: "FeatureCollection" as const, features: [] };

/** The whole style; `base` is somebody else's, if one is set. */
export function styleOf(palette: Palette, base: StyleSpecification | null): StyleSpecification {
  const sources: Record<string, SourceSpecification> = { ...base?.sources };
  for (const name of SOURCES) sources[name] = { type: "geojson", data: NOTHING };
  const ground = base ? themed(base.layers, palette) : groundOf(palette);
  const names = base ? [] : namesOf();
  return {
    ...base,
    version: 8,
    sources,
    layers: [
      ...ground,
      ...classesOf(palette),
      ...linesOf(palette),
      ...names,
      ...recordsOf(palette),
    ],
  };
}

/** Somebody else's layers; in the dark theme pictures of maps, which are drawn for light ones, have
    their lightness turned round and their hues kept. */
function themed(layers: LayerSpecification[], palette: Palette): LayerSpecification[] {
  if (!isDark(palette)) return layers;
  return layers.map((one) =>
    one.type === "raster" ? { ...one, paint: { ...one.paint, ...TURNED } } : one,
  );
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
    { id: "ground", type: "background", paint: { "background-color": palette.sea } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": palette.land } },
    ...sketchOf(palette),
    { id: "sea", type: "fill", source: "sea", paint: { "fill-color": palette.sea } },
    {
      id: "coast",
      type: "line",
      source: "land",
      paint: { "line-color": palette.coast, "line-width": 0.8 },
    },
  ];
}

/** Roughly where units end: hairlines, fainter than any boundary that is known, and beneath the sea,
    since they do not know the coast. */
function sketchOf(palette: Palette): LayerSpecification[] {
  const line = (level: string, width: number, opacity: number): LayerSpecification => ({
    id: `sketch-${level}`,
    type: "line",
    source: "sketch",
    minzoom: level === "commune" ? COMMUNES : PROVINCES,
    filter: ["==", ["get", "level"], level],
    layout: { "line-join": "round", "line-cap": "round" },
    paint: { "line-color": palette.unit, "line-width": width, "line-opacity": opacity },
  });
  return [line("commune", 0.6, 0.55), line("province", 0.8, 0.75), line("about", 1.2, 0.9)];
}

/** How much of the colour of data a fill has, from that of nothing to the strongest. */
const FILLS = [0, 0.16, 0.33, 0.52, 0.72, 0.92];

/** Units filled by the class of their value; a circle where no outline is known. */
function classesOf(palette: Palette): LayerSpecification[] {
  const fill: ExpressionSpecification = ["at", ["get", "fill"], ["literal", FILLS]];
  return [
    {
      id: "classes",
      type: "fill",
      source: "classed",
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "fill-color": palette.data, "fill-opacity": fill },
    },
    {
      id: "class-lines",
      type: "line",
      source: "classed",
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": palette.unit, "line-width": 0.7 },
    },
    {
      id: "class-points",
      type: "circle",
      source: "classed",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": [
          "interpolate",
          ["linear"],
          ["zoom"],
          7,
          ["case", ["get", "known"], 5, 2],
          12,
          ["case", ["get", "known"], 14, 5],
        ],
        "circle-color": palette.data,
        "circle-opacity": fill,
        "circle-stroke-color": ["case", ["get", "known"], palette.data, palette.unit],
        "circle-stroke-width": 1.2,
      },
      layout: { "circle-sort-key": ["case", ["get", "known"], ["+", ["get", "fill"], 1], 0] },
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
    {
      id: "lines",
      type: "line",
      source: "lines",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": palette.ink, "line-width": 2, "line-dasharray": [0.1, 2.5] },
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
      // A ring has room for the number of a stop.
      filter: [
        "any",
        ["==", ["get", "kind"], "cell"],
        ["all", ["has", "stops"], ["==", ["get", "kind"], "ring"]],
      ],
      layout: {
        "icon-image": ["concat", ["case", ["has", "stops"], "stop|", "count|"], ["get", "text"]],
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
