// The messages this page reads, and the checks that they are what they say. A payload comes from
// the network: nothing of it is trusted before it has passed these.

export type State = "ready" | "degraded" | "busy" | "sleeping" | "stopped" | "lost";

/** When a message was made. `seq` orders those of one boot; `at` is only as good as `clock`. */
export interface Stamp {
  bootId: string;
  seq: number;
  at: string;
  clock: "synchronised" | "unsynchronised" | "unset";
}

export interface Status extends Stamp {
  state: State;
  simulated: boolean;
  reasons: string[];
  versions: [string, string][];
}

export interface Line {
  label: string;
  name: string;
  count: number;
  percent: number;
  low95: number;
  high95: number;
}

export interface Slide extends Stamp {
  slide: string;
  specimen: string;
  simulated: boolean;
  startedAt: string;
  final: boolean;
  complete: boolean;
  missing: string[];
  fields: number;
  cellsFound: number;
  touchingEdge: number;
  counted: number;
  uncertain: number;
  rejected: [string, number][];
  erythroblasts: number;
  differential: Line[];
  notice: string;
  revision: number;
  historical: boolean;
}

export interface Cell {
  bbox: [number, number, number, number];
  label: string;
  probability: number;
  status: "counted" | "uncertain" | "rejected";
  reason: string;
}

export interface Field extends Stamp {
  slide: string;
  number: number;
  width: number;
  height: number;
  simulated: boolean;
  usable: boolean;
  reasons: string[];
  cells: Cell[];
  cellsOmitted: number;
  historical: boolean;
}

export interface Alert extends Stamp {
  message: string;
  remedy: string;
}

export type Figure = string | number | boolean;

export interface Health extends Stamp {
  figures: [string, Figure][];
}

type Json = Record<string, unknown>;

class Malformed extends Error {}

function object(value: unknown, what: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Malformed(`${what} is no object`);
  }
  return value as Json;
}

function list(json: Json, name: string): unknown[] {
  const value = json[name];
  if (!Array.isArray(value)) throw new Malformed(`${name} is no list`);
  return value;
}

function text(json: Json, name: string): string {
  const value = json[name];
  if (typeof value !== "string") throw new Malformed(`${name} is no text`);
  return value;
}

function number(json: Json, name: string): number {
  const value = json[name];
  if (typeof value !== "number" || !Number.isFinite(value)) throw new Malformed(`${name} is no number`);
  return value;
}

function flag(json: Json, name: string): boolean {
  const value = json[name];
  if (typeof value !== "boolean") throw new Malformed(`${name} is neither true nor false`);
  return value;
}

function texts(json: Json, name: string): string[] {
  return list(json, name).map((v) => String(v));
}

function oneOf<T extends string>(json: Json, name: string, words: readonly T[]): T {
  const value = text(json, name);
  const word = words.find((w) => w === value);
  if (word === undefined) throw new Malformed(`${name} '${value}' is unknown`);
  return word;
}

function parse(payload: string, schema: string): Json {
  const json = object(JSON.parse(payload), "the message");
  if (json["schema"] !== schema) throw new Malformed(`schema '${String(json["schema"])}' is not ${schema}`);
  return json;
}

function stamp(json: Json): Stamp {
  return {
    bootId: text(json, "boot_id"),
    seq: number(json, "seq"),
    at: text(json, "at"),
    clock: oneOf(json, "clock", ["synchronised", "unsynchronised", "unset"] as const),
  };
}

export function parseStatus(payload: string): Status {
  const json = parse(payload, "kronocyte/status/1");
  return {
    ...stamp(json),
    state: oneOf(json, "state", ["ready", "degraded", "busy", "sleeping", "stopped", "lost"] as const),
    simulated: flag(json, "simulated"),
    reasons: texts(json, "reasons"),
    versions: Object.entries(object(json["versions"], "versions")).map(([k, v]) => [k, String(v)]),
  };
}

export function parseSlide(payload: string): Slide {
  const json = parse(payload, "kronocyte/slide/1");
  const rejected = object(json["rejected"], "rejected");
  return {
    ...stamp(json),
    slide: text(json, "slide"),
    specimen: text(json, "specimen"),
    simulated: flag(json, "simulated"),
    startedAt: text(json, "started_at"),
    final: oneOf(json, "state", ["preliminary", "final"] as const) === "final",
    complete: flag(json, "complete"),
    missing: texts(json, "missing"),
    fields: number(json, "fields"),
    cellsFound: number(json, "cells_found"),
    touchingEdge: number(json, "touching_edge"),
    counted: number(json, "counted"),
    uncertain: number(json, "uncertain"),
    rejected: Object.keys(rejected).map((reason) => [reason, number(rejected, reason)]),
    erythroblasts: number(json, "erythroblasts"),
    differential: list(json, "differential").map((entry) => {
      const line = object(entry, "a line of the differential");
      return {
        label: text(line, "label"),
        name: text(line, "name"),
        count: number(line, "count"),
        percent: number(line, "percent"),
        low95: number(line, "low95"),
        high95: number(line, "high95"),
      };
    }),
    notice: text(json, "notice"),
    revision: number(json, "revision"),
    historical: flag(json, "historical"),
  };
}

export function parseField(payload: string): Field {
  const json = parse(payload, "kronocyte/field/1");
  const quality = object(json["quality"], "quality");
  return {
    ...stamp(json),
    slide: text(json, "slide"),
    number: number(json, "field"),
    width: number(json, "width"),
    height: number(json, "height"),
    simulated: flag(json, "simulated"),
    usable: flag(quality, "usable"),
    reasons: texts(quality, "reasons"),
    cells: list(json, "cells").map((entry) => {
      const cell = object(entry, "a cell");
      const box = list(cell, "bbox").map(Number);
      if (box.length !== 4 || !box.every(Number.isFinite)) throw new Malformed("bbox is no box");
      return {
        bbox: box as [number, number, number, number],
        label: text(cell, "label"),
        probability: number(cell, "probability"),
        status: oneOf(cell, "status", ["counted", "uncertain", "rejected"] as const),
        reason: text(cell, "reason"),
      };
    }),
    cellsOmitted: typeof json["cells_omitted"] === "number" ? json["cells_omitted"] : 0,
    historical: flag(json, "historical"),
  };
}

export function parseAlert(payload: string): Alert {
  const json = parse(payload, "kronocyte/alert/1");
  return { ...stamp(json), message: text(json, "message"), remedy: text(json, "remedy") };
}

const ENVELOPE = new Set(["schema", "boot_id", "seq", "at", "clock", "uptime_ms", "site", "device"]);

export function parseHealth(payload: string): Health {
  const json = parse(payload, "kronocyte/health/1");
  const figures = Object.entries(json).filter(
    (entry): entry is [string, Figure] =>
      !ENVELOPE.has(entry[0]) && ["string", "number", "boolean"].includes(typeof entry[1]),
  );
  return { ...stamp(json), figures };
}
