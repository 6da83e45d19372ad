import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseConfig } from "../src/link.ts";
import { axisEnd, emptyModel, headline, isSimulated, place, receive } from "../src/model.ts";

// The golden files the device's own tests compare its messages with.
const GOLDEN = "../../device-app/src/test/resources/org/kronocyte/publish/";

function golden(name: string, change: Record<string, unknown> = {}): string {
  const json = JSON.parse(readFileSync(`${GOLDEN}${name}.golden.json`, "utf8")) as object;
  return JSON.stringify({ ...json, ...change });
}

function status(change: Record<string, unknown>): string {
  return JSON.stringify({
    schema: "kronocyte/status/1", state: "ready", simulated: false, versions: { java: "17" }, models: {},
    reasons: [], boot_id: "b", seq: 1, at: "2026-11-22T12:00:00Z", site: "s", device: "d", ...change,
  });
}

test("reads the messages as the device writes them", () => {
  const model = emptyModel();
  receive(model, "slide/s-2026-0042", golden("slide-message"));
  receive(model, "field/s-1", golden("field-message"));
  receive(model, "health", golden("health"));
  assert.equal(model.complaint, null);
  assert.equal(model.slide?.differential[0]?.label, "BLA");
  assert.equal(model.slide?.differential[0]?.high95, 22.7);
  assert.deepEqual(model.slide?.rejected, [["artefact", 4], ["platelet", 11]]);
  assert.equal(model.field?.cells.length, 3);
  assert.deepEqual(model.health.map(([name]) => name), ["cpu_celsius", "fields_read", "gate", "throttled"]);
});

test("an older revision or slide that comes late does not replace a newer", () => {
  const model = emptyModel();
  receive(model, "slide/a", golden("slide-message", { revision: 5, counted: 500 }));
  receive(model, "slide/a", golden("slide-message", { revision: 4, counted: 400 }));
  receive(model, "slide/b", golden("slide-message", { slide: "b", started_at: "2026-11-21T00:00:00Z", counted: 1 }));
  assert.equal(model.slide?.counted, 500);
  receive(model, "slide/c", golden("slide-message", { slide: "c", started_at: "2026-11-23T00:00:00Z", counted: 2 }));
  assert.equal(model.slide?.counted, 2);
});

test("what is no message is passed over with a complaint, and what was shown stays", () => {
  const model = emptyModel();
  receive(model, "slide/a", golden("slide-message"));
  for (const bad of ["", "{", "null", "[]", "{}", golden("slide-message", { counted: "many" })]) {
    receive(model, "slide/a", bad);
    assert.match(model.complaint ?? "", /could not be read/, bad);
    assert.equal(model.slide?.counted, 100);
  }
});

test("the headline is never better than what is known", () => {
  const model = emptyModel();
  assert.equal(headline(model).kind, "none");
  model.link = "connected";
  assert.equal(headline(model).word, "Unknown");
  for (const [state, kind] of [["ready", "good"], ["busy", "good"], ["degraded", "minor"], ["stopped", "minor"], ["lost", "bad"]]) {
    receive(model, "status", status({ state, reasons: ["Because."] }));
    assert.equal(headline(model).kind, kind);
    assert.equal(headline(model).sentence, "Because.");
  }
  receive(model, "status", status({}));
  model.link = "lost";
  assert.equal(headline(model).kind, "bad");
  assert.match(headline(model).sentence, /lost; trying again/);
});

test("simulated anywhere is simulated", () => {
  const model = emptyModel();
  receive(model, "status", status({}));
  assert.equal(isSimulated(model), false);
  receive(model, "field/a", golden("field-message", { simulated: true }));
  assert.equal(isSimulated(model), true);
});

test("bars and axis", () => {
  assert.equal(axisEnd([]), 10);
  assert.equal(axisEnd([22.7, 41]), 50);
  assert.equal(axisEnd([99.9]), 100);
  assert.equal(place(25, 50), 50);
  assert.equal(place(120, 100), 100);
});

test("a configuration without an address is refused", () => {
  assert.throws(() => parseConfig({ topicRoot: "kronocyte/v1", site: "s", device: "d" }), /mqttUrl/);
});
