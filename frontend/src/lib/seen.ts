// Islands that are heavy begin when their place is seen, after the page has been painted.

export function whenSeen(element: HTMLElement, then: () => void): void {
  const watcher = new IntersectionObserver(
    (entries) => {
      if (entries.some((one) => one.isIntersecting)) {
        watcher.disconnect();
        // After the frame in which the page is painted.
        requestAnimationFrame(() => setTimeout(then));
      }
    },
    { rootMargin: "200px" },
  );
  watcher.observe(element);
}
