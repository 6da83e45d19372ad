// Bundles src/ and copies static/ into the folder given; the result of `dist` is committed.
import { build } from "esbuild";
import { copyFile, mkdir } from "node:fs/promises";

const out = process.argv[2];
if (!out) {
  console.error("usage: node build.mjs FOLDER");
  process.exit(64);
}
await mkdir(out, { recursive: true });
await build({
  entryPoints: ["src/app.ts"],
  outfile: `${out}/app.js`,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2021",
  legalComments: "eof",
  logLevel: "warning",
});
for (const name of ["index.html", "style.css"]) {
  await copyFile(`static/${name}`, `${out}/${name}`);
}
