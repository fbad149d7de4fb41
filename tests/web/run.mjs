// Drives the page in a browser against a running server.
//
//   node tests/web/run.mjs --url http://127.0.0.1:7118 [--only WORD] [--shots DIR] [--chromium PATH]
//                          [--closed-url URL --token TOKEN]
//
// The server needs the built-in catalogue and has to take writes from who asks (a scratch store): some checks write
// artifacts with hostile names. --closed-url is a server that asks for a token, for the checks of signing in.
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(here, '../../service/web/package.json'));
const { chromium } = require('playwright-core');

const args = process.argv.slice(2);
const option = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const url = option('--url')?.replace(/\/$/, '');
if (!url) {
  console.error('usage: node tests/web/run.mjs --url URL [--only WORD] [--shots DIR] [--chromium PATH] [--closed-url URL --token TOKEN]');
  process.exit(64);
}
const browserPath = option('--chromium') ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const shots = option('--shots');
if (shots) mkdirSync(shots, { recursive: true });

const suites = ['journeys', 'drawing', 'links', 'hostile', 'keyboard', 'states', 'looks', 'session'];
// A root user has no sandbox of its own.
const browser = await chromium.launch({ executablePath: browserPath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
const failures = [];
let count = 0;

// A page of its own for each check, watched: what the console says, and where requests go.
async function open(settings = {}) {
  const context = await browser.newContext({ viewport: { width: settings.width ?? 1280, height: settings.height ?? 900 }, colorScheme: settings.theme ?? 'light', locale: settings.locale ?? 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const watched = { problems: [], hosts: new Set(), dialogs: 0 };
  const allowed = settings.allow ?? [];
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    if (allowed.some((pattern) => pattern.test(message.text()))) return;
    watched.problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => watched.problems.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    watched.dialogs += 1;
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const address = new URL(request.url());
    if (address.protocol.startsWith('http')) watched.hosts.add(address.host);
  });
  return { page, context, watched };
}

export const check = (condition, message) => {
  if (!condition) throw new Error(message);
};

const tools = {
  url,
  closedUrl: option('--closed-url')?.replace(/\/$/, ''),
  token: option('--token'),
  check,
  require,
  shot: async (page, name) => {
    if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  },
  call: async (method, body) => {
    const response = await fetch(`${url}/lineage.v1.${method}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  },
  goto: async (page, path, base = url) => {
    await page.goto(base + path);
    // Findings about everything take a small machine a while.
    await page.waitForLoadState('networkidle', { timeout: 60_000 });
  },
};

for (const suite of suites) {
  const { checks } = await import(`./checks/${suite}.mjs`);
  for (const { name, settings, run } of checks(tools)) {
    const full = `${suite}: ${name}`;
    if (option('--only') && !full.includes(option('--only'))) continue;
    count += 1;
    const started = Date.now();
    const opened = await open(settings);
    try {
      await run(opened.page, opened);
      check(opened.watched.dialogs === 0, 'a dialog opened');
      check(opened.watched.problems.length === 0, opened.watched.problems.join('\n      '));
      const foreign = [...opened.watched.hosts].filter((host) => host !== new URL(url).host && host !== (tools.closedUrl && new URL(tools.closedUrl).host));
      check(foreign.length === 0, `requests to ${foreign.join(', ')}`);
      console.log(`ok    ${full} (${Date.now() - started} ms)`);
    } catch (error) {
      failures.push(full);
      console.log(`FAIL  ${full}\n      ${error.message.split('\n').slice(0, 12).join('\n      ')}`);
      await tools.shot(opened.page, `failed-${full.replace(/\W+/g, '-')}`).catch(() => undefined);
    }
    await opened.context.close();
  }
}
await browser.close();
console.log(`${count - failures.length} of ${count} checks passed`);
process.exit(failures.length ? 1 : 0);
