import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseConfig } from "../src/link.ts";
import { axisEnd, emptyModel, headline, isSimulated, place, receive, setLink } from "../src/model.ts";

// The golden files the device's own tests compare its messages with.
const GOLDEN = "../../device-app/src/test/resources/org/kronocyte/publish/";

function golden(name: string, change: Record<string, unknown> = {}): string {
  const json = JSON.parse(readFileSync(`${GOLDEN}${name}.golden.json`, "utf8")) as object;
  return JSON.stringify({ ...json, ...change });
}

function status(change: Record<string, unknown>): string {
  return JSON.stringify({
    schema: "kronocyte/status/1", state: "ready", simulated: false, versions: { java: "17" }, models: {},
    reasons: [], boot_id: "b", seq: 1, at: "2026-11-22T12:00:00Z", clock: "unsynchronised", uptime_ms: 0,
    site: "s", device: "d", ...change,
  });
}

function alert(message: string): string {
  return JSON.stringify({
    schema: "kronocyte/alert/1", alert: "disk_low", message, remedy: "Free some room.", boot_id: "b", seq: 2,
    at: "2026-11-22T12:00:00Z", clock: "unsynchronised", uptime_ms: 0, site: "s", device: "d", historical: false,
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
  assert.deepEqual(model.health?.figures.map(([name]) => name), ["cpu_celsius", "fields_read", "gate", "throttled"]);
});

test("an older revision or slide that comes late does not replace a newer", () => {
  const model = emptyModel();
  receive(model, "slide/a", golden("slide-message", { seq: 20, revision: 5, counted: 500 }));
  receive(model, "slide/a", golden("slide-message", { seq: 19, revision: 4, counted: 400 }));
  receive(model, "slide/b", golden("slide-message", { seq: 18, slide: "b", counted: 1 }));
  assert.equal(model.slide?.counted, 500);
  receive(model, "slide/c", golden("slide-message", { seq: 21, slide: "c", counted: 2 }));
  assert.equal(model.slide?.counted, 2);
});

test("a clock that is set back keeps nothing new from being shown", () => {
  const model = emptyModel();
  const before = { started_at: "2026-11-22T11:50:00Z", at: "2026-11-22T12:00:00Z", seq: 7 };
  const after = { started_at: "2016-01-01T00:00:00Z", at: "2016-01-01T00:05:00Z", seq: 8 };
  receive(model, "slide/a", golden("slide-message", { ...before, slide: "a" }));
  receive(model, "field/a", golden("field-message", { ...before, slide: "a" }));
  receive(model, "slide/b", golden("slide-message", { ...after, slide: "b" }));
  receive(model, "field/b", golden("field-message", { ...after, slide: "b" }));
  assert.equal(model.slide?.slide, "b");
  assert.equal(model.field?.slide, "b");
});

test("of two boots that of the status is shown, else what did not come late", () => {
  const late = { historical: true };
  for (const [name, shown] of [
    ["slide", (m: ReturnType<typeof emptyModel>) => m.slide?.slide],
    ["field", (m: ReturnType<typeof emptyModel>) => m.field?.slide],
  ] as const) {
    const model = emptyModel();
    const take = (boot_id: string, seq: number, more: object = {}): void =>
      receive(model, `${name}/x`, golden(`${name}-message`, { boot_id, seq, slide: `${boot_id}-${seq}`, historical: false, ...more }));
    take("first", 50);
    take("zeroth", 90, late);
    assert.equal(shown(model), "first-50");
    receive(model, "status", status({ boot_id: "second" }));
    take("second", 3, late);
    assert.equal(shown(model), "second-3", "made without a link, but by the boot that goes on");
    take("first", 51);
    assert.equal(shown(model), "second-3");
    take("second", 4);
    assert.equal(shown(model), "second-4");
  }
});

test("alerts are kept until they are over", () => {
  const model = emptyModel();
  receive(model, "alert/disk_low", alert("200 MiB are left."));
  receive(model, "alert/disk_low", alert("100 MiB are left."));
  receive(model, "alert/site_problem", alert("Refused."));
  assert.deepEqual([...model.alerts.values()].map((a) => a.message), ["100 MiB are left.", "Refused."]);
  assert.equal(model.alerts.get("alert/disk_low")?.remedy, "Free some room.");
  receive(model, "alert/disk_low", "");
  assert.deepEqual([...model.alerts.keys()], ["alert/site_problem"]);
  assert.equal(model.complaint, null);
  setLink(model, "lost");
  assert.equal(model.alerts.size, 1);
  setLink(model, "connected");
  assert.equal(model.alerts.size, 0, "those there still are come again");
});

test("a paused slide is not called none", () => {
  const model = emptyModel();
  model.link = "connected";
  receive(model, "status", status({ seq: 5 }));
  assert.equal(headline(model).sentence, "No slide is being read.");
  for (const [phase, seq, sentence] of [
    ["paused", 6, "A slide is paused."],
    ["idle", 7, "The device waits for a slide."],
    ["paused", 4, "No slide is being read."],
  ]) {
    receive(model, "health", golden("health", { phase, seq, boot_id: "b" }));
    assert.equal(headline(model).sentence, sentence);
  }
  receive(model, "health", golden("health", { phase: "paused", seq: 9, boot_id: "before" }));
  assert.equal(headline(model).sentence, "No slide is being read.", "said by an earlier run");
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
