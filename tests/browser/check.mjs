// Opens the HTML report in a real browser and asserts what a reader relies on. Prints one line a check, exits 1 on the first failure.
// usage: node check.mjs CHROMIUM PAGE.html SEVERAL.html HOSTILE.html TWO.html
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, single, several, hostile, two] = process.argv.slice(2);
const url = pathToFileURL(single).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

async function open(address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const heard = [];
  page.on("console", (message) => heard.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => heard.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => heard.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) heard.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return { page, heard, context };
}

async function check(name, address, options, body) {
  const { page, heard, context } = await open(address, options);
  await body(page, context);
  assert.deepEqual(heard, [], `${name}: the page was not silent`);
  await context.close();
  console.log(`ok ${name}`);
}

// The viewport is high enough for the whole page: what is off screen is not rendered, and its contrast not checked.
async function clean(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((item) => { item.open = true; }));
  await page.addScriptTag({ content: axe });
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const said = violations.map((item) => `${item.id}: ${item.nodes.map((node) => node.target + " " + node.failureSummary).slice(0, 4).join("\n   ")}`);
  assert.deepEqual(said, []);
}

for (const [name, address] of [["one", url], ["several", pathToFileURL(several).href]]) {
  for (const colorScheme of ["light", "dark"]) {
    await check(`axe ${name} ${colorScheme}`, address, { colorScheme, bypassCSP: true, viewport: { width: 1280, height: 20000 } }, clean);
  }
}
await check("axe narrow", url, { bypassCSP: true, viewport: { width: 390, height: 20000 } }, clean);

await check("structure", url, {}, async (page) => {
  assert.equal(await page.locator("h1").count(), 1);
  for (const landmark of ["main", "nav", "body > header", "body > footer"]) assert.equal(await page.locator(landmark).count(), 1, landmark);
  const repeated = await page.evaluate(() => {
    const ids = [...document.querySelectorAll("[id]")].map((item) => item.id);
    return ids.filter((id, at) => ids.indexOf(id) !== at);
  });
  assert.deepEqual(repeated, []);
  const dangling = await page.evaluate(() => [...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash).filter((hash) => !document.getElementById(hash.slice(1))));
  assert.deepEqual(dangling, []);
  const data = JSON.parse(await page.locator("#data").textContent());
  assert.equal(data.schema_version, 1);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
});

const unfold = (page, id) => page.locator(`#${id}-section > details > summary`).click();
const FINDINGS = "#list-findings article:not([hidden])";

await check("filter and search", url, {}, async (page) => {
  await unfold(page, "findings");
  const form = page.locator("form[data-list=list-findings]");
  const shown = () => page.locator(FINDINGS).count();
  const total = await shown();
  await form.locator("select[data-key=severity]").selectOption("error");
  assert.ok((await shown()) < total && (await shown()) > 0);
  assert.equal(await form.locator("output").textContent(), `${await shown()} of ${total} shown`);
  await form.locator("button[type=reset]").click();
  await page.waitForFunction(([selector, count]) => document.querySelectorAll(selector).length === count, [FINDINGS, total]);
  await page.keyboard.press("/");
  await page.keyboard.type("hooks flush");
  await page.waitForFunction(([selector, count]) => document.querySelectorAll(selector).length < count, [FINDINGS, total]);
  for (const text of await page.locator(FINDINGS).allTextContents()) assert.match(text, /flush/);
  await page.keyboard.press("Escape");
  assert.equal(await shown(), total);
  await unfold(page, "requests");
  await page.locator("form[data-list=list-requests] input").fill("webhooks");
  await page.waitForFunction(() => document.querySelectorAll("#list-requests [data-group]:not([hidden])").length === 1);
});

