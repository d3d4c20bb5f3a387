// htmx 4, which puts parts that the server made into a page. Its attributes stand in the templates;
// the answers are whole pages, from which `hx-select` takes the part, so that an address means the
// same to every browser. Held to the content security policy: nothing evaluated (no `hx-on`, no
// `js:` values, no filters in `hx-trigger`), no styles of its own (`htmx-config` in the head).

import htmx from "htmx.org";

interface Change {
  attrName: string;
}

// What scripts did to a part outlives a morph: what an island made of its own element (the server
// tells it by data attributes alone), and which <details> of a name are open.
htmx.registerExtension("islands", {
  htmx_before_morph_attr: (element: Element, { attrName }: Change): boolean =>
    element.hasAttribute("hx-morph-skip-children")
      ? attrName.startsWith("data-")
      : !(attrName === "open" && element.id !== ""),
});

export default htmx;
