// Draws the model. Everything from a message goes in as text, never as markup.

import type { Alert, Cell, Field, Line, Slide, Stamp } from "./messages.ts";
import type { Model } from "./model.ts";
import { axisEnd, headline, isSimulated, place } from "./model.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Hue a class, the same everywhere on the page. */
const HUES: Record<string, number> = {
  BAS: 265, BLA: 0, EBO: 20, EOS: 35, LYT: 215, MMZ: 95, MON: 185, MYB: 75,
  NGB: 130, NGS: 155, NIF: 240, PLM: 310, PMO: 50, PLT: 285, KSC: 200, ART: 330,
};

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

function element(tag: string, className: string, ...content: (string | Node)[]): HTMLElement {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...content);
  return made;
}

function put(id: string, text: string): void {
  const target = byId(id);
  // Untouched text stays untouched, so that a screen reader doesn't say it again.
  if (target.textContent !== text) target.textContent = text;
}

function time(made: Stamp): string {
  if (made.clock === "unset") return "(clock not set)";
  const date = new Date(made.at);
  return Number.isNaN(date.getTime()) ? made.at : date.toLocaleString();
}

export function draw(model: Model): void {
  const head = headline(model);
  byId("state").dataset["kind"] = head.kind;
  put("state-word", head.word);
  put("state-sentence", head.sentence);
  byId("simulated").hidden = !isSimulated(model);
  byId("complaint").hidden = model.complaint === null;
  put("complaint", model.complaint ?? "");
  if (model.slide !== null) put("notice", model.slide.notice);
  drawAlerts([...model.alerts.values()]);
  drawSlide(model.slide);
  drawField(model.field);
  drawPairs(
    "health-list",
    (model.health?.figures ?? []).map(([name, figure]) => [name.replaceAll("_", " "), spell(figure)]),
  );
  byId("health-empty").hidden = model.health !== null;
  drawPairs("versions", model.status?.versions ?? []);
}

function spell(figure: string | number | boolean): string {
  if (typeof figure === "boolean") return figure ? "yes" : "no";
  return typeof figure === "number" ? figure.toLocaleString() : figure;
}

function drawPairs(id: string, pairs: [string, string][]): void {
  byId(id).replaceChildren(
    ...pairs.map(([name, value]) => element("div", "pair", element("dt", "", name), element("dd", "", value))),
  );
}

function drawAlerts(alerts: Alert[]): void {
  const list = element(
    "ul",
    "",
    ...alerts.map((alert) =>
      element("li", "", element("strong", "", alert.message), ` ${alert.remedy} · ${time(alert)}`),
    ),
  );
  const target = byId("alerts");
  // As in put().
  if (target.textContent !== list.textContent) target.replaceChildren(...list.childNodes);
}

function drawSlide(slide: Slide | null): void {
  byId("slide-empty").hidden = slide !== null;
  byId("slide").hidden = slide === null;
  if (slide === null) return;
  put("slide-name", `${slide.slide} · ${slide.specimen}`);
  put(
    "slide-state",
    `${slide.final ? "Final" : "Preliminary"}${slide.complete ? "" : ", not complete"}` +
      `${slide.historical ? ", delivered late" : ""} · ${time(slide)}`,
  );
  byId("missing").replaceChildren(...slide.missing.map((m) => element("li", "", m)));
  drawPairs("counts", [
    ["Fields read", spell(slide.fields)],
    ["Cells found", spell(slide.cellsFound)],
    ["Counted", spell(slide.counted)],
    ["Uncertain", spell(slide.uncertain)],
    ["Cut by the edge", spell(slide.touchingEdge)],
    [slide.specimen === "blood" ? "Erythroblasts (apart)" : "Erythroblasts", spell(slide.erythroblasts)],
    ...slide.rejected.map(([reason, n]): [string, string] => [`Rejected: ${reason.replaceAll("_", " ")}`, spell(n)]),
  ]);
  const end = axisEnd(slide.differential.map((line) => line.high95));
  put("axis-end", `Bars run from 0 to ${end} %, whiskers are 95 % intervals.`);
  byId("differential").replaceChildren(...slide.differential.map((line) => row(line, end)));
}

