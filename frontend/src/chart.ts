// A chart: <figure data-island="chart"> of templates/portal/_chart.html, on any page.
//
//   data-spec   the address of its specification (Vega-Lite)
//
// The picture that the page has is replaced by one that is drawn here: sharp at any size, in the
// colours of the theme as it is now, with all that is said of a figure where one points at it. Should
// anything fail, the picture stays. Nothing is loaded before the chart is seen.

import { whenSeen } from "./lib/seen.ts";

for (const element of document.querySelectorAll<HTMLElement>('[data-island="chart"]')) {
  whenSeen(element, () => {
    import("./lib/chart/draw.ts")
      .then(({ draw }) => draw(element))
      .catch((error: unknown) => console.warn("The chart stays a picture:", error));
  });
}
