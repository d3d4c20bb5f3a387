// What a map stands on where no base map is set: land and sea, and the units that are in sight.

import type { Feature, FeatureCollection, MultiLineString, Position } from "geojson";
import type { Map as MapLibre } from "maplibre-gl";
import coarse from "world-atlas/land-50m.json?url";
import fine from "world-atlas/land-10m.json?url";
import {
  type Answer,
  ask,
  extentOfSpots,
  type Units,
  type UnitTold,
  withParameters,
} from "./found.ts";
import { COMMUNES, PROVINCES } from "./style.ts";
import type { Box, Told } from "./told.ts";

const FINE = 7;
/** A zoom: nearer than that the coarse coast (1:50,000,000) is visibly wrong, and the fine one
    (1:10,000,000, 3 MB) is worth its bytes if there is a coast in sight. */
const AROUND = 2;
/** Degrees about what is in sight in which the coast is fine. All of the fine one has 400,000
    corners, twice, for land and for sea: to hand them to where tiles are cut takes a browser
    seconds in which no key is answered. */
const NEAR = 1.3;
/** Degrees from the middle of a province within which its communes may be in sight. */
const MOST = 6;
/** Provinces whose communes are asked for at once. */

/** A piece of land: its shore, and the lakes in it. */
type Part = Position[][];

export class Ground {
  private land: "" | "coarse" | "fine" = "";
  private coarse: Part[] = [];
  private fine: Part[] = [];
  private isFineIn: Box | null = null;
  private provinces: Promise<Units> | null = null;
  private readonly communes = new Map<string, Units | null>();
  private unit: Units | null = null;
  private atUnits = new Set<string>();

  constructor(
    private readonly map: MapLibre,
    private readonly told: Told,
    private readonly isOurs: boolean,
    private readonly put: (name: string, data: FeatureCollection) => void,
    private readonly sketched: (any: boolean) => void,
  ) {
    if (isOurs) void this.coast(coarse, "coarse");
    this.look();
  }

  /** Which unit the map is about. */
  about(units: Units | null): void {
    this.unit = units;
  }

  /** Where the unit is that the map is about, as far as rough lines around it or its middle tell. */
  middle(): Box | null {
    const [unit] = this.unit?.features ?? [];
    const middle = unit?.properties.middle;
    if (!unit || !middle) return null;
    const around = this.unit?.between?.flat() ?? [];
    if (around.length > 0) return extentOfSpots([...around, middle]);
    const wide = unit.properties.level === "province" ? 0.4 : 0.04;
    return [middle[0] - wide, middle[1] - wide, middle[0] + wide, middle[1] + wide];
  }

  /** Which units hold records without a point. */
  held(answer: Answer): void {
    const codes = answer.features.map((one) => one.properties.unit ?? "");
    this.atUnits = new Set(codes.filter(Boolean));
    this.tell();
  }

  /** Asks for what has come into sight. */
  look(): void {
    void this.lookForUnits();
    if (!this.isOurs || this.map.getZoom() <= FINE) return;
    if (this.land === "coarse" && this.seesCoast()) void this.coast(fine, "fine");
    else if (this.land === "fine") this.refine();
  }

  private async lookForUnits(): Promise<void> {
    try {
      this.provinces ??= ask<Units>(this.told.units);
      const provinces = await this.provinces;
      if (this.map.getZoom() >= COMMUNES) {
        const near = this.nearest(provinces).filter((code) => !this.communes.has(code));
        for (const code of near) this.communes.set(code, null);
        const asked = near.map((code) => this.ask(code));
        await Promise.all(asked);
      }
      this.tell(provinces);
    } catch {
      // Without names and outlines the map still shows what was found.
    }
  }

  private async ask(code: string): Promise<void> {
    this.communes.set(code, await ask<Units>(withParameters(this.told.units, { in: code })));
  }

  private nearest(provinces: Units): string[] {
    const { lng, lat } = this.map.getCenter();
    const away = ({ middle }: UnitTold): number =>
      middle ? Math.hypot(middle[0] - lng, middle[1] - lat) : Infinity;
    return provinces.features
      .filter((one) => one.properties.level === "province")
      .map((one) => [away(one.properties), one.properties.unit] as const)
      .filter(([far]) => far < NEAR)
      .sort(([one], [other]) => one - other)
      .slice(0, MOST)
      .map(([, code]) => code);
  }

  private known: Units | null = null;

  private tell(provinces: Units | null = this.known): void {
    this.known = provinces;
    const first = provinces?.features ?? [];
    const known = new Set(first.map((one) => one.properties.unit));
    const communes = [...this.communes.values()]
      .flatMap((one) => one?.features ?? [])
      .filter((one) => !known.has(one.properties.unit));
    const all = [
      ...first.flatMap((one) => this.shapes(one, one.properties.level === "commune")),
      ...communes.flatMap((one) => this.shapes(one, false)),
    ];
    this.put("units", { type: "FeatureCollection", features: all });
    if (this.isOurs) this.sketch(provinces);
  }

