// Writes a .gz and a .br beside each text file of the build, once; WhiteNoise sends them to browsers
// that accept them.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

// Brotli's tightest takes seconds for a large file, for two hundredths less.
const LARGE = 200_000;
const TEXT = /\.(?:css|js|mjs|json|svg)$/;

export function compressed(): Plugin {
  return {
    name: "khue:compressed",
    apply: "build",
    writeBundle(options, bundle) {
      for (const name of Object.keys(bundle).filter((one) => TEXT.test(one))) {
        const path = join(options.dir ?? "", name);
        const content = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: content.length < LARGE ? 11 : 9 };
        writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
      }
    },
  };
}
