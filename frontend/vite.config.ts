// Builds the portal's styles, fonts and islands. Each file directly below src/ is an entry: what a
// template calls {% island "map" %} is src/map.ts. What entries share lives in src/lib/. The service
// worker has other globals and a folder of its own.

import { readdirSync } from "node:fs";
import { defineConfig } from "vite";
import { compressed } from "./compressed.ts";
import { fontLicences } from "./licences.ts";

const source = new URL("./src/", import.meta.url);
const entries = readdirSync(source).filter((name) => name.endsWith(".ts"));

export default defineConfig({
  // Where Django serves the folder below.
  base: "/static/portal/built/",
  publicDir: false,
  clearScreen: false,
  plugins: [compressed(), fontLicences()],
  build: {
    outDir: "../src/khue/web/portal/static/portal/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    // The licences of what is bundled go where the bundle goes.
    license: { fileName: "licences.md" },
    target: ["es2022", "chrome111", "firefox114", "safari16.4"],
    // The content security policy allows neither data: addresses nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // A style sheet of an island is fetched by the pages that have the island.
    cssCodeSplit: true,
    // MapLibre is a megabyte; only pages with a map fetch it.
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: [...entries, "../worker/sw.ts"].map((name) => new URL(name, source).pathname),
      output: {
        entryFileNames: "[name].[hash].js",
        chunkFileNames: "chunks/[name].[hash].js",
        assetFileNames: "assets/[name].[hash][extname]",
      },
    },
  },
});
