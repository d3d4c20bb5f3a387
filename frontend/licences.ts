// Puts the licences of the fonts beside them, as the Open Font License asks. (Those of scripts are
// gathered by Vite into licences.md.)

import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import manifest from "./package.json" with { type: "json" };

export function fontLicences(): Plugin {
  return {
    name: "khue:font-licences",
    apply: "build",
    generateBundle() {
      for (const name of Object.keys(manifest.dependencies)) {
        if (!name.startsWith("@fontsource/")) continue;
        const source = readFileSync(new URL(`node_modules/${name}/LICENSE`, import.meta.url));
        const font = name.replace("@fontsource/", "");
        this.emitFile({ type: "asset", fileName: `assets/${font}-LICENSE.txt`, source });
      }
    },
  };
}
