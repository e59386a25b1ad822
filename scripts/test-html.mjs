// Uses the page of a night as people do, in Chromium: with mouse, keyboard, without scripts, on paper and on a phone.
//
//   node scripts/test-html.mjs PACKAGES BROWSER PAGE [RUN.JSON] [--shots DIR]
//
// PACKAGES is a folder with playwright-core and axe-core, which scripts/test-html fetches. Counts that the page shows are held
// against RUN.JSON, where it is given. It prints how long opening and filtering take, and fails where that is a second or more.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [packages, browserPath, file, ...more] = process.argv.slice(2);
const require = createRequire(path.resolve(packages) + "/");
const { chromium } = require("playwright-core");
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const shotsAt = more.indexOf("--shots");
const shots = shotsAt < 0 ? null : more[shotsAt + 1];
const run = more[0] && more[0] !== "--shots" ? JSON.parse(await readFile(more[0], "utf8")) : null;
const url = pathToFileURL(path.resolve(file)).href;
const name = path.basename(file, ".html");

const browser = await chromium.launch({
  executablePath: browserPath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND"],
});

// A page in a context of its own; whatever it says, asks for or shows by itself is a failure.
async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => { wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (request.url() !== url) wrong.push(`request: ${request.url()}`); });
  await page.goto(url);
  return { page, close: async () => { assert.deepEqual(wrong, [], `${file}: ${options.colorScheme ?? ""}`); await context.close(); } };
}

const digits = (text) => Number(text.replace(/\D/g, ""));
const matches = async (page) => page.locator("#matches").textContent();
// What the line says: how many match, of how many; in Kazakh the whole comes first.
async function counted(page) {
  const numbers = (await matches(page)).match(/\d[\d,\u00a0]*/g).map(digits);
  return Math.min(...numbers);
}
const rows = (page) => page.locator("#grid tbody tr[data-place]");
const cellsOf = (page, column) => page.locator(`#grid tbody tr[data-place] td.${column}`).allTextContents();

async function uses() {
  const { page, close } = await open();
  const told = JSON.parse(await page.locator("#told").textContent());
  const all = told.cases.id.length;
  if (all === 0) {
    assert.ok(await page.locator("#live").isHidden(), "nothing to search, no search");
    return close();
  }
  assert.ok(await page.locator("#live").isVisible() && await page.locator("#plain").isHidden());
  assert.equal(await counted(page), all);
  assert.ok(await rows(page).count() < 80, "only rows in sight are elements");
  const [wide, room] = await page.evaluate(() => ["grid", "window"].map((id) => document.getElementById(id).clientWidth));
  assert.ok(wide >= room - 20, `the table has the width of its window: ${wide} of ${room}`);

  // Each kind and band, against the account of the run; of a page that holds a part of the cases, at most that many.
  if (run) {
    const sum = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);
    const held = told.cases.kind.filter((at) => told.kinds[at].table !== 2).length;
    const whole = held === sum(run.counts.corrections) + sum(run.counts.suspects);
    const agrees = (shown, expected, what) =>
      assert.ok(whole ? shown === expected : shown <= expected, `${what}: ${shown} of ${expected}`);
    for (const [at, kind] of told.kinds.entries()) {
      if (kind.table === 2) continue;
      await page.locator("#kind").selectOption(`k${at}`);
      const expected = (kind.table === 0 ? run.counts.corrections : run.counts.suspects)[kind.code];
      agrees(await counted(page), expected, kind.code);
    }
    for (const [table, counts] of [["t0", run.counts.corrections], ["t1", run.counts.suspects]]) {
      if (sum(counts) === 0) continue;
      await page.locator("#kind").selectOption(table);
      agrees(await counted(page), sum(counts), table);
    }
  }
  const states = page.locator("#state option");
  for (const [at, state] of told.states.entries()) {
    if (state.code === "" || await states.count() === 0) continue;
    await page.locator("#kind").selectOption("");
    await page.locator("#state").selectOption(`s${at}`);
    assert.equal(await counted(page), told.cases.state.filter((own) => own === at).length, state.code);
  }
  await page.locator("#reset").click();
  await page.waitForFunction((all) => document.querySelector("#grid").getAttribute("aria-rowcount") === String(all + 1), all);

  // A case by its id, small letters too; nothing where nothing is.
  const wanted = told.cases.id[Math.floor(all / 2)];
  await page.locator("#words").fill(wanted.toLowerCase());
  assert.equal(await counted(page), told.cases.id.filter((id) => id === wanted).length);
  assert.deepEqual([...new Set(await cellsOf(page, "id"))], [wanted]);
  await page.locator("#words").fill("no such case is here");
  assert.equal(await counted(page), 0);
  assert.ok(await page.locator("#none").isVisible());
  await page.locator("#words").fill("");

  // Sorting: the greatest first, the least first, and as it was; those without a value come last.
  const ages = told.cases.age.filter((age) => age !== null).sort((a, b) => a - b);
  const age = page.locator("#grid th.age button");
  const head = page.locator("#grid th.age");
  const first = async () => { const text = (await cellsOf(page, "age"))[0]; return (text.startsWith("-") ? -1 : 1) * digits(text); };
  const before = await cellsOf(page, "id");
  if (ages.length > 0) {
    await age.click();
    assert.equal(await head.getAttribute("aria-sort"), "descending");
    assert.equal(await first(), ages.at(-1));
    await age.click();
    assert.equal(await head.getAttribute("aria-sort"), "ascending");
    assert.equal(await first(), ages[0]);
    await age.click();
    assert.equal(await head.getAttribute("aria-sort"), null);
    assert.deepEqual(await cellsOf(page, "id"), before);
  }
  for (const by of ["id", "what", "sure", "number"]) await page.locator(`#grid th.${by} button`).click();

  // By keyboard alone.
  await page.locator("#reset").click();
  await page.locator("#grid th.number button").click();
  await page.locator("#grid th.number button").click();
  await page.keyboard.press("Escape");
  await page.locator("#grid").focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator("#grid").getAttribute("aria-activedescendant"), "row-0");
  await page.keyboard.press("End");
  assert.equal(await page.locator("#grid").getAttribute("aria-activedescendant"), `row-${all - 1}`);
  assert.ok(await page.locator(`#row-${all - 1}`).isVisible());
  // Asked in one breath: the page itself is still scrolling smoothly to the table.
  const within = await page.evaluate((id) => {
    const [row, room] = [id, "window"].map((id) => document.getElementById(id).getBoundingClientRect());
    return row.bottom <= room.bottom + 1 && row.top >= room.top;
  }, `row-${all - 1}`);
  assert.ok(within, "the chosen row is in sight");
  if (all > 40) {
    await page.keyboard.press("PageUp");
    const at = digits(await page.locator("#grid").getAttribute("aria-activedescendant"));
    assert.ok(at < all - 5 && at > all - 40, `${at} of ${all}`);
  }
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  const chosen = await page.locator("#chosen-case code").first().textContent();
  assert.equal(chosen, (await cellsOf(page, "id"))[0]);
  assert.ok((await page.locator("#chosen-case").textContent()).includes(`iinrec explain DIR ${chosen}`));
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "words");
  assert.equal(await page.locator("#words").inputValue(), "", "the key that leads there is not typed");

  // Another size of the window leaves the place.
  if (all > 100) {
    await page.locator("#window").evaluate((room) => { room.scrollTop = 900; });
    await page.setViewportSize({ width: 900, height: 700 });
    await page.waitForTimeout(100);
    assert.equal(await page.locator("#window").evaluate((room) => room.scrollTop), 900);
  }

  // Far down, where rows are made as they come into sight.
  if (all > 100) {
    await page.locator("#window").evaluate((room) => { room.scrollTop = room.scrollHeight / 2; });
    await page.waitForFunction(() => document.querySelector("#grid tbody tr[data-place]").dataset.place > 10);
    const places = await rows(page).evaluateAll((rows) => rows.map((row) => Number(row.dataset.place)));
    assert.ok(places.every((place, at) => at === 0 || place === places[at - 1] + 1));
  }
  await close();
}

