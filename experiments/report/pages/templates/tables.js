// Makes the headings of every sortable table into buttons that sort it, and puts a filter over a long one; without
// JavaScript it is a plain table.
const LONG = 8;
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    if (column === 0) head.setAttribute("aria-sort", "ascending");
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      const key = (row) => row.cells[column].dataset.key;
      const keys = [...body.rows].map(key).filter((text) => text !== "nan");
      const numbers = keys.every((text) => text !== "" && !Number.isNaN(Number(text)));
      const order = (a, b) => {
        const [x, y] = [key(a), key(b)];
        if (x === "nan" || y === "nan") return (x === "nan") - (y === "nan");
        const step = numbers ? Number(x) - Number(y) : x.localeCompare(y, "en", { numeric: true });
        return up ? step : -step;
      };
      body.append(...[...body.rows].sort(order));
      for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
    });
  });
  if (body.rows.length > LONG) filtered(table, body);
}

function filtered(table, body) {
  const field = document.createElement("input");
  field.type = "search";
  const label = document.createElement("label");
  label.className = "filter";
  label.append("Rows with ", field);
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  label.append(" ", count);
  table.parentElement.before(label);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of body.rows) {
      const cells = [...row.cells].map((cell) => cell.textContent.toLowerCase());
      row.hidden = !words.every((word) => cells.some((cell) => cell.includes(word)));
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = words.length ? `${shown} of ${body.rows.length}` : "";
  });
}
