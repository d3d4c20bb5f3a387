// htmx, held to the content security policy: no style sheet of its own, nothing evaluated.
// Pages therefore use no hx-on, no js: values and no filters in hx-trigger.

import htmx from "htmx.org";

htmx.config.includeIndicatorCSS = false;
