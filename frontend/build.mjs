// Builds the styles, scripts and fonts of every screen into src/emoit/ui/static/ui/build.
// Written beside and then moved into place, so that a running server never sees half a build.
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, "src/emoit/ui/static/ui/build");
const making = `${target}.new`;
const modules = join(root, "node_modules");

async function styles(name) {
  const made = sass.compile(join(root, `frontend/scss/${name}.scss`), {
    loadPaths: [root],
    style: "compressed",
    quietDeps: true,
    charset: false,
  });
  await writeFile(join(making, `${name}.css`), made.css);
}

async function scripts() {
  await esbuild.build({
    entryPoints: [join(root, "frontend/js/emoit.js")],
    outfile: join(making, "emoit.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    legalComments: "none",
  });
  await copyFile(join(modules, "htmx.org/dist/htmx.min.js"), join(making, "htmx.js"));
}

async function fonts() {
  await mkdir(join(making, "fonts"));
  for (const subset of ["latin", "latin-ext", "vietnamese"]) {
    for (const weight of [400, 700]) {
      await copyFile(
        join(modules, `@fontsource/noto-sans/files/noto-sans-${subset}-${weight}-normal.woff2`),
        join(making, `fonts/noto-sans-${subset}-${weight}.woff2`),
      );
    }
  }
}

// What others' licences ask for travels with the files.
async function notices() {
  const parts = ["govuk-frontend", "@ministryofjustice/frontend", "htmx.org", "@fontsource/noto-sans"];
  const lines = [];
  for (const part of parts) {
    const { version, license } = JSON.parse(await readFile(join(modules, part, "package.json"), "utf8"));
    lines.push(`${part} ${version}: ${license}`);
    const file = (await readdir(join(modules, part))).find((name) => /^licen[cs]e/i.test(name));
    if (file) lines.push(await readFile(join(modules, part, file), "utf8"));
  }
  await writeFile(join(making, "notices.txt"), lines.join("\n\n"));
}

async function report() {
  for (const name of ["portal.css", "desk.css", "emoit.js", "htmx.js"]) {
    const content = await readFile(join(making, name));
    const kilobytes = (bytes) => (bytes / 1024).toFixed(1).padStart(6);
    console.log(`${name.padEnd(11)}${kilobytes(content.length)} KB${kilobytes(gzipSync(content).length)} KB gzip`);
  }
}

await rm(making, { recursive: true, force: true });
await mkdir(making, { recursive: true });
await Promise.all([styles("portal"), styles("desk"), scripts(), fonts(), notices()]);
await report();
await rm(target, { recursive: true, force: true });
await rename(making, target);
