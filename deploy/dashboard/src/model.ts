// What the page knows; changed by messages only, drawn by view.ts.

import type { Alert, Field, Health, Slide, Stamp, Status } from "./messages.ts";
import { parseAlert, parseField, parseHealth, parseSlide, parseStatus } from "./messages.ts";

export type Link = "connecting" | "connected" | "lost";

export interface Model {
  link: Link;
  status: Status | null;
  slide: Slide | null;
  field: Field | null;
  health: Health | null;
  /** What a person should see to, by topic. */
  alerts: Map<string, Alert>;
  /** Why the last unreadable message was passed over. */
  complaint: string | null;
}

export function emptyModel(): Model {
  return { link: "connecting", status: null, slide: null, field: null, health: null, alerts: new Map(), complaint: null };
}

/** Notes how the connection is. The broker repeats all alerts there are on a new one, but not what is over. */
export function setLink(model: Model, link: Link): void {
  model.link = link;
  if (link === "connected") model.alerts.clear();
}

/** Takes a message in. `topic` is what follows the device, e.g. `slide/s-1`. */
export function receive(model: Model, topic: string, payload: string): void {
  try {
    if (topic === "status") model.status = parseStatus(payload);
    else if (topic === "health") model.health = parseHealth(payload);
    else if (topic.startsWith("slide/")) takeSlide(model, parseSlide(payload));
    else if (topic.startsWith("field/")) takeField(model, parseField(payload));
    else if (topic.startsWith("alert/") && payload === "") model.alerts.delete(topic);
    else if (topic.startsWith("alert/")) model.alerts.set(topic, parseAlert(payload));
    else return;
    model.complaint = null;
  } catch (e) {
    model.complaint = `A message on ${topic} could not be read: ${e instanceof Error ? e.message : String(e)}.`;
  }
}

/** An older slide, or an older revision of this one, delivered late must not replace a newer. */
function takeSlide(model: Model, slide: Slide): void {
  const shown = model.slide;
  if (shown !== null) {
    if (shown.slide === slide.slide && shown.startedAt === slide.startedAt) {
      if (slide.revision < shown.revision) return;
    } else if (isOlder(model, slide, shown)) {
      return;
    }
  }
  model.slide = slide;
}

function takeField(model: Model, field: Field): void {
  if (model.field !== null && isOlder(model, field, model.field)) return;
  model.field = field;
}

/**
 * Whether a result was made before the one shown. The wall clock isn't asked, because it may be set
 * back: of one boot `seq` tells; of two the one that the status belongs to is the newer; otherwise
 * what comes late gives way to what came in its time.
 */
function isOlder(model: Model, result: Slide | Field, shown: Slide | Field): boolean {
  if (result.bootId === shown.bootId) return result.seq < shown.seq;
  const boot = model.status?.bootId;
  if (result.bootId === boot) return false;
  return shown.bootId === boot || (result.historical && !shown.historical);
}

/** What a device that is ready does; its health tells, unless that was said before the status. */
function waiting(status: Status, health: Health | null): string {
  const known = health !== null && isSince(status, health);
  switch (known ? health.figures.find(([name]) => name === "phase")?.[1] : undefined) {
    case "paused":
      return "A slide is paused.";
    case "idle":
      return "The device waits for a slide.";
    default:
      return "No slide is being read.";
  }
}

function isSince(before: Stamp, later: Stamp): boolean {
  return before.bootId === later.bootId && before.seq < later.seq;
}

/** Whether anything shown was drawn by the virtual microscope. */
export function isSimulated(model: Model): boolean {
  return [model.status, model.slide, model.field].some((m) => m !== null && m.simulated);
}

export interface Headline {
  kind: "good" | "minor" | "bad" | "none";
  word: string;
  sentence: string;
}

/** The device's state in a word and a sentence; never better than what is known. */
export function headline(model: Model): Headline {
  if (model.link === "lost") {
    return {
      kind: "bad",
      word: "No connection",
      sentence: "The connection to the broker is lost; trying again. What is shown may be out of date.",
    };
  }
  if (model.link === "connecting") {
    return { kind: "none", word: "Connecting", sentence: "Connecting to the broker." };
  }
  const status = model.status;
  if (status === null) {
    return { kind: "none", word: "Unknown", sentence: "The device has not said anything yet." };
  }
  const why = status.reasons.join(" ");
  switch (status.state) {
    case "ready":
      return { kind: "good", word: "Ready", sentence: why || waiting(status, model.health) };
    case "busy":
      return { kind: "good", word: "Reading", sentence: why || "The device is reading a slide." };
    case "degraded":
      return { kind: "minor", word: "Degraded", sentence: why || "The device does not work as it should." };
    case "sleeping":
      return { kind: "none", word: "Sleeping", sentence: why || "The device works; its link is closed for now." };
    case "stopped":
      return { kind: "minor", word: "Stopped", sentence: why || "The device was stopped." };
    case "lost":
      return { kind: "bad", word: "Lost", sentence: why || "The device has vanished." };
  }
}

/** Where a bar and its whiskers lie, in percent of an axis that ends at `max`. */
export function place(value: number, max: number): number {
  return max > 0 ? Math.min(100, Math.max(0, (100 * value) / max)) : 0;
}

/** The end of the axis: the next ten above the highest whisker, at most 100. */
export function axisEnd(highs: number[]): number {
  const highest = Math.max(0, ...highs);
  return Math.min(100, Math.max(10, Math.ceil(highest / 10) * 10));
}
