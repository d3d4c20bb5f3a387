// What is said of a figure, beside the pointer. The table under the chart says the same to all.

import type { TooltipHandler } from "vega";

const AWAY = 14;

export function tip(chart: HTMLElement): TooltipHandler {
  const box = document.createElement("div");
  box.className = "chart__tip";
  box.hidden = true;
  chart.append(box);
  return (_handler, event: MouseEvent, _item, value: unknown): void => {
    const told = textOf(value);
    box.hidden = told === "";
    if (box.hidden) return;
    box.textContent = told;
    const { width, height } = box.getBoundingClientRect();
    const right = event.clientX + AWAY + width < innerWidth;
    const below = event.clientY + AWAY + height < innerHeight;
    box.style.left = `${Math.max(4, right ? event.clientX + AWAY : event.clientX - AWAY - width)}px`;
    box.style.top = `${below ? event.clientY + AWAY : event.clientY - AWAY - height}px`;
  };
}

// A specification gives either the text itself or an object with it as its one value.
function textOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "object") return Object.values(value).join(" · ");
  return String(value);
}
