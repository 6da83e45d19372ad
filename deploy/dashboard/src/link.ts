// MQTT over WebSocket, subscribing only, with our own reconnecting.

import { Client } from "paho-mqtt";
import type { Link } from "./model.ts";

export interface Config {
  mqttUrl: string;
  topicRoot: string;
  site: string;
  device: string;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

export function parseConfig(json: unknown): Config {
  const config = json as Partial<Record<keyof Config, unknown>>;
  for (const name of ["mqttUrl", "topicRoot", "site", "device"] as const) {
    if (typeof config[name] !== "string") throw new Error(`config.json has no ${name}`);
  }
  return config as Config;
}

/** Keeps a subscription up for as long as the page is open. */
export function subscribe(
  config: Config,
  onLink: (link: Link) => void,
  onMessage: (topic: string, payload: string) => void,
): void {
  const prefix = `${config.topicRoot}/${config.site}/${config.device}/`;
  let wait = FIRST_WAIT_MS;

  const again = (): void => {
    onLink("lost");
    // Spread, so that many open pages don't come back in one moment.
    window.setTimeout(connect, wait * (0.75 + Math.random() / 2));
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  };

  const connect = (): void => {
    const client = new Client(config.mqttUrl, `dashboard-${Math.random().toString(36).slice(2, 12)}`);
    client.onConnectionLost = again;
    client.onMessageArrived = (message) => {
      if (message.destinationName.startsWith(prefix)) {
        onMessage(message.destinationName.slice(prefix.length), message.payloadString);
      }
    };
    client.connect({
      timeout: 10,
      keepAliveInterval: 20,
      cleanSession: true,
      onFailure: again,
      onSuccess: () => {
        wait = FIRST_WAIT_MS;
        onLink("connected");
        client.subscribe(`${prefix}#`, { qos: 1 });
      },
    });
  };
  connect();
}
