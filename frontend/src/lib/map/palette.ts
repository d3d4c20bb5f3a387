// The colours of a map: those of the page, from its CSS variables, in its present theme.

const NAMES = [
  "sea",
  "land",
  "coast",
  "unit",
  "unit-ink",
  "ink",
  "paper",
  "data",
  "chosen",
] as const;
export type Palette = Record<(typeof NAMES)[number], string>;

/** The colours that `--map-…` have on an element, as rgba. */
export function paletteOf(element: HTMLElement): Palette {
  const probe = document.createElement("i");
  probe.hidden = true;
  element.append(probe);
  const found = NAMES.map((name) => {
    probe.style.color = `var(--map-${name})`;
    return [name, plain(getComputedStyle(probe).color)] as const;
  });
  probe.remove();
  return Object.fromEntries(found) as Palette;
}

/** A colour as rgba, whatever space CSS mixed it in. */
function plain(colour: string): string {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!pen) return colour;
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha = 255] = pen.getImageData(0, 0, 1, 1).data;
  return `rgba(${red},${green},${blue},${(alpha / 255).toFixed(3)})`;
}

/** Whether these are the colours of the dark theme: ink is lighter than land. */
export function isDark(palette: Palette): boolean {
  return lightness(palette.ink) > lightness(palette.land);
}

function lightness(rgba: string): number {
  return (rgba.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, one) => sum + Number(one), 0);
}

/** Calls when the theme of the page changes. */
export function whenThemeChanges(then: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", then);
  new MutationObserver(then).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["class", "data-theme", "style"],
  });
}
