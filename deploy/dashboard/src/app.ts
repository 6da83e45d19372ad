import { parseConfig, subscribe } from "./link.ts";
import { emptyModel, receive, setLink } from "./model.ts";
import { draw } from "./view.ts";

const model = emptyModel();
let due = false;

/** Draws at most once a frame, however many messages arrive. */
function drawSoon(): void {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    draw(model);
  });
}

async function start(): Promise<void> {
  draw(model);
  const answer = await fetch("config.json", { cache: "no-store" });
  if (!answer.ok) throw new Error(`config.json: ${answer.status} ${answer.statusText}`);
  const config = parseConfig(await answer.json());
  const place = document.getElementById("place");
  if (place !== null) place.textContent = `${config.site} / ${config.device}`;
  subscribe(
    config,
    (link) => {
      setLink(model, link);
      drawSoon();
    },
    (topic, payload) => {
      receive(model, topic, payload);
      drawSoon();
    },
  );
}

start().catch((e: unknown) => {
  model.complaint = `This page could not start: ${e instanceof Error ? e.message : String(e)}. Load it again.`;
  draw(model);
});
