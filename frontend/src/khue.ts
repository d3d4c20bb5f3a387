// What every page loads: the styles, and htmx where a page asks for it.

import "../styles/khue.css";

if (document.querySelector("[hx-get], [hx-post], [hx-boost]") !== null) {
  void import("./lib/htmx.ts");
}
