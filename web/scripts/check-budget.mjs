// The first load is small: the script of the start page and of what it imports, compressed as a CDN sends it.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST_BYTES = 250_000;
const dist = new URL("../dist/", import.meta.url);

const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
const loaded = new Set();

function load(name) {
  if (loaded.has(name)) return;
  loaded.add(name);
  for (const imported of manifest[name].imports ?? []) load(imported);
}

load(entry);
const sizeOf = (names) =>
  [...new Set(names)]
    .map((name) => manifest[name].file)
    .filter((file) => file.endsWith(".js"))
    .reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length, 0);

const first = sizeOf(loaded);
const screens = Object.keys(manifest).filter((name) => /^src\/screens\/.*Screen\.tsx$/.test(name));
const eager = screens.filter((name) => loaded.has(name));
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;

if (eager.length > 0) {
  console.error(
    `These screens are part of the first load; import them by lazyRouteComponent: ${eager.join(", ")}`,
  );
  process.exit(1);
}
if (first > MOST_BYTES) {
  console.error(
    `The first load is ${kilobytes(first)} of JavaScript, compressed; ${kilobytes(MOST_BYTES)} are allowed.`,
  );
  process.exit(1);
}
console.log(`The first load is ${kilobytes(first)} of JavaScript, compressed, of ${kilobytes(MOST_BYTES)}.`);
