// What every page loads: the styles and the service worker.

import "../styles/khue.css";
import { keepPages } from "./lib/kept.ts";

keepPages();
