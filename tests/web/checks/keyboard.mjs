// Without a mouse.
export const checks = ({ goto, check }) => [
  {
    name: 'from the first page to a proof with keys alone',
    run: async (page) => {
      await goto(page, '/');
      await page.keyboard.press('Tab');
      check((await page.evaluate(() => document.activeElement?.className)) === 'skip', 'the first stop is not the skip link');
      for (let at = 0; at < 12 && (await page.evaluate(() => document.activeElement?.getAttribute('role'))) !== 'combobox'; at += 1) await page.keyboard.press('Tab');
      await page.keyboard.type('vicuna-13b-v1.3');
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('ArrowDown');
      check(Boolean(await page.evaluate(() => document.activeElement?.getAttribute('aria-activedescendant'))), 'no option is active');
      await page.keyboard.press('Enter');
      await page.locator('.answer').waitFor();
      await page.waitForLoadState('networkidle');
      const seen = new Set();
      let opened = false;
      for (let at = 0; at < 120; at += 1) {
        await page.keyboard.press('Tab');
        const here = await page.evaluate(() => {
          const element = document.activeElement;
          const style = element ? getComputedStyle(element) : undefined;
          const box = element?.getBoundingClientRect();
          return { tag: element?.tagName ?? '', text: (element?.textContent ?? '').slice(0, 40), outline: style?.outlineStyle, inProof: Boolean(element?.closest('#why summary')), hidden: !box || box.width === 0 };
        });
        check(!here.hidden, `${here.tag} ${here.text} has the focus and no size`);
        seen.add(`${here.tag} ${here.text}`);
        if (here.inProof) {
          await page.keyboard.press('Enter');
          opened = true;
          break;
        }
      }
      check(opened, 'the proof was never reached');
    },
  },
  {
    name: 'Escape closes the list of hits',
    run: async (page) => {
      await goto(page, '/');
      await page.getByRole('combobox').first().fill('mpt');
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('Escape');
      check(await page.getByRole('option').count() === 0 || !(await page.getByRole('option').first().isVisible()), 'still open');
    },
  },
  {
    name: 'every control has a name',
    run: async (page) => {
      for (const path of ['/ui/artifact/lmsys/vicuna-13b-v1.5', '/ui/graph/lmsys/vicuna-13b-v1.3', '/ui/what-if?from=finetuned-from:mosaicml/mpt-7b', '/ui/findings']) {
        await goto(page, path);
        const bare = await page.locator('button, input, select, textarea').evaluateAll((all) =>
          all.filter((element) => !element.textContent?.trim() && !element.getAttribute('aria-label') && !element.closest('label')?.textContent?.trim()).map((element) => element.outerHTML.slice(0, 120)));
        check(bare.length === 0, `${path}: ${bare.join(' ')}`);
      }
    },
  },
];