await check("order", url, {}, async (page) => {
  await unfold(page, "findings");
  await unfold(page, "requests");
  await page.locator("select[name=order]").selectOption("rank");
  const ranks = await page.locator(FINDINGS).evaluateAll((items) => items.map((item) => +item.dataset.rank));
  assert.deepEqual(ranks, ranks.toSorted((a, b) => a - b));
  assert.notEqual(new Set(ranks).size, 1);
  const table = page.locator("table#endpoints-section");
  const button = table.locator("th button").first();
  const column = () => table.locator("tbody th").allTextContents();
  await button.click();
  assert.equal(await table.locator("th").first().getAttribute("aria-sort"), "ascending");
  const up = await column();
  await button.click();
  assert.equal(await table.locator("th").first().getAttribute("aria-sort"), "descending");
  assert.deepEqual(await column(), up.toReversed());
});

await check("copy", url, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const said = async (button) => {
    await page.evaluate(() => { document.getElementById("said").textContent = ""; });
    await button.click();
    await page.waitForFunction(() => document.getElementById("said").textContent !== "");
    return copied();
  };
  const names = await page.locator("#scopes-section ul.ticks").first().locator("code.scope").allTextContents();
  assert.deepEqual((await said(page.getByRole("button", { name: /^Copy \d+ scopes?$/ }).first())).trim().split(/\s+/), names);
  assert.match(await said(page.locator("#answer-section .copy button")), /^hapikey-migrator migrate/);
  const id = await page.locator("#changes-section .head").evaluateAll((heads) => heads.find((head) =>
    head.dataset.patch !== undefined || head.textContent.includes("Copy as a patch")).parentElement.id);
  const change = page.locator(`[id="${id}"]`);
  await change.evaluate((item) => { item.closest("details").open = true; });
  const patch = await said(change.getByRole("button", { name: "Copy as a patch" }));
  const data = JSON.parse(await page.locator("#data").textContent());
  assert.ok(data.changes.some((item) => item.diff === patch));
  await unfold(page, "steps");
  await page.locator("summary", { hasText: "Project file" }).first().click();
  await page.getByRole("button", { name: "Copy file" }).first().click();
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes("requiredScopes"));
});

await check("deep links", `${url}#f-key_in_url-client-30`, {}, async (page) => {
  const target = page.locator("#f-key_in_url-client-30");
  await target.waitFor();
  await page.waitForFunction(() => {
    const box = document.getElementById("f-key_in_url-client-30").getBoundingClientRect();
    return box.top > -50 && box.top < innerHeight;
  });
  await page.locator("form[data-list=list-findings] select[data-key=severity]").selectOption("note");
  assert.ok(!(await target.isVisible()));
  await page.evaluate(() => { location.hash = "#main"; });
  await page.evaluate(() => { location.hash = "#f-key_in_url-client-30"; });
  await target.waitFor({ state: "visible" });
});

await check("deep links between projects", `${pathToFileURL(several).href}#r2-k-k-contact`, {}, async (page) => {
  await page.locator("#r2-k-k-contact").waitFor({ state: "visible" });
});

await check("theme", url, { colorScheme: "light" }, async (page) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole("button", { name: "Dark theme" }).click();
  assert.notEqual(await background(), light);
  await page.getByRole("button", { name: "Light theme" }).click();
  assert.equal(await background(), light);
});

await check("scripts off", url, { javaScriptEnabled: false }, async (page) => {
  for (const text of ["What to do", "crm.objects.deals.write", "gone since", "Scopes to grant", "Endpoints with an end date"]) {
    assert.ok(await page.getByText(text).first().isVisible(), text);
  }
  for (const id of await page.evaluate(() => [...new Set([...document.querySelectorAll('a[href^="#"]')].map((item) => item.hash.slice(1)))])) {
    await page.goto(`${url}#${id}`);
    const state = await page.evaluate((name) => {
      const item = document.getElementById(name);
      return item.hidden || item.closest("[hidden]") ? "hidden" : item.checkVisibility() ? "shown" : "folded";
    }, id);
    assert.notEqual(state, "folded", id);
  }
  assert.equal(await page.locator("form:visible").count(), 0);
  assert.equal(await page.locator("button:visible").count(), 0);
});

await check("print", url, { colorScheme: "dark" }, async (page) => {
  const pdf = await page.pdf();
  assert.ok(pdf.length > 50_000, `${pdf.length} bytes`);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  assert.ok(!(await page.locator("nav.toc").isVisible()));
});

