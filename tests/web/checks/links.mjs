// A link carries all state: opened anew it shows the same, and the browser's back button works.
export const checks = ({ goto, check, url }) => [
  {
    name: 'a question travels in its address',
    run: async (page, { context }) => {
      await goto(page, '/ui/artifact/lmsys/vicuna-13b-v1.5');
      await page.locator('.question').getByLabel(/Users a month/).fill('50M');
      await page.locator('.question').getByLabel('Where it is used').selectOption('EU');
      await page.locator('.question').getByText('Pass it on', { exact: true }).click();
      await page.locator('.stance').first().click();
      await page.waitForURL(/stance=cautious/);
      await page.waitForLoadState('networkidle');
      await page.locator('.artifact-main[aria-busy="false"]').waitFor();
      const sentence = await page.locator('.answer-sentence').innerText();
      const other = await context.newPage();
      await other.goto(page.url());
      await other.waitForLoadState('networkidle');
      check((await other.locator('.answer-sentence').innerText()) === sentence, 'the link answers otherwise');
      check(await other.locator('.question').getByLabel(/Users a month/).inputValue() === '50,000,000', 'the number is lost');
    },
  },
  {
    name: 'a pinned revision says so',
    run: async (page) => {
      await goto(page, '/ui/artifact/lmsys/vicuna-13b-v1.5?rev=1&as_of=2026-11-01');
      await page.getByText('recorded up to revision 1').waitFor();
      await page.getByRole('button', { name: 'Show what is known now' }).click();
      check(!page.url().includes('rev='), page.url());
    },
  },
  {
    name: 'a short name becomes the id, and back goes back',
    run: async (page) => {
      await goto(page, '/');
      await page.getByRole('link', { name: 'mpt-7b-instruct' }).click();
      await page.locator('.answer').waitFor();
      await page.getByRole('link', { name: 'Open the family tree' }).first().click();
      await page.locator('.node').first().waitFor();
      await page.goBack();
      await page.locator('.answer').waitFor();
      await page.goBack();
      await page.getByRole('heading', { level: 1, name: /may a model be used/ }).waitFor();
      await goto(page, '/ui/artifact/vicuna-13b-v1.5');
      await page.waitForURL(/lmsys\/vicuna-13b-v1\.5/);
    },
  },
  {
    name: 'nonsense in an address asks a plain question',
    run: async (page) => {
      await goto(page, `/ui/artifact/lmsys/vicuna-13b-v1.5?for=${encodeURIComponent('<img src=x>')}&stance=bold&mau=-5&as_of=never&theory=x:y&why=constructor&hide=,,&facts=:`);
      await page.locator('.answer').waitFor();
      check(await page.locator('.question').getByLabel(/Users a month/).inputValue() === '', 'a bad number was taken');
    },
  },
  {
    name: 'an expanded drawing travels in its address',
    run: async (page) => {
      await goto(page, '/ui/graph/lmsys/vicuna-13b-v1.3?open=up:meta-llama/llama-13b&view=drawing');
      await page.waitForFunction(() => document.querySelectorAll('.node').length > 5);
      check(await page.locator('.graph-table').count() === 0, 'the table is there');
    },
  },
  {
    name: 'every page answers by itself, with the policy in force',
    run: async (page) => {
      for (const path of ['/', '/ui/compare', '/ui/what-if', '/ui/changes?about=mosaicml/mpt-7b', '/ui/licenses', '/ui/compare-licenses', '/ui/sign-in', '/ui/search?q=mpt', '/ui/nowhere']) {
        const response = await page.goto(url + path);
        const policy = response.headers()['content-security-policy'] ?? '';
        check(response.status() === 200 && policy.includes("default-src 'none'") && policy.includes("script-src 'self'"), `${path}: ${response.status()} ${policy}`);
        await page.locator('h1').first().waitFor();
      }
    },
  },
];
