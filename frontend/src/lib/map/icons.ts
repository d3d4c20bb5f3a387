// Text and shapes of a map, drawn here: fonts of map libraries come from the network, and have no
// Vietnamese. An icon is named by what it shows: "name|Hoàn Kiếm", "count|1.234", "unit|12", "stop|3";
// of "room|30" nothing is seen, it keeps the middle of a circle of 30 pixels free.

import type { Map as MapLibre } from "maplibre-gl";
import type { Palette } from "./palette.ts";

const FAMILY = '"Be Vietnam Pro", system-ui, sans-serif';

interface Look {
  font: string;
  colour: string;
  halo: string;
}

/** Draws an icon when the map first needs it. */
export function drawIcons(map: MapLibre, palette: () => Palette): void {
  map.setMissingStyleImageResolver(async (id) => {
    const [kind = "", text = ""] = split(id);
    const look = lookOf(kind, palette());
    await document.fonts.load(look.font, text || "x");
    if (map.hasImage(id)) return;
    const ratio = Math.min(Math.ceil(devicePixelRatio || 1), 3);
    const image =
      kind === "hatch"
        ? hatch(look, ratio)
        : kind === "room"
          ? clear(Number(text), ratio)
          : written(kind, text, look, ratio);
    map.addImage(id, image, { pixelRatio: ratio });
  });
}

function split(id: string): [string, string] {
  const at = id.indexOf("|");
  return at < 0 ? [id, ""] : [id.slice(0, at), id.slice(at + 1)];
}

function lookOf(kind: string, palette: Palette): Look {
  const halo = palette.land;
  switch (kind) {
    case "count":
      return { font: `600 13px ${FAMILY}`, colour: palette.ink, halo: "" };
    case "stop":
      return { font: `600 13px ${FAMILY}`, colour: palette.ink, halo };
    case "unit":
      return { font: `500 12px ${FAMILY}`, colour: palette["unit-ink"], halo: palette.paper };
    case "record":
      return { font: `500 13px ${FAMILY}`, colour: palette.ink, halo };
    case "province":
      return { font: `500 14px ${FAMILY}`, colour: palette["unit-ink"], halo };
    case "hatch":
      return { font: "12px sans-serif", colour: palette.data, halo: "" };
    default:
      return { font: `400 12px ${FAMILY}`, colour: palette["unit-ink"], halo };
  }
}

function canvas(width: number, height: number, ratio: number): CanvasRenderingContext2D {
  const made = document.createElement("canvas");
  made.width = Math.max(1, Math.ceil(width * ratio));
  made.height = Math.max(1, Math.ceil(height * ratio));
  const pen = made.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  pen.scale(ratio, ratio);
  return pen;
}

function taken(pen: CanvasRenderingContext2D): ImageData {
  return pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height);
}

function written(kind: string, text: string, look: Look, ratio: number): ImageData {
  const ruler = canvas(1, 1, ratio);
  ruler.font = look.font;
  const boxed = kind === "unit";
  const pad = boxed ? 6 : 3;
  const width = Math.max(ruler.measureText(text).width + 2 * pad, boxed ? 20 : 0);
  const height = boxed ? 19 : 20;
  const pen = canvas(width, height, ratio);
  pen.font = look.font;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  if (boxed) {
    // A sheet, never a circle: a unit is not a place where anything stands.
    pen.fillStyle = look.halo;
    pen.fillRect(0.5, 0.5, width - 1, height - 1);
    pen.strokeStyle = look.colour;
    pen.globalAlpha = 0.55;
    pen.strokeRect(0.5, 0.5, width - 1, height - 1);
    pen.globalAlpha = 1;
  } else if (look.halo) {
    pen.strokeStyle = look.halo;
    // The line from stop to stop goes through the middles of these.
    pen.lineWidth = kind === "stop" ? 6 : 3;
    pen.strokeText(text, width / 2, height / 2 + 0.5);
  }
  pen.fillStyle = look.colour;
  pen.fillText(text, width / 2, height / 2 + 0.5);
  return taken(pen);
}

/** The square within a circle: names may stand in the corners around it. */
function clear(radius: number, ratio: number): ImageData {
  return taken(canvas(radius * Math.SQRT2, radius * Math.SQRT2, ratio));
}

function hatch(look: Look, ratio: number): ImageData {
  const size = 8;
  const pen = canvas(size, size, ratio);
  pen.strokeStyle = look.colour;
  pen.globalAlpha = 0.2;
  pen.lineWidth = 1;
  for (const shift of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
    pen.stroke();
  }
  return taken(pen);
}
