// Prints how long a page takes to load and to filter, in milliseconds. usage: node load.mjs CHROMIUM PAGE.html
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, file] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
const start = performance.now();
await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const load = performance.now() - start;
const filter = await page.evaluate(async () => {
  const begun = performance.now();
  const choice = document.querySelector("form[data-list$=list-findings] select[data-key=fix]");
  choice.value = "manual";
  choice.dispatchEvent(new Event("change"));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - begun;
});
const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
console.log(JSON.stringify({ load: Math.round(load), filter: Math.round(filter), nodes }));
await browser.close();
