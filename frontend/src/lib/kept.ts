// Registers the service worker, and says on a page that was kept that it is a copy, and of when.

export function keepPages(): void {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener("message", (event: MessageEvent<{ kept?: string }>) => {
    if (event.data.kept !== undefined) showThatItIsACopy(event.data.kept);
  });
  serviceWorker.controller?.postMessage("is this a copy?");
  addEventListener("load", () => {
    // A browser may refuse (no room, switched off): then pages are not kept, and nothing else fails.
    serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => undefined);
  });
}

function showThatItIsACopy(date: string): void {
  const notice = document.querySelector<HTMLElement>("[data-kept]");
  const time = notice?.querySelector("time");
  if (!notice || !time) return;
  const kept = new Date(date);
  if (!Number.isNaN(kept.getTime())) {
    const vietnamese = document.documentElement.lang === "vi";
    time.dateTime = kept.toISOString();
    time.textContent = kept.toLocaleString(vietnamese ? "vi-VN" : "en-GB", {
      day: "numeric",
      month: vietnamese ? "numeric" : "long",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    });
  }
  notice.hidden = false;
}
