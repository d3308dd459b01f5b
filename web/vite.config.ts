import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Of the local stack, to which the development server forwards what is not the console's own.
const origin = process.env.USHER_ORIGIN ?? "http://localhost:8000";
const served = ["/v1", "/learn", "/docs", "/openapi.json", "/logos"];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "~": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    manifest: true,
    // Whoever is given the packages is given their licenses.
    license: { fileName: "licenses.md" },
    // The policy of the origin allows no data: in fonts and scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(served.map((path) => [path, origin])) },
  test: { include: ["src/**/*.test.ts", "scripts/*.test.mjs"], environment: "node" },
});
