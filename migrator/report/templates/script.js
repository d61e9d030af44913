(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  // Where storage is refused (a file opened from disk, a hardened browser), the theme lasts as long as the page.
  const stored = (value) => {
    try {
      return value === undefined ? localStorage.getItem("theme") : localStorage.setItem("theme", value);
    } catch {
      return null;
    }
  };
  const saved = stored();
  if (saved === "light" || saved === "dark") root.dataset.theme = saved;

  const theme = () => root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  function themes(button) {
    const label = () => { button.textContent = theme() === "dark" ? "Light theme" : "Dark theme"; };
    button.addEventListener("click", () => {
      root.dataset.theme = theme() === "dark" ? "light" : "dark";
      stored(root.dataset.theme);
      label();
    });
    label();
    button.hidden = false;
  }

  function copies(button) {
    const said = button.textContent;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent);
      } catch {
        getSelection().selectAllChildren(source);
        document.execCommand("copy");
      }
      document.getElementById("said").textContent = "Copied to the clipboard";
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = said; }, 2000);
    });
    button.hidden = false;
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
      opened = all("details:not([open])");
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
    search.focus();
  }

  document.addEventListener("DOMContentLoaded", () => {
    all("button[data-theme]").forEach(themes);
    all("button[data-copy]").forEach(copies);
    all("table[data-sortable]").forEach(tables);
    all("form[data-list]").forEach(filters);
    addEventListener("hashchange", reveal);
    addEventListener("keydown", keys);
    prints();
    reveal();
  });
})();
