// Every page in both themes and three widths: nothing too wide, nothing that axe finds serious.
import { readFileSync } from 'node:fs';

const pages = {
  'home': '/',
  'search': '/ui/search?q=vicuna',
  'artifact': '/ui/artifact/lmsys/vicuna-13b-v1.5?as=sell&for=commercial-use,redistribute',
  'graph': '/ui/graph/mosaicml/mpt-7b-instruct?all=yes',
  'compare': '/ui/compare?ids=lmsys/vicuna-13b-v1.3,lmsys/vicuna-13b-v1.5,mosaicml/mpt-7b',
  'what-if': '/ui/what-if?from=finetuned-from:mosaicml/mpt-7b,trained-on:datasets/databricks/databricks-dolly-15k&license=Apache-2.0',
  'license': '/ui/license/LicenseRef-llama-2',
  'licenses': '/ui/licenses?q=llama',
  'compare-licenses': '/ui/compare-licenses?a=CC-BY-SA-4.0&b=Apache-2.0',
  'findings': '/ui/findings?q=llama',
  'changes': '/ui/changes?from=2023-01-01&to=2026-11-01&about=lmsys/vicuna-13b-v1.5',
  'sign-in': '/ui/sign-in',
};
const widths = [360, 820, 1600];

export const checks = ({ goto, check, shot, require }) => {
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  return Object.entries(pages).flatMap(([name, path]) => ['light', 'dark'].map((theme) => ({
    name: `${name}, ${theme}`,
    settings: { theme },
    run: async (page) => {
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        await goto(page, path);
        await page.locator('h1').first().waitFor();
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        check(over <= 0, `${over} pixels too wide at ${width}`);
        await shot(page, `look-${name}-${theme}-${width}`);
        // The policy forbids scripts of a test as well; evaluating goes past it.
        await page.evaluate(axe);
        const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        const serious = found.violations.filter((violation) => ['serious', 'critical'].includes(violation.impact));
        check(serious.length === 0, serious.map((violation) => `${violation.id} at ${width}: ${violation.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`).join('\n'));
      }
    },
  }))).concat([
    {
      name: 'Korean',
      settings: { locale: 'ko-KR' },
      run: async (page) => {
        await goto(page, '/ui/artifact/lmsys/vicuna-13b-v1.3');
        await page.getByText('금지', { exact: true }).first().waitFor();
        check((await page.evaluate(() => document.documentElement.lang)) === 'ko', 'the language is not told');
        await shot(page, 'korean');
      },
    },
    {
      name: 'on paper',
      run: async (page) => {
        await goto(page, '/ui/artifact/lmsys/vicuna-13b-v1.3');
        await page.emulateMedia({ media: 'print' });
        check(!(await page.locator('.header').isVisible()) && !(await page.locator('.question').isVisible()), 'controls are printed');
        check(await page.locator('.answer-sentence').isVisible(), 'the answer is not printed');
        await shot(page, 'print');
      },
    },
  ]);
};
