// The derivation graph: one step first, what stands does not move, the same in the table.
const positions = (page) =>
  page.locator('.node').evaluateAll((nodes) => Object.fromEntries(nodes.map((node) => [node.id, node.getAttribute('transform')])));

export const checks = ({ goto, check, shot }) => [
  {
    name: 'begins with one step each way and marks the path that decides',
    run: async (page) => {
      await goto(page, '/ui/graph/lmsys/vicuna-13b-v1.3');
      await page.locator('.node').first().waitFor();
      check(await page.locator('.node').count() === 3, `${await page.locator('.node').count()} boxes`);
      check(await page.locator('.edge.decides').count() === 1, 'the path is not marked');
      check(await page.locator('.edge.contested').count() >= 1, 'training data are not dashed');
      check(await page.locator('.graph-table tbody tr').count() === 3, 'the table has other rows');
      await shot(page, 'graph');
    },
  },
  {
    name: 'what is placed does not move when more is shown',
    run: async (page) => {
      await goto(page, '/ui/graph/lmsys/vicuna-13b-v1.3');
      await page.locator('.node').first().waitFor();
      const before = await positions(page);
      await page.locator('.plus').last().click();
      await page.waitForURL(/open=up/);
      await page.waitForFunction((count) => document.querySelectorAll('.node').length > count, Object.keys(before).length);
      const after = await positions(page);
      for (const [id, place] of Object.entries(before)) check(after[id] === place, `${id} moved`);
      // No two boxes on one another.
      const boxes = Object.values(after).map((text) => text.match(/-?[\d.]+/g).map(Number));
      for (const [at, [x, y]] of boxes.entries()) for (const [x2, y2] of boxes.slice(at + 1)) check(x !== x2 || Math.abs(y - y2) >= 74, 'boxes overlap');
      await shot(page, 'graph-expanded');
    },
  },
  {
    name: 'siblings are folded and unfolded',
    run: async (page) => {
      await goto(page, '/ui/graph/datasets/wikimedia/wikipedia');
      await page.locator('.fold-node').first().waitFor();
      const count = await page.locator('.node').count();
      check(count < 40, `${count} boxes at first`);
      await shot(page, 'graph-folded');
      await page.locator('.fold-node').first().click();
      await page.waitForFunction((before) => document.querySelectorAll('.node').length > before, count);
    },
  },
  {
    name: 'all origins at once, zoomed, filtered and saved',
    run: async (page) => {
      await goto(page, '/ui/graph/mosaicml/mpt-7b-instruct');
      await page.getByRole('button', { name: 'Show all origins' }).click();
      await page.waitForFunction(() => document.querySelectorAll('.node').length > 10);
      await shot(page, 'graph-all');
      const all = await page.locator('.node').count();
      await page.getByText('Relations shown').first().click();
      await page.getByLabel('Training data').uncheck();
      await page.waitForFunction((before) => document.querySelectorAll('.node').length < before, all);
      const view = () => page.locator('.drawing-frame svg > g').getAttribute('transform');
      const before = await view();
      await page.getByRole('button', { name: 'Zoom in' }).click();
      check((await view()) !== before, 'nothing zoomed');
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save as SVG' }).click();
      const file = await (await saving).createReadStream();
      let text = '';
      for await (const part of file) text += part;
      check(text.startsWith('<svg') && text.includes('Permitted') && !text.includes('<script'), text.slice(0, 200));
    },
  },
  {
    name: 'arrows move, Enter expands, Space opens the answer',
    run: async (page) => {
      await goto(page, '/ui/graph/lmsys/vicuna-13b-v1.3');
      await page.locator('.node.focus').focus();
      check(await page.locator('.node[tabindex="0"]').count() === 1, 'more than one tab stop');
      await page.keyboard.press('ArrowLeft');
      const first = await page.evaluate(() => document.activeElement?.querySelector('title')?.textContent);
      check(first && !first.includes('vicuna'), `${first} has the focus`);
      const before = await page.locator('.node').count();
      await page.keyboard.press('Enter');
      await page.waitForFunction((count) => document.querySelectorAll('.node').length > count, before);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Space');
      await page.waitForURL(/\/ui\/artifact\//);
      await page.locator('.answer').waitFor();
    },
  },
];
