// Empty, loading, error, cut short, no permission: each state says what it is, and none is too loose.
const answer = (route, status, body) => route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });

export const checks = ({ goto, check, shot, url }) => [
  {
    name: 'a server that is busy, and then is not',
    settings: { allow: [/503/] },
    run: async (page) => {
      let busy = true;
      await page.route('**/lineage.v1.PermissionService/Explain', (route) => (busy ? answer(route, 503, { code: 'unavailable', message: 'busy' }) : route.continue()));
      await goto(page, '/ui/artifact/mosaicml/mpt-7b');
      await page.getByText('The server is busy').waitFor();
      await shot(page, 'state-busy');
      busy = false;
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator('.answer').waitFor();
    },
  },
  {
    name: 'a server that is gone',
    settings: { allow: [/ERR_FAILED/, /Failed to load/] },
    run: async (page) => {
      await page.route('**/lineage.v1.**', (route) => route.abort());
      await goto(page, '/ui/artifact/mosaicml/mpt-7b');
      await page.getByText('cannot be reached').first().waitFor();
      await shot(page, 'state-unreachable');
    },
  },
  {
    name: 'a derivation that was cut short permits nothing',
    run: async (page) => {
      await page.route('**/lineage.v1.PermissionService/*', async (route) => {
        const response = await route.fetch();
        const body = await response.json();
        // A server that says permitted and incomplete at once does not exist; the page would still not show green.
        if (body.explanation) delete body.explanation.complete;
        delete body.complete;
        await answer(route, 200, body);
      });
      await goto(page, '/ui/artifact/mosaicml/mpt-7b-instruct');
      await page.getByText('cut short').first().waitFor();
      check(await page.locator('.answer.permitted, .rights .mark.permitted, .answer .answer-lead .permitted').count() === 0, 'a green sign');
      await shot(page, 'state-incomplete');
    },
  },
  {
    name: 'no permission',
    settings: { allow: [/403/] },
    run: async (page) => {
      await page.route('**/lineage.v1.**', (route) => answer(route, 403, { code: 'permission_denied', message: 'needs the role reader' }));
      await goto(page, '/ui/findings');
      await page.getByText('Your role does not allow this').waitFor();
      await shot(page, 'state-forbidden');
    },
  },
  {
    name: 'a proxy that answers HTML',
    settings: { allow: [/502/] },
    run: async (page) => {
      await page.route('**/lineage.v1.**', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }));
      await goto(page, '/ui/artifact/mosaicml/mpt-7b');
      await page.getByText('The server is busy').first().waitFor();
    },
  },
  {
    name: 'nothing is known by the name',
    settings: { allow: [/404/] },
    run: async (page) => {
      await goto(page, '/ui/artifact/vicuna');
      await page.getByText('Did you mean').waitFor();
      await shot(page, 'state-unknown');
      await page.locator('.notice a').first().click();
      await page.locator('.answer').waitFor();
      await goto(page, '/ui/search?q=zzzzqqqq');
      await page.getByText('Nothing is known by the name').waitFor();
      await shot(page, 'state-empty-search');
    },
  },
  {
    name: 'a slow answer leaves the last one and says that it is being updated',
    run: async (page) => {
      await goto(page, '/ui/artifact/mosaicml/mpt-7b-instruct');
      await page.route('**/lineage.v1.PermissionService/Explain', async (route) => {
        await new Promise((done) => setTimeout(done, 800));
        await route.continue();
      });
      await page.locator('.stance').first().click();
      await page.locator('.artifact-main[aria-busy="true"]').waitFor();
      check(await page.locator('.answer').isVisible(), 'the answer is gone');
      await page.locator('.answer.undetermined').waitFor();
    },
  },
  {
    name: 'data refuse to be drawn as a page of another origin',
    run: async (page) => {
      const response = await page.goto(`${url}/`);
      check((response.headers()['content-security-policy'] ?? '').includes("frame-ancestors 'none'"), 'may be framed');
    },
  },
];
