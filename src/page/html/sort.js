"use strict";
// Tables are sorted by their heads; without this script they stay as they were written.
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
const key = (row, at) => {
  const cell = row.cells[at];
  return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
};
const compare = (a, b) =>
  typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
const sort = (table, head) => {
  const at = head.cellIndex;
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows, (row) => [key(row, at), row]);
  rows.sort((a, b) => (down ? compare(b[0], a[0]) : compare(a[0], b[0])));
  body.replaceChildren(...rows.map(([, row]) => row));
};
for (const head of document.querySelectorAll("table.sortable th:not(.barcell)")) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = document.body.dataset.sort;
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => sort(head.closest("table"), head));
}
// A link to a closed list opens it.
const reveal = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
};
addEventListener("hashchange", reveal);
reveal();
