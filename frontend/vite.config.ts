/** One build for all screens: hashed names, a manifest for the server, each file also compressed. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";

const COMPRESSED = /\.(?:m?js|css|svg|json)$/;

/** Puts .gz and .br beside each file, once, so that the server only picks one. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir }) {
      const root = dir ?? "dist";
      for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
        const path = join(root, name);
        if (!COMPRESSED.test(name) || statSync(path).size < 1024) continue;
        const body = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        writeFileSync(`${path}.br`, brotliCompressSync(body, { params: quality }));
      }
    },
  };
}

export default defineConfig({
  base: "/static/app/",
  plugins: [vue(), compressed()],
  publicDir: false, // public/ holds the scripts of the public's pages, not files to copy
  build: {
    target: "es2022",
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1300,
    rolldownOptions: {
      input: {
        console: "console/main.ts",
        inspector: "inspector/main.ts",
        owners: "owners/main.ts",
        report: "public/report.ts",
        track: "public/track.ts",
      },
      // The map library changes seldom: a new console does not send it again.
      output: { codeSplitting: { groups: [{ name: "maplibre", test: /maplibre|mapbox/ }] } },
    },
  },
  test: { include: ["**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
