// Draws a chart in the place of its picture.
//
// Our content security policy forbids evaluation and inline styles: expressions are interpreted
// (vega-interpreter), and neither the menu nor the styles of vega-embed are used. Colours become
// variables of the style sheet, so that a change of theme needs no drawing.

import embed, { type Result, type VisualizationSpec } from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import { tip } from "./tip.ts";
import { ways } from "./ways.ts";

// As in the <picture> of the template.
const NARROW = "(max-width: 600px)";

interface Spec {
  readonly usermeta?: { readonly roles?: Readonly<Record<string, string>> };
}

export async function draw(element: HTMLElement): Promise<void> {
  const frame = element.querySelector<HTMLElement>(".chart__drawing");
  const picture = frame?.querySelector("picture");
  const address = element.dataset["spec"];
  if (!frame || !picture || !address) return;
  // Labels are measured when they are drawn.
  await document.fonts.load('500 13px "Be Vietnam Pro"', "ễợẩự");
  const place = document.createElement("div");
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", picture.querySelector("img")?.alt ?? "");
  const narrow = matchMedia(NARROW);
  const tooltip = tip(element);
  let drawn: Result | undefined;
  const again = async (): Promise<void> => {
    const size = narrow.matches;
    const spec = await specAt(address, size);
    drawn?.finalize();
    drawn = await embed(place, spec, {
      mode: "vega-lite",
      renderer: "svg",
      actions: false,
      defaultStyle: false,
      ast: true,
      expr: expressionInterpreter,
      tooltip,
      loader: ways(),
    });
    // Its groups have roles without names; the place itself says what it is.
    place.querySelector("svg")?.setAttribute("aria-hidden", "true");
    // The window may have been turned meanwhile.
    if (narrow.matches !== size) await again();
  };
  await again();
  (picture.closest("a") ?? picture).replaceWith(place);
  narrow.addEventListener("change", () => {
    again().catch((error: unknown) => console.warn("The chart stays as it was:", error));
  });
}

async function specAt(address: string, narrow: boolean): Promise<VisualizationSpec> {
  const asked = new URL(address, location.href);
  if (narrow) asked.searchParams.set("size", "narrow");
  const answer = await fetch(asked);
  if (!answer.ok) throw new Error(`${asked.pathname}: ${answer.status}`);
  const spec = (await answer.json()) as Spec;
  return inVariables(spec, spec.usermeta?.roles ?? {}) as VisualizationSpec;
}

// The specification with var(--cham) in the place of the colour that stands for it.
function inVariables(value: unknown, roles: Readonly<Record<string, string>>): unknown {
  if (typeof value === "string") {
    const role = roles[value];
    return role === undefined ? value : `var(--${role})`;
  }
  if (Array.isArray(value)) return value.map((one) => inVariables(one, roles));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, inVariables(one, roles)]),
    );
  }
  return value;
}
