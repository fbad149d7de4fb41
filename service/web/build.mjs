// Builds the page into a folder: hashed assets, index.html, a manifest, and each file compressed beside itself.
//
//   node build.mjs [--out DIR] [--watch]
//
// The output depends on the sources and the lock file alone: no times, no paths of this machine. So two builds of one
// revision are the same bytes.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = args.indexOf(name);
  if (at < 0) return otherwise;
  if (!args[at + 1]) throw new Error(`${name} needs a value`);
  return args[at + 1];
};
const out = resolve(option('--out', join(here, 'dist')));
// What a first visit loads, compressed: no page may cost more than this.
const budget = 60 * 1024;

const types = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

const result = await build({
  absWorkingDir: here,
  entryPoints: { main: 'src/main.tsx', style: 'src/style/index.css' },
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  target: ['es2021', 'chrome100', 'firefox102', 'safari15.4'],
  outdir: out,
  entryNames: 'assets/[name]-[hash]',
  chunkNames: 'assets/[name]-[hash]',
  assetNames: 'assets/[name]-[hash]',
  metafile: true,
  write: false,
  legalComments: 'none',
  charset: 'utf8',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
});

const files = new Map();
for (const file of result.outputFiles) files.set(file.path.slice(out.length + 1), Buffer.from(file.contents));
const icon = readFileSync(join(here, 'src/icon.svg'));
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
const iconName = `assets/icon-${digest(icon).slice(0, 8).toUpperCase()}.svg`;
files.set(iconName, icon);

// The static imports of the first page are fetched beside it, not after it.
const outputs = new Map(Object.entries(result.metafile.outputs).map(([path, meta]) => [resolve(here, path).slice(out.length + 1), meta]));
const entry = (source) => [...outputs].find(([, meta]) => meta.entryPoint === source)[0];
const main = entry('src/main.tsx');
const style = entry('src/style/index.css');
const first = new Set([main]);
for (const path of first) {
  for (const imported of outputs.get(path).imports) {
    if (imported.kind === 'import-statement') first.add(resolve(here, imported.path).slice(out.length + 1));
  }
}
const preload = [...first].filter((path) => path !== main).sort();
const index = readFileSync(join(here, 'src/index.html'), 'utf8')
  .replace('<!-- style -->', `<link rel="stylesheet" href="/${style}">`)
  .replace('<!-- icon -->', `<link rel="icon" type="image/svg+xml" href="/${iconName}">`)
  .replace('<!-- preload -->', preload.map((path) => `<link rel="modulepreload" href="/${path}">`).join('\n    '))
  .replace('<!-- main -->', `<script type="module" src="/${main}"></script>`);
files.set('index.html', Buffer.from(index));

rmSync(out, { recursive: true, force: true });
const manifest = [];
const packed = new Map();
for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const gzip = gzipSync(bytes, { level: 9 });
  packed.set(path, gzip.length);
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), bytes);
  writeFileSync(join(out, `${path}.gz`), gzip);
  manifest.push({
    path: `/${path}`,
    file: path,
    type: types[path.split('.').pop()] ?? 'application/octet-stream',
    size: bytes.length,
    gzip: gzip.length,
    sha256: digest(bytes),
    // A name with a hash in it never means other bytes.
    immutable: path.startsWith('assets/'),
  });
}
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify({ index: 'index.html', files: manifest }, null, 1)}\n`);

const kilobytes = (count) => `${(count / 1024).toFixed(1)} KB`.padStart(9);
const firstPaths = ['index.html', style, iconName, ...first];
const total = firstPaths.reduce((sum, path) => sum + packed.get(path), 0);
console.log('  size        gzip');
for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`${kilobytes(bytes.length)} ${kilobytes(packed.get(path))}  ${path}${firstPaths.includes(path) ? '  (first page)' : ''}`);
}
console.log(`first page: ${(total / 1024).toFixed(1)} KB compressed, of ${budget / 1024} KB`);
if (total > budget) {
  console.error('the first page is too large');
  process.exit(1);
}