async function readable() {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1200, 320]) {
      const { page, close } = await open({ colorScheme, viewport: { width, height: 900 } });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${file}: ${wide} px wide at ${width}`);
      for (const details of await page.locator("details").all()) await details.evaluate((own) => { own.open = true; });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const told = violations.map((own) => `${own.id} (${own.impact}): ${own.nodes.map((node) => node.target.join(" ")).slice(0, 4).join("; ")}`);
      assert.deepEqual(told, [], `${file}, ${colorScheme}, ${width} px`);
      if (shots) await page.screenshot({ path: path.join(shots, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      await close();
    }
  }
  const plain = await open({ javaScriptEnabled: false });
  assert.ok(await plain.page.locator("#plain").isVisible() && await plain.page.locator("#live").isHidden());
  await plain.close();
  const printed = await open();
  await printed.page.emulateMedia({ media: "print" });
  assert.ok(await printed.page.locator("#plain").isVisible() && await printed.page.locator("#live").isHidden());
  const pdf = await printed.page.pdf({ format: "A4", ...(shots ? { path: path.join(shots, `${name}.pdf`) } : {}) });
  assert.ok(pdf.length > 10_000);
  await printed.close();
}

// From the start of loading to the first rows, and from a letter to the rows that it leaves.
async function timed() {
  const { page, close } = await open();
  if (await page.locator("#live").isHidden()) return close();
  const opened = await page.evaluate(() => new Promise((done) => {
    const asked = () => document.querySelector("#grid tbody tr[data-place]")
      ? requestAnimationFrame(() => done(performance.now())) : setTimeout(asked, 5);
    asked();
  }));
  const letter = (text) => page.evaluate((text) => new Promise((done) => {
    const words = document.getElementById("words");
    const start = performance.now();
    words.value = text;
    words.dispatchEvent(new Event("input"));
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
  }), text);
  const letters = [];
  for (const text of ["s", "s-", "7", "no", "0 7", ""]) letters.push(await letter(text));
  const sorted = await page.evaluate(() => new Promise((done) => {
    const start = performance.now();
    document.querySelector("#grid th.id button").click();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
  }));
  const slowest = Math.max(...letters);
  console.log(`   ${file}: ${await matches(page)}; opens in ${opened.toFixed(0)} ms, filters in ${slowest.toFixed(0)} ms, sorts in ${sorted.toFixed(0)} ms`);
  assert.ok(opened < 1000 && slowest < 1000 && sorted < 1000, "a second is too long");
  await close();
}

try {
  await uses();
  await readable();
  await timed();
} finally {
  await browser.close();
}
