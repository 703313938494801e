/* Keeps the reader's choice of language and theme, and tells the browser the language. The page works without it. */
(() => {
  const root = document.documentElement;
  const kept = (name, value) => {
    try {
      return value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value);
    } catch {
      return null;
    }
  };
  const speak = () => {
    const chosen = document.querySelector("[name=language]:checked");
    root.lang = chosen.value;
    const title = document.querySelector(`h1 [lang=${chosen.value}]`);
    if (title) document.title = title.textContent;
  };
  for (const name of ["language", "theme"]) {
    const value = kept(`descenso-${name}`);
    for (const choice of document.getElementsByName(name)) {
      if (choice.value === value) choice.checked = true;
      choice.addEventListener("change", () => {
        kept(`descenso-${name}`, choice.value);
        speak();
      });
    }
  }
  speak();
  const filter = document.getElementById("filter");
  if (!filter) return;
  filter.hidden = false;
  const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const rows = [...document.querySelectorAll("[data-open]")].map((row) => [row, plain(row.cells[0].textContent)]);
  const show = () => {
    const words = plain(document.getElementById("filter-words").value).split(/\s+/);
    const open = filter.querySelector("[name=filter]:checked").value;
    let shown = 0;
    for (const [row, name] of rows) {
      row.hidden = !words.every((word) => name.includes(word)) || (open && !row.dataset.open.split(" ").includes(open));
      shown += !row.hidden;
    }
    document.getElementById("filter-count").textContent = `${shown} / ${rows.length}`;
  };
  filter.addEventListener("input", show);
  show();
})();