await check("print of two requests", pathToFileURL(two).href, {}, async (page) => {
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1);
  await page.setViewportSize({ width: 700, height: 1000 });
  await page.emulateMedia({ media: "print" });
  const cut = await page.evaluate(() => [...document.querySelectorAll("main *")].filter((item) => item.checkVisibility() && item.scrollWidth > item.clientWidth + 1 && getComputedStyle(item).overflowX !== "visible" && !item.closest(".unseen")).map((item) => item.outerHTML.slice(0, 80)));
  assert.deepEqual(cut, []);
});

await check("ticks are kept", url, {}, async (page) => {
  const scope = page.locator("#scopes-section input[type=checkbox]").first();
  const file = page.locator("#changes-section .file").first();
  await file.locator("> details").evaluate((item) => { item.open = true; });
  await scope.check();
  await file.locator("input[data-seen]").check();
  assert.ok(!(await file.locator("> details").evaluate((item) => item.open)));
  await page.reload();
  assert.ok(await scope.isChecked());
  assert.ok(await file.locator("input[data-seen]").isChecked());
  assert.ok(!(await page.locator("#scopes-section input[type=checkbox]").nth(1).isChecked()));
});

await check("changes", url, {}, async (page) => {
  const shown = () => page.locator("#list-changes [data-item]:not([hidden])").count();
  const form = page.locator("form[data-list=list-changes]");
  const total = await shown();
  for (const fix of ["safe", "unsafe", "manual"]) {
    await form.locator("select[data-key=fix]").selectOption(fix);
    const kinds = await page.locator("#list-changes [data-item]:not([hidden])").evaluateAll((items) => items.map((item) => item.dataset.fix));
    assert.ok(kinds.length > 0 && kinds.length < total && kinds.every((kind) => kind === fix), fix);
  }
  await form.locator("button[type=reset]").click();
  await page.evaluate(() => document.querySelectorAll("#list-changes details").forEach((item) => { item.open = true; }));
  await form.locator("select[name=view]").selectOption("split");
  const split = page.locator("#list-changes .split").first();
  await split.waitFor();
  assert.equal((await split.locator(".l:not(.head)").count()) % 2, 0);
  assert.equal(await page.locator("#list-changes pre.diff:visible").count(), 0);
  const sides = await split.evaluate((item) => [...item.querySelectorAll(".l:not(.head)")].map((line, at) => [at % 2, line.tagName]));
  assert.ok(sides.every(([side, tag]) => tag !== (side ? "DEL" : "INS")));
  await form.locator("select[name=view]").selectOption("");
  assert.ok(await page.locator("#list-changes pre.diff").first().isVisible());
  assert.ok((await page.locator("#list-changes .w").count()) > 0);
});

await check("days are counted when the page is read", pathToFileURL(two).href, {}, async (page) => {
  const left = page.locator("[data-until]").first();
  const until = Date.parse(await left.getAttribute("data-until"));
  for (const [days, said] of [[3, "3 days left"], [1, "1 day left"], [-4, "over"]]) {
    await page.clock.setFixedTime(new Date(until - days * 86_400_000));
    await page.reload();
    assert.equal(await left.textContent(), said);
  }
});

await check("hostile text", pathToFileURL(hostile).href, {}, async (page) => {
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(await page.locator("script").count(), 2);
  await page.evaluate(() => document.querySelectorAll("details").forEach((item) => { item.open = true; }));
  for (const button of await page.locator("th button").all()) await button.click();
  await page.locator("form[data-list=list-findings] input").fill("<img src=x onerror=alert(1)>");
  await page.waitForFunction(() => document.querySelector("form[data-list=list-findings] output").textContent.startsWith("15"));
});

await check("no sideways scrolling", url, { viewport: { width: 360, height: 800 } }, async (page) => {
  await page.evaluate(() => document.querySelectorAll("details").forEach((item) => { item.open = true; }));
  const broken = await page.evaluate(() => [...document.querySelectorAll("code.scope")].filter((item) => item.checkVisibility() && item.getClientRects().length > 1).length);
  assert.equal(broken, 0);
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= window, `${wide} > ${window}`);
});

await browser.close();
