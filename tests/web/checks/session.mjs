// Signing in: the token is in memory alone.
export const checks = ({ goto, check, shot, closedUrl, token }) => (closedUrl ? [
  {
    name: 'a token opens the page, a reload forgets it',
    settings: { allow: [/401/] },
    run: async (page) => {
      await goto(page, '/ui/artifact/mosaicml/mpt-7b', closedUrl);
      await page.getByText('You need to sign in').first().waitFor();
      await shot(page, 'sign-in-needed');
      await page.locator('.notice').getByRole('link', { name: 'Sign in' }).first().click();
      await page.getByLabel('Access token').fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('does not accept this token').waitFor();
      await shot(page, 'sign-in');
      await page.getByLabel('Access token').fill(token);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.locator('.answer').waitFor();
      const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
      check(!kept.includes(token), 'the token was stored');
      await page.getByRole('link', { name: 'Sign out' }).click();
      await page.getByText('You need to sign in').first().waitFor();
      await page.goBack();
      await page.getByText('You need to sign in').first().waitFor();
    },
  },
] : []);
