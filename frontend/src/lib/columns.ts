// Which columns of a table are shown: chosen in <details data-columns="type"> above it, and remembered
// in this browser for each type of record. Without scripts all columns are there.

const KEPT = "khue.columns.";

/** Lets people choose columns within an element, now and after its table has changed. */
export function chooseColumns(root: HTMLElement): void {
  root.addEventListener("change", ({ target }) => {
    const choice = (target as Element).closest<HTMLElement>("details[data-columns]");
    if (!choice) return;
    const boxes = boxesOf(choice);
    // Columns that are not on this page stay as they were.
    const here = boxes.map((one) => one.value);
    const others = remembered(nameOf(choice)).filter((one) => !here.includes(one));
    const off = boxes.filter((one) => !one.checked).map((one) => one.value);
    remember(nameOf(choice), [...others, ...off]);
    showColumns(root);
  });
  showColumns(root);
}

/** Shows the choice of columns within an element, and the columns that were chosen before. */
export function showColumns(root: HTMLElement): void {
  const choice = root.querySelector<HTMLElement>("details[data-columns]");
  const table = root.querySelector<HTMLTableElement>("table.table--rows");
  if (!choice || !table) return;
  const hidden = remembered(nameOf(choice));
  for (const box of boxesOf(choice)) {
    box.checked = !hidden.includes(box.value);
    show(table, box);
  }
  choice.hidden = false;
}

function nameOf(choice: HTMLElement): string {
  return KEPT + (choice.dataset["columns"] ?? "");
}

function boxesOf(choice: HTMLElement): HTMLInputElement[] {
  return [...choice.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
}

function show(table: HTMLTableElement, box: HTMLInputElement): void {
  const heads = [...table.querySelectorAll<HTMLElement>("th[data-column]")];
  const head = heads.find((one) => one.dataset["column"] === box.value);
  if (!(head instanceof HTMLTableCellElement)) return;
  for (const row of table.rows) {
    const cell = row.cells[head.cellIndex];
    if (cell) cell.hidden = !box.checked;
  }
}

function remembered(name: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(name) ?? "[]");
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return []; // nothing may be kept here, or something else was
  }
}

function remember(name: string, hidden: string[]): void {
  try {
    if (hidden.length > 0) localStorage.setItem(name, JSON.stringify(hidden));
    else localStorage.removeItem(name);
  } catch {
    // Where a browser keeps nothing, the choice holds for this page.
  }
}
