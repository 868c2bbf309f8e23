// Station's pages as a browser sees them, with and without JavaScript.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';

const screenshots = process.env.ISACBOT_SCREENSHOTS;
let host, facts, browser;

before(async () => {
  host = spawn(process.env.PAGE_HOST, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: host.stdout }), 'line');
  facts = JSON.parse(line);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
});

after(async () => {
  await browser?.close();
  host?.stdin.end();
});

const indicatorPath = (type, value) =>
  '/constellation/reports/' + Buffer.from(encodeURIComponent(`${type}|${value}`)).toString('base64');

// A page that remembers everything it should not do.
async function open(javaScriptEnabled) {
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 1000, height: 760 } });
  const page = await context.newPage();
  const faults = [];
  const own = facts.url + '/';
  page.on('request', (r) => {
    if (!r.url().startsWith(own)) faults.push(`asked for ${r.url()}`);
  });
  page.on('dialog', (d) => {
    faults.push(`dialog ${d.message()}`);
    d.dismiss();
  });
  page.on('pageerror', (e) => faults.push(`error ${e.message}`));
  page.on('console', (m) => faults.push(`console ${m.text()}`)); // the browser reports broken policies here
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (e) =>
      console.error(`policy ${e.violatedDirective} ${e.blockedURI}`));
  });
  return { context, page, faults };
}

async function logIn(page, path) {
  await page.goto(facts.url + path);
  await page.fill('input[name=key]', facts.key);
  await page.fill('input[name=secret]', facts.secret);
  if (path === '/') await picture(page, 'login');
  await page.click('main button');
}

async function picture(page, name) {
  if (!screenshots) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: true });
}

const pathOf = (page) => new URL(page.url()).pathname;

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test('a link to a report leads through the login to the report', async () => {
      const { context, page, faults } = await open(javaScriptEnabled);
      const path = '/constellation/reports/' + facts.report;
      await logIn(page, path);
      assert.equal(pathOf(page), path);
      assert.equal(await page.textContent('h1'), 'Invoice wave reaches finance departments');
      const body = await page.textContent('pre');
      assert.match(body, /hxxps:\/\/login-example\[\.\]org/);
      assert.match(body, /c2\.updates-example\[\.\]net/);
      assert.ok((await page.locator('pre mark a').count()) >= 4);
      assert.deepEqual(await page.locator('.tag').allTextContents(), ['phishing', 'tlp:amber']);
      assert.ok(await page.getByText('Invoice wave: first sightings').count(), 'correlated');
      assert.equal(await page.getByText('Not for Ada').count(), 0);
      assert.equal(await page.locator('a[href^="javascript:"]').count(), 0);
      if (javaScriptEnabled) await picture(page, 'report');

      await page.locator('pre mark a', { hasText: 'c2.updates' }).first().click();
      assert.equal(await page.textContent('h1'), 'c2.updates-example[.]net');
      assert.ok(await page.getByText('Example Intel: Risk Score 91 (high)').count());
      assert.ok(await page.getByText('<b>seen</b> in proxy logs').count());
      assert.ok(await page.getByText('Invoice wave: first sightings').count());
      assert.equal(await page.getByText('Not for Ada').count(), 0);
      if (javaScriptEnabled) await picture(page, 'indicator');

      const other = await page.goto(facts.url + '/constellation/reports/' + facts.hidden);
      assert.equal(other.status(), 404);
      assert.deepEqual(faults.filter((f) => !f.includes('404')), []);
      await context.close();
    });

    test('a report that would like to be markup is text', async () => {
      const { context, page, faults } = await open(javaScriptEnabled);
      await logIn(page, '/constellation/reports/' + facts.hostile);
      assert.match(await page.textContent('h1'), /<script>window\.pwned = 1<\/script>/);
      assert.match(await page.textContent('pre'), /<img src=/);
      assert.equal(await page.locator('script, img, iframe, svg, main style').count(), 0);
      assert.equal(await page.locator('[onerror], [onload]').count(), 0);
      assert.ok(await page.locator('pre').isVisible());
      if (javaScriptEnabled) assert.equal(await page.evaluate(() => window.pwned), undefined);
      assert.deepEqual(faults, []);
      await context.close();
    });

    test('search, account and logout work by forms alone', async () => {
      const { context, page, faults } = await open(javaScriptEnabled);
      await logIn(page, '/');
      assert.equal(pathOf(page), '/');
      await page.fill('input[name=q]', 'invoice');
      await page.press('input[name=q]', 'Enter');
      await page.waitForURL(/q=invoice/);
      assert.ok(await page.getByText('Invoice wave reaches finance departments').count());
      assert.ok(await page.getByText(/billing.*invoices-example\[\.\]net/).count());
      assert.equal(await page.getByText('Not for Ada').count(), 0);
      if (javaScriptEnabled) await picture(page, 'search');
      await page.fill('input[name=q]', '"><script>alert(4)</script>');
      await page.press('input[name=q]', 'Enter');
      await page.waitForURL(/script/);
      assert.equal(await page.inputValue('input[name=q]'), '"><script>alert(4)</script>');
      assert.equal(await page.locator('script').count(), 0);

      await page.click('nav a[href="/account"]');
      assert.equal(pathOf(page), '/account');
      assert.ok(await page.getByText(facts.key).count());
      assert.ok(!(await page.content()).includes(facts.secret));
      assert.ok(await page.getByText('read, submit, change').count());
      if (javaScriptEnabled) await picture(page, 'account');

      await page.click('header button');
      await page.goto(facts.url + '/account');
      assert.equal(await page.locator('input[name=secret]').count(), 1, 'asked to log in again');
      assert.deepEqual(faults, []);
      await context.close();
    });
  });
}

test('the pages fit a telephone', async () => {
  const { context, page } = await open(true);
  await page.setViewportSize({ width: 360, height: 640 });
  for (const path of ['/constellation/reports/' + facts.report, indicatorPath('URL', 'c2.updates-example.net'), '/account']) {
    if (path.includes(facts.report)) await logIn(page, path);
    else await page.goto(facts.url + path);
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    assert.ok(wide <= room, `${path} is ${wide} wide`);
  }
  await context.close();
});

test('a new secret is shown once and ends the session', async () => {
  const { context, page, faults } = await open(false);
  await logIn(page, '/account');
  await page.click('form[action="/account/secret"] button');
  const fresh = await page.textContent('pre');
  assert.match(fresh, /^[0-9a-f]{64}$/);
  await page.goto(facts.url + '/account');
  assert.equal(await page.locator('input[name=secret]').count(), 1);
  facts.secret = fresh;
  await logIn(page, '/account');
  assert.ok(await page.getByText(facts.key).count());
  assert.deepEqual(faults, []);
  await context.close();
});
