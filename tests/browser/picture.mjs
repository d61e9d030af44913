// Takes the picture of a page that the README shows. usage: node picture.mjs CHROMIUM PAGE.html PICTURE.png
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, file, path] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1180, height: 830 }, colorScheme: "light" });
await page.goto(pathToFileURL(file).href);
await page.screenshot({ path });
await browser.close();
