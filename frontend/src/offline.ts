// The page that stands in for one that was not kept: lists the pages that can be read.

const list = document.querySelector<HTMLElement>("[data-island='offline'] ul");

interface Kept {
  address: string;
  title: string;
}

async function keptPages(): Promise<Kept[]> {
  const found: Kept[] = [];
  for (const name of (await caches.keys()).filter((one) => one.startsWith("khue-pages-"))) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const text = (await (await cache.match(request))?.text()) ?? "";
      const { title } = new DOMParser().parseFromString(text, "text/html");
      found.push({ address: request.url, title: title.replace(/ · [^·]*$/, "") });
    }
  }
  return found.reverse();
}

if (list !== null && "caches" in window) {
  const pages = await keptPages();
  for (const { address, title } of pages) {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = title;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  list.parentElement?.toggleAttribute("hidden", pages.length === 0);
}