function row(line: Line, end: number): HTMLElement {
  const name = element("th", "", element("abbr", "code", line.label), " ", line.name);
  name.setAttribute("scope", "row");
  return element(
    "tr",
    line.count === 0 ? "none" : "",
    name,
    element("td", "number", spell(line.count)),
    element("td", "number", `${line.percent.toFixed(1)} %`),
    element("td", "number interval", `${line.low95.toFixed(1)} – ${line.high95.toFixed(1)}`),
    element("td", "chart", bar(line, end)),
  );
}

function shape(tag: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

function bar(line: Line, end: number): SVGElement {
  // The numbers stand in the cells before it; the drawing adds nothing to hear.
  const svg = shape("svg", { class: "bar", viewBox: "-1 0 102 12", preserveAspectRatio: "none", "aria-hidden": "true" });
  const low = place(line.low95, end);
  const high = place(line.high95, end);
  svg.append(
    shape("line", { class: "axis", x1: 0, x2: 0, y1: 0, y2: 12 }),
    shape("rect", { x: 0, y: 2.5, width: place(line.percent, end), height: 7, fill: colour(line.label) }),
    shape("line", { class: "whisker", x1: low, x2: high, y1: 6, y2: 6 }),
    shape("line", { class: "whisker", x1: low, x2: low, y1: 3.5, y2: 8.5 }),
    shape("line", { class: "whisker", x1: high, x2: high, y1: 3.5, y2: 8.5 }),
  );
  return svg;
}

function colour(label: string): string {
  return `hsl(${HUES[label] ?? 240} 55% 52%)`;
}

function drawField(field: Field | null): void {
  byId("field-empty").hidden = field !== null;
  byId("field").hidden = field === null;
  if (field === null) return;
  const tally = new Map<string, number>();
  for (const cell of field.cells) tally.set(cell.label, (tally.get(cell.label) ?? 0) + 1);
  const counts = [...tally].sort((a, b) => b[1] - a[1]).map(([label, n]) => `${n} ${label}`);
  const gate = field.usable ? "" : ` Not counted: ${field.reasons.join(", ").replaceAll("_", " ")}.`;
  const cut = field.cellsOmitted > 0 ? ` ${field.cellsOmitted} more cells did not fit into the message.` : "";
  put(
    "field-words",
    `Field ${field.number} of ${field.slide}${field.historical ? ", delivered late" : ""}, ${time(field)}: ` +
      `${field.cells.length} cells${counts.length > 0 ? ` (${counts.join(", ")})` : ""}.${gate}${cut}`,
  );
  const svg = shape("svg", {
    viewBox: `0 0 ${field.width} ${field.height}`,
    role: "img",
    "aria-labelledby": "field-words",
  });
  svg.append(shape("rect", { class: "ground", width: field.width, height: field.height }));
  for (const cell of field.cells) svg.append(box(cell, field));
  byId("field-drawing").replaceChildren(svg);
}

function box(cell: Cell, field: Field): SVGElement {
  const [x, y, width, height] = cell.bbox;
  const unit = field.width / 100;
  const group = shape("g", { class: `cell ${cell.status}` });
  const rect = shape("rect", { x, y, width, height, rx: unit, stroke: colour(cell.label), fill: colour(cell.label) });
  const title = shape("title", {});
  title.textContent = `${cell.label} ${Math.round(100 * cell.probability)} %, ${cell.status}${
    cell.reason === "" ? "" : `: ${cell.reason.replaceAll("_", " ")}`
  }`;
  const label = shape("text", {
    x: x + width / 2,
    y: y + height / 2,
    "font-size": Math.max(2 * unit, Math.min(3.2 * unit, width / 2.2)),
  });
  label.textContent = cell.status === "uncertain" ? `${cell.label}?` : cell.label;
  group.append(title, rect, label);
  return group;
}
