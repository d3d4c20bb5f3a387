// What every page loads: the styles, the service worker, and htmx where a page asks for it.

import "../styles/khue.css";
import { keepPages } from "./lib/kept.ts";

keepPages();

if (document.querySelector("[hx-get], [hx-post], [hx-boost]") !== null) {
  void import("./lib/htmx.ts");
}
