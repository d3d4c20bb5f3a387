// Where the points of a chart lead: to what is behind the value, on this site and nowhere else.

import { vega } from "vega-embed";

type Loader = ReturnType<typeof vega.loader>;

// What Vega asks of every address. Charts of ours have their figures in them, so that none is ever
// fetched; and what a record says of itself can be no script and no other site.
export function ways(): Loader {
  return {
    ...vega.loader(),
    sanitize: (address: string) => {
      const there = new URL(address, location.href);
      return there.origin === location.origin
        ? Promise.resolve({ href: there.href })
        : Promise.reject(new Error(`It leads away from here: ${there.origin}`));
    },
    load: (address: string) => Promise.reject(new Error(`Nothing is fetched: ${address}`)),
  };
}
