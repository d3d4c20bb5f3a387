// What is heavy and not what the page is for begins when nobody is at anything else: a machine
// without a graphics card draws a map in seconds in which no key and no click is answered, and only
// to ask whether it has one takes as long.

const CALM_MS = 1500;
const SIGNS = ["pointerdown", "keydown", "input", "wheel", "touchmove"] as const;
const TOUCHES = ["pointerenter", "pointerdown", "focusin"] as const;

/** Once: at a touch of the element, or when nothing was done on the page for a while and nobody is
 * in a field. */
export function whenQuiet(element: HTMLElement, then: () => void): void {
  const done = new AbortController();
  const { signal } = done;
  let waiting = 0;
  const begin = (): void => {
    if (signal.aborted) return;
    done.abort();
    clearTimeout(waiting);
    then();
  };
  const idle = (): void => {
    if (signal.aborted) return;
    if (isWriting()) wait();
    else begin();
  };
  const wait = (): void => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      // Safari has no such call.
      if ("requestIdleCallback" in window) requestIdleCallback(idle, { timeout: CALM_MS });
      else idle();
    }, CALM_MS);
  };
  for (const sign of SIGNS) addEventListener(sign, wait, { signal, passive: true });
  for (const touch of TOUCHES) element.addEventListener(touch, begin, { signal });
  wait();
}

function isWriting(): boolean {
  return document.activeElement?.matches("input, textarea, select") ?? false;
}
