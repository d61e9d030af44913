(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  // Where storage is refused (a file opened from disk, a hardened browser), what is kept lasts as long as the page.
  const stored = (name, value) => {
    try {
      return value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value);
    } catch {
      return null;
    }
  };
  const saved = stored("theme");
  if (saved === "light" || saved === "dark") root.dataset.theme = saved;

  const theme = () => root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  function themes(button) {
    const label = () => { button.textContent = theme() === "dark" ? "Light theme" : "Dark theme"; };
    button.addEventListener("click", () => {
      root.dataset.theme = theme() === "dark" ? "light" : "dark";
      stored("theme", root.dataset.theme);
      label();
    });
    label();
    button.hidden = false;
  }

  function copies(button, text) {
    const said = button.textContent;
    button.addEventListener("click", async () => {
      const copied = await text();
      try {
        await navigator.clipboard.writeText(copied);
      } catch {
        const field = document.createElement("textarea");
        field.value = copied;
        document.body.append(field);
        field.select();
        document.execCommand("copy");
        field.remove();
      }
      document.getElementById("said").textContent = "Copied to the clipboard";
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = said; }, 2000);
    });
    button.hidden = false;
  }

  let parsed;
  const reports = () => (parsed ??= (async () => {
    const data = document.getElementById("data");
    let text = data.textContent;
    if (data.type === "application/gzip") {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    }
    return [JSON.parse(text)].flat();
  })());

  // The buttons of a file are made when it is opened: a large page has thousands of changes.
  function patches(form) {
    const list = document.getElementById(form.dataset.list);
    const fill = (file) => {
      for (const head of all("[data-change] > .head[data-patch]", file)) {
        const id = head.parentElement.dataset.change;
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = "Copy as a patch";
        head.removeAttribute("data-patch");
        head.insertBefore(button, head.querySelector(".self"));
        copies(button, async () => (await reports())[form.dataset.report].changes.find((change) => change.id === id).diff);
      }
    };
    for (const file of all("details[data-print]", list)) {
      if (file.open) fill(file);
      file.addEventListener("toggle", () => { if (file.open) fill(file); });
    }
  }

  // A tick is kept by what it stands for, so it is gone when that has changed.
  function ticks(box) {
    const name = `hapikey ${box.dataset.keep}`;
    box.checked = stored(name) === "1";
    const shown = () => {
      if (box.dataset.seen === undefined) return;
      box.closest(".file").classList.toggle("done", box.checked);
      if (box.checked) box.closest(".file").querySelector("details").open = false;
    };
    box.addEventListener("change", () => { stored(name, box.checked ? "1" : ""); shown(); });
    if (box.closest("label.seen")) box.closest("label.seen").hidden = false;
    shown();
  }

  function split(diff) {
    const made = document.createElement("div");
    made.className = "diff split";
    const cell = (line, side) => {
      const copy = line ? line.cloneNode(true) : document.createElement("span");
      copy.classList.add("l");
      if (line) copy.dataset.n = line.dataset.n.slice(side * 5, side * 5 + 4).trim();
      made.append(copy);
    };
    const lines = [...diff.children];
    while (lines.length) {
      const run = (kind) => {
        const found = [];
        while (lines.length && lines[0].classList.contains(kind)) found.push(lines.shift());
        return found;
      };
      const gone = run("del");
      const come = run("add");
      for (let at = 0; at < Math.max(gone.length, come.length); at += 1) {
        cell(gone[at], 0);
        cell(come[at], 1);
      }
      if (gone.length || come.length) continue;
      const line = lines.shift();
      if (line.classList.contains("head")) made.append(line.cloneNode(true));
      else { cell(line, 0); cell(line, 1); }
    }
    diff.after(made);
    return made;
  }

  // Side by side is built for what is open, when it is: most of a long report never is.
  function layouts(form) {
    const choice = form.elements.view;
    const list = document.getElementById(form.dataset.list);
    const apply = () => {
      const wanted = choice.value === "split";
      for (const diff of all("details[open] pre.diff", list)) {
        const beside = diff.nextElementSibling?.classList.contains("split") ? diff.nextElementSibling : null;
        if (wanted && !beside) split(diff);
        else if (beside) beside.hidden = !wanted;
        diff.hidden = wanted;
      }
    };
    choice.value = stored("view") || "";
    choice.addEventListener("change", () => { stored("view", choice.value); apply(); });
    form.addEventListener("reset", () => setTimeout(() => { stored("view", ""); apply(); }));
    list.addEventListener("toggle", apply, true);
    apply();
  }

  // Days are counted when the page is read, which may be long after it was made.
  function days(item) {
    const left = Math.ceil((new Date(item.dataset.until) - Date.now()) / 86_400_000);
    item.textContent = left > 0 ? `${left} ${left === 1 ? "day" : "days"} left` : "over";
  }

  function tables(table) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const value = (row, at) => row.cells[at].dataset.value ?? row.cells[at].textContent.trim();
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].map((row) => [value(row, at), row]);
        rows.sort(([a], [b]) => (down ? -1 : 1) * a.localeCompare(b, "en", { numeric: true }));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  function filters(form) {
    const list = document.getElementById(form.dataset.list);
    const items = all("[data-item]", list).map((element, place) => ({ element, place, text: null }));
    const groups = all("[data-group]", list);
    const search = form.elements.search;
    const choices = all("select[data-key]", form);
    const order = form.elements.order;

    function apply() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const item of items) {
        const data = item.element.dataset;
        let fits = choices.every((choice) => !choice.value || data[choice.dataset.key] === choice.value);
        if (fits && words.length) {
          item.text ??= item.element.textContent.toLowerCase();
          fits = words.every((word) => item.text.includes(word));
        }
        item.element.hidden = !fits;
        shown += fits;
      }
      for (const group of groups) group.hidden = !group.querySelector("[data-item]:not([hidden])");
      form.querySelector("output").textContent = `${shown} of ${items.length} shown`;
    }

    function sort() {
      const key = order.value;
      const by = (item) => (key ? item.element.dataset[key] : "");
      const compare = (a, b) => by(a).localeCompare(by(b), "en", { numeric: true }) || a.place - b.place;
      list.append(...items.toSorted(compare).map((item) => item.element));
    }

    let waiting = 0;
    search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(apply, 120);
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { search.value = ""; apply(); }
    });
    choices.forEach((choice) => choice.addEventListener("change", apply));
    order?.addEventListener("change", sort);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { apply(); if (order) sort(); }));
    form.hidden = false;
  }

  function reveal() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let outer = target; outer; outer = outer.parentElement) {
      if (outer.tagName === "DETAILS") outer.open = true;
      if (outer.hidden) outer.hidden = false;
    }
    // What lies above has only its estimated height until it was near the screen once.
    requestAnimationFrame(() => requestAnimationFrame(() => target.scrollIntoView({ behavior: "instant" })));
  }

  function prints() {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = all("details[data-print]:not([open])");
      opened.forEach((item) => { item.open = true; });
    });
    addEventListener("afterprint", () => opened.forEach((item) => { item.open = false; }));
  }

  function keys(event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    const search = all("form[data-list] input[type=search]").at(-1);
    if (!search) return;
    event.preventDefault();
    for (let outer = search; outer; outer = outer.parentElement) if (outer.tagName === "DETAILS") outer.open = true;
    search.focus();
  }

  document.addEventListener("DOMContentLoaded", () => {
    all("button[data-theme]").forEach(themes);
    all("button[data-copy]").forEach((button) => copies(button, () => document.getElementById(button.dataset.copy).textContent));
    all("form[data-report]").forEach(patches);
    all("input[data-keep]").forEach(ticks);
    all("[data-until]").forEach(days);
    all("table[data-sortable]").forEach(tables);
    all("form[data-list]").forEach(filters);
    all("form[data-report]").forEach(layouts);
    addEventListener("hashchange", reveal);
    addEventListener("keydown", keys);
    prints();
    reveal();
  });
})();
