// Names that somebody else wrote are text, whatever they hold: script, other directions, five hundred characters.
const script = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">';
const rtl = 'نموذج evil اللغة';
const turned = 'نموذج \u202eevil\u202c اللغة';
const long = 'W'.repeat(500);
const artifacts = [
  { id: 'hostile/script', displayName: script },
  { id: 'hostile/rtl', displayName: rtl },
  { id: 'hostile/long', displayName: long },
  { id: 'hostile/formula', displayName: '=HYPERLINK("http://x","y")' },
];

async function prepare({ call, check }) {
  const source = { kind: 'SOURCE_KIND_CURATED', by: script, said: '2026-01-01', document: 'javascript:alert(1)', where: script, quote: `${script} ${rtl}` };
  const answer = await call('ClaimService/ApplyClaims', {
    requestId: 'web-hostile-1',
    artifacts: artifacts.map((artifact) => ({ ...artifact, kind: 'ARTIFACT_KIND_CHECKPOINT' })),
    claims: artifacts.flatMap(({ id }) => [
      { subject: id, source, edge: { relation: 'RELATION_FINETUNED_FROM', parent: 'mosaicml/mpt-7b' } },
      { subject: id, source, license: { expression: `${script} licence`, asFound: true } },
      { subject: id, source, licensor: script },
      { subject: id, source, remark: script },
    ]),
  });
  check(answer.status === 200, `could not write: ${JSON.stringify(answer.body)}`);
  // What turns the direction of what follows is refused before it is ever shown.
  const refused = await call('ClaimService/ApplyClaims', {
    requestId: 'web-hostile-2',
    artifacts: [{ id: 'hostile/turned', displayName: turned, kind: 'ARTIFACT_KIND_CHECKPOINT' }],
  });
  check(refused.status === 400, `taken: ${JSON.stringify(refused.body)}`);
}

const calm = async (page, check) => {
  check((await page.evaluate(() => window.hacked)) === undefined, 'a script of a name ran');
  check(await page.locator('#page script, #page iframe, #page img').count() === 0, 'a name became an element');
  const links = await page.locator('#page a').evaluateAll((all) => all.map((link) => link.href).filter((href) => !href.startsWith(location.origin)));
  check(links.length === 0, `links to ${links.join(' ')}`);
};
const fits = async (page, check, what) => {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(over <= 0, `${what} is ${over} pixels too wide`);
};

export const checks = (tools) => {
  const { goto, check, shot } = tools;
  return [
    {
      name: 'an artifact page',
      run: async (page) => {
        await prepare(tools);
        for (const { id, displayName } of artifacts) {
          for (const width of [360, 1280]) {
            await page.setViewportSize({ width, height: 900 });
            await goto(page, `/ui/artifact/${id}`);
            await page.locator('.answer').waitFor();
            check((await page.locator('h1').innerText()).replace(/\s+/g, ' ').trim() === displayName.replace(/\s+/g, ' ').trim(), `${id}: the name is not as it was written`);
            await calm(page, check);
            await fits(page, check, `${id} at ${width}`);
          }
          await shot(page, `hostile-${id.split('/')[1]}`);
        }
      },
    },
    {
      name: 'search, drawing, comparison, plan, changes',
      run: async (page) => {
        await prepare(tools);
        for (const width of [360, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          for (const path of [
            '/ui/search?q=hostile',
            '/ui/graph/hostile/script',
            '/ui/graph/hostile/long',
            `/ui/compare?ids=${artifacts.map(({ id }) => id).join(',')}`,
            '/ui/what-if?from=finetuned-from:hostile/long,merged-from:hostile/script',
            '/ui/changes?from=2025-01-01&about=hostile/script,hostile/long',
            `/ui/search?q=${encodeURIComponent(script)}`,
            `/ui/compare?ids=${encodeURIComponent(script)},${long}`,
          ]) {
            await goto(page, path);
            await calm(page, check);
            await fits(page, check, `${path.slice(0, 60)} at ${width}`);
          }
        }
        await goto(page, '/ui/search?q=hostile');
        await page.getByRole('combobox').first().fill('hostile');
        await page.getByRole('option').first().waitFor();
        await calm(page, check);
        await shot(page, 'hostile-search');
      },
    },
    {
      name: 'a saved table holds no formulas',
      run: async (page) => {
        await prepare(tools);
        await goto(page, `/ui/findings?severity=warning&about=${artifacts.map(({ id }) => id).join(',')}`);
        await page.locator('.finding-group').first().waitFor({ timeout: 60_000 });
        const saving = page.waitForEvent('download');
        await page.getByRole('button', { name: 'Download (CSV)' }).click();
        let text = '';
        for await (const part of await (await saving).createReadStream()) text += part;
        check(!/(^|,|\n)"?[=+@]/.test(text), 'a cell begins a formula');
      },
    },
    {
      name: 'a name in the address that nobody knows',
      settings: { allow: [/404/] },
      run: async (page) => {
        await goto(page, `/ui/artifact/${encodeURIComponent(script)}`);
        await page.getByText('Nothing is known by this name').waitFor();
        await calm(page, check);
        await goto(page, `/ui/license/${encodeURIComponent(script)}`);
        await page.getByText('Nothing is known by this name').waitFor();
        await calm(page, check);
        await goto(page, `/ui/sign-in?then=${encodeURIComponent('//evil.example/')}`);
        await calm(page, check);
      },
    },
  ];
};
