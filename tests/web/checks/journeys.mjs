// What people come for, from the first key to the answer.
export const checks = ({ goto, check, shot }) => [
  {
    name: 'a name is typed, chosen, and answered in one sentence',
    run: async (page) => {
      await goto(page, '/');
      await shot(page, 'home');
      await page.getByRole('combobox').first().fill('vicuna-13b-v1.3');
      await page.getByRole('option').first().waitFor();
      await shot(page, 'home-search');
      await page.getByRole('option').first().click();
      await page.locator('.answer-sentence').waitFor();
      check((await page.locator('.answer-sentence').innerText()).startsWith('No.'), 'the sentence does not begin with No');
      check(/\/ui\/artifact\/lmsys\/vicuna-13b-v1\.3$/.test(page.url()), page.url());
      check((await page.locator('.decides').first().innerText()).includes('meta-llama/llama-13b'), 'where the licence came from is not told');
      await page.waitForLoadState('networkidle');
      await shot(page, 'artifact-prohibited');
    },
  },
  {
    name: 'an address of a hub is pasted',
    run: async (page) => {
      await goto(page, '/');
      await page.getByRole('combobox').first().fill('https://hub.example.org/mosaicml/mpt-7b-instruct/tree/main?x=1');
      await page.getByRole('option').first().waitFor();
      check((await page.getByRole('option').first().innerText()).includes('mosaicml/mpt-7b-instruct'), 'not found by its address');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('.answer.permitted').waitFor();
    },
  },
  {
    name: 'a licence is found by its name',
    run: async (page) => {
      await goto(page, '/');
      await page.getByRole('combobox').first().fill('llama 2 community');
      await page.getByRole('option', { name: /Llama 2 Community License/ }).first().click();
      await page.getByRole('heading', { level: 1, name: /Llama 2 Community License/ }).waitFor();
      check(await page.getByText('Your question').count() === 0, 'a licence has no question');
      await page.waitForLoadState('networkidle');
      await shot(page, 'license');
    },
  },
  {
    name: 'what is said about oneself changes the answer at once',
    run: async (page) => {
      await goto(page, '/ui/artifact/lmsys/vicuna-13b-v1.5');
      await page.locator('.answer.conditional').waitFor();
      check(await page.locator('.settle').isVisible(), 'nothing tells what would settle it');
      await shot(page, 'artifact-conditional');
      await page.locator('.settle').getByLabel(/used for/).selectOption('translation');
      await page.locator('.question').getByLabel(/Users a month/).fill('50M');
      await page.locator('.answer.permitted').waitFor();
      check(/mau=50000000/.test(page.url()) && /purpose=translation/.test(page.url()), page.url());
      await page.locator('.headroom').getByText('700,000,000').first().waitFor();
      check(await page.locator('.caveats .undetermined').count() > 0, 'the stricter reading is not told');
      await shot(page, 'artifact-permitted');
      await page.locator('.question').getByLabel(/Users a month/).fill('800M');
      await page.locator('.answer:not(.permitted)').waitFor();
      await page.locator('.question').getByLabel(/Users a month/).fill('many');
      await page.getByText('Write a number').waitFor();
    },
  },
  {
    name: 'a stricter reading of the law changes colours and words',
    run: async (page) => {
      await goto(page, '/ui/artifact/mosaicml/mpt-7b-instruct');
      await page.locator('.answer.permitted').waitFor();
      await page.locator('.stance').first().click();
      await page.locator('.answer.undetermined').waitFor();
      check(await page.locator('.answer .mark.permitted').count() === 0, 'a green sign in an answer that is not settled');
    },
  },
  {
    name: 'the day is moved along what changed',
    run: async (page) => {
      await goto(page, '/ui/artifact/lmsys/vicuna-13b-v1.5');
      const slider = page.getByRole('slider');
      await slider.waitFor();
      await slider.focus();
      await page.keyboard.press('Home');
      await page.waitForURL(/as_of=20\d\d-/);
      await page.locator('.answer.undetermined').waitFor();
      await page.getByRole('button', { name: 'Back to today' }).click();
      await page.locator('.answer.conditional').waitFor();
      check(!/as_of/.test(page.url()), page.url());
    },
  },
  {
    name: 'the proof of another right opens; its clause, source and path are there',
    run: async (page) => {
      await goto(page, '/ui/artifact/lmsys/vicuna-13b-v1.3');
      await page.getByRole('button', { name: /Train on its outputs/ }).click();
      await page.getByRole('heading', { name: 'Why: Train on its outputs' }).waitFor();
      await page.locator('#why .proof-group').first().waitFor();
            const text = await page.locator('#why').innerText();
      check(/Stated by/.test(text) && /§/.test(text), text.slice(0, 300));
      await page.locator('#why .proof-group summary').filter({ hasText: 'llama-13b' }).first().click();
      check(/Path/.test(await page.locator('#why').innerText()), 'no path');
    },
  },
  {
    name: 'a NOTICE is drafted for what is sold',
    run: async (page) => {
      await goto(page, '/ui/artifact/lmsys/vicuna-13b-v1.5?as=sell');
      await page.getByText('NOTICE file').click();
      const file = page.locator('.notice-file');
      await file.waitFor();
      const text = await file.innerText();
      check(text.includes('Llama 2 is licensed under the LLAMA 2 Community License'), text.slice(0, 400));
      check(text.includes('not legal advice'), 'no word that it is no advice');
    },
  },
  {
    name: 'three candidates: which may be sold in the EU, and what goes on the box',
    run: async (page) => {
      await goto(page, '/ui/compare?for=commercial-use,modify,redistribute-derivatives&as=sell&region=EU&modified=yes');
      for (const name of ['meta-llama/Llama-2-7b-hf', 'mosaicml/mpt-7b', 'mistralai/Mistral-7B-v0.1']) {
        const box = page.getByRole('combobox', { name: 'Add a model' });
        await box.fill(name);
        await page.getByRole('option').filter({ hasText: name }).first().click();
        await page.locator('.candidate').filter({ hasText: name }).waitFor();
      }
      await page.getByText(/2 of 3 may be used as asked/).waitFor();
      const llama = await page.locator('.candidate').first().innerText();
      check(llama.includes('Llama 2 is licensed under'), 'what to print is missing');
      await page.waitForLoadState('networkidle');
      await shot(page, 'compare');
      await page.getByLabel('community licence').check();
      await page.getByText('refused by your rule').waitFor();
    },
  },
  {
    name: 'why is one prohibited and the other not',
    run: async (page) => {
      await goto(page, '/ui/compare?ids=lmsys/vicuna-13b-v1.3,lmsys/vicuna-13b-v1.5');
      await page.locator('.candidate.prohibited').waitFor();
      const [first, second] = await page.locator('.candidate').allInnerTexts();
      check(/meta-llama\/llama-13b/.test(first) && /LLaMA License Agreement/.test(first), first);
      check(/meta-llama\/Llama-2-13b-hf/.test(second) && /Llama 2 Community/.test(second), second);
      await shot(page, 'compare-vicuna');
    },
  },
  {
    name: 'a plan: verdict, licences that fit, what to replace',
    run: async (page) => {
      await goto(page, '/ui/what-if?for=commercial-use,redistribute&as=sell');
      await page.getByText('Choose at least one base').waitFor();
      for (const name of ['mosaicml/mpt-7b', 'mosaicml/mpt-7b-chat']) {
        await page.getByRole('combobox', { name: /Add a base/ }).fill(name);
        await page.getByRole('option').filter({ hasText: new RegExp(`${name}\\s`) }).first().click();
        await page.locator('.plan-bases').getByText(name, { exact: true }).waitFor();
      }
      await page.locator('.answer.prohibited').waitFor();
      await page.getByText('Choose the licence that it is to be released under').first().waitFor();
      await page.getByRole('combobox', { name: /A licence, or leave/ }).fill('Apache-2.0');
      await page.getByRole('option').filter({ hasText: 'Apache' }).first().click();
      await page.locator('#repairs').getByText('mosaicml/mpt-7b-chat').first().waitFor();
      await page.locator('#suggestions').getByText('CC-BY-NC-SA-4.0').first().waitFor();
      check(!(await page.locator('.artifact-main').innerText()).includes('planned/'), 'an id of the question is shown');
      await page.waitForLoadState('networkidle');
      await shot(page, 'what-if');
    },
  },
  {
    name: 'findings are grouped, filtered and saved',
    run: async (page) => {
      await goto(page, '/ui/findings');
      await page.locator('.finding-group').first().waitFor();
      await shot(page, 'findings');
      await page.getByLabel('Filter by name or words').fill('the_pile');
      await page.getByText(/of \d+ findings/).waitFor();
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download (CSV)' }).click();
      check((await saving).suggestedFilename() === 'findings.csv', 'no file');
    },
  },
  {
    name: 'what changed between two days',
    run: async (page) => {
      await goto(page, '/ui/changes?from=2023-07-01&to=2026-11-01&about=lmsys/vicuna-13b-v1.5');
      await page.locator('.change').waitFor();
      check((await page.locator('.change').innerText()).includes('llama-2'), 'the new licence is missing');
      await shot(page, 'changes');
    },
  },
  {
    name: 'two licences are compared',
    run: async (page) => {
      await goto(page, '/ui/compare-licenses?a=CC-BY-SA-4.0&b=Apache-2.0');
      await page.locator('.candidate.prohibited').waitFor();
      check(await page.locator('.candidate.permitted').count() === 1, 'the other way is a yes');
      await shot(page, 'compare-licenses');
      await page.getByLabel('How the new work is made').selectOption('data');
      await page.waitForURL(/step=data/);
    },
  },
  {
    name: 'the list of licences is filtered',
    run: async (page) => {
      await goto(page, '/ui/licenses');
      await page.getByText(/4\d\d licences/).waitFor();
      await page.getByLabel('Filter by name').fill('openrail');
      await page.locator('.license-list li').first().waitFor();
      check(await page.locator('.license-list li').count() < 60, 'not filtered');
      await shot(page, 'licenses');
    },
  },
];