  /** Where no boundary is known, roughly where units end. On somebody's map their own are. */
  private sketch(provinces: Units | null): void {
    const features = [
      between(provinces, "province"),
      ...[...this.communes.values()].map((one) => between(one, "commune")),
      between(this.unit, "about"),
    ].flat();
    this.put("sketch", { type: "FeatureCollection", features });
    this.sketched(features.some((one) => this.sees(one)));
  }

  /** Whether some of such lines can be seen: those of other provinces say nothing of a ward. */
  private sees({ geometry, properties }: Feature<MultiLineString>): boolean {
    const level = String(properties?.["level"]);
    if (this.map.getZoom() < (level === "commune" ? COMMUNES : PROVINCES)) return false;
    const seen = this.map.getBounds();
    const box: Box = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()];
    return geometry.coordinates.some((line) =>
      line.some((spot, at) => at > 0 && meets(extentOfSpots([line[at - 1] ?? spot, spot]), box)),
    );
  }

  /** A unit as its outline, if it is known, and a point for its name. */
  private shapes(one: Units["features"][number], isZone: boolean): Feature[] {
    const { unit, level, short, middle } = one.properties;
    const found: Feature[] = [];
    if (one.geometry.type !== "Point") {
      const held = level === "commune" && this.atUnits.has(unit);
      found.push({ type: "Feature", geometry: one.geometry, properties: { level, held } });
    }
    if (middle) {
      const geometry = { type: "Point" as const, coordinates: middle };
      found.push({
        type: "Feature",
        geometry,
        properties: { unit, level: isZone ? "zone" : level, short },
      });
    }
    return found;
  }

  private async coast(address: string, which: "coarse" | "fine"): Promise<void> {
    this.land = which;
    try {
      const [{ feature }, world] = await Promise.all([
        import("topojson-client"),
        ask<TopoJSON.Topology>(address),
      ]);
      const land = feature(world, world.objects["land"] as TopoJSON.GeometryCollection);
      this[which] = partsOf(land);
      if (which === "fine") this.refine();
      else this.putCoast(this.coarse);
      if (which === "coarse") this.look();
    } catch {
      if (which === "fine") this.land = "coarse";
    }
  }

  /** The fine coast where one is, the coarse one elsewhere. */
  private refine(): void {
    const seen = this.inSight(0);
    const isThere = this.isFineIn !== null && holds(this.isFineIn, seen);
    if (isThere || this.fine.length === 0) return;
    const within = this.inSight(AROUND);
    this.isFineIn = within;
    const far = this.coarse.filter((one) => !meets(extentOf(one), within));
    this.putCoast([...this.fine.filter((one) => meets(extentOf(one), within)), ...far]);
  }

  private putCoast(parts: Part[]): void {
    const [land, sea] = [parts, seaOf(parts)].map((coordinates): FeatureCollection => {
      const geometry = { type: "MultiPolygon" as const, coordinates };
      return {
        type: "FeatureCollection",
        features: [{ type: "Feature", properties: {}, geometry }],
      };
    });
    if (land) this.put("land", land);
    if (sea) this.put("sea", sea);
  }

  private seesCoast(): boolean {
    const [west, south, east, north] = this.inSight(0.3);
    const sees = ([lon = 0, lat = 0]: Position): boolean =>
      lon > west && lon < east && lat > south && lat < north;
    return this.coarse.some((part) => part.some((ring) => ring.some(sees)));
  }

  /** What is in sight, and so many degrees around it. */
  private inSight(wide: number): Box {
    const [[west, south], [east, north]] = this.map.getBounds().toArray();
    return [west - wide, south - wide, east + wide, north + wide];
  }
}

function between(units: Units | null, level: string): Feature<MultiLineString>[] {
  if (!units?.between?.length) return [];
  const geometry = { type: "MultiLineString" as const, coordinates: units.between };
  return [{ type: "Feature", geometry, properties: { level } }];
}

function meets(one: Box, other: Box): boolean {
  return one[0] <= other[2] && one[2] >= other[0] && one[1] <= other[3] && one[3] >= other[1];
}

function holds(one: Box, other: Box): boolean {
  return one[0] <= other[0] && one[1] <= other[1] && one[2] >= other[2] && one[3] >= other[3];
}

function extentOf([shore = []]: Part): Box {
  return extentOfSpots(shore);
}

/** All that is not land: drawn over lines of which nobody knows where the coast ends them. */
function seaOf(parts: Part[]): Part[] {
  const world = [
    [-180, -90],
    [180, -90],
    [180, 90],
    [-180, 90],
    [-180, -90],
  ];
  const lakes = parts.flatMap(([, ...holes]) => holes.map((one) => [one]));
  const shores = parts.flatMap(([shore]) => (shore ? [shore] : []));
  return [[world, ...shores], ...lakes];
}

function partsOf({ features }: FeatureCollection): Part[] {
  return features.flatMap(({ geometry }) => {
    if (geometry.type === "Polygon") return [geometry.coordinates];
    return geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  });
}
