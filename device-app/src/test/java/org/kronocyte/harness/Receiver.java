package org.kronocyte.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody at the broker who notes what arrives, by its number, each kind for itself. */
final class Receiver {
  private static final Pattern NUMBER = Pattern.compile("\"number\":(\\d+)");

  private static final String PROBE = "kronocyte/v1/probe";

  /** mosquitto_sub comes back by itself after a second; by then it has read what there was. */
  private static final int LINGER_MS = 900;

  private final Map<String, Set<Long>> seen = new HashMap<>();
  private final Map<String, Long> highest = new HashMap<>();
  private final List<Process> processes = new ArrayList<>();
  private long copies;
  private long disorder;

  /** Subscribes by a new mosquitto_sub; returns when the broker has granted it. */
  void connect(int port) throws IOException, InterruptedException {
    retire();
    // QoS 0, so that nothing of ours is unread at the broker when it is killed.
    Process process =
        new ProcessBuilder(
                "mosquitto_sub",
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-q",
                "0",
                "-F",
                "%t %p",
                "-t",
                "kronocyte/v1/#")
            .redirectErrorStream(true)
            .start();
    CountDownLatch subscribed = new CountDownLatch(1);
    processes.add(process);
    Thread reader = new Thread(() -> read(process, subscribed), "receiver");
    reader.setDaemon(true);
    reader.start();
    // There is no sign of a subscription but what comes by it.
    long by = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!subscribed.await(20, TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() > by) {
        throw new IOException("mosquitto_sub doesn't subscribe");
      }
      new ProcessBuilder(
              "mosquitto_pub",
              "-h",
              "127.0.0.1",
              "-p",
              Integer.toString(port),
              "-t",
              PROBE,
              "-m",
              "x")
          .start()
          .waitFor();
    }
  }

  private void read(Process process, CountDownLatch subscribed) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(PROBE)) {
          subscribed.countDown();
        } else if (line.startsWith("kronocyte/")) {
          note(line);
        }
      }
    } catch (IOException e) {
      subscribed.countDown(); // It was ended.
    }
  }

  private void retire() throws InterruptedException {
    for (Process process : processes) {
      if (!process.waitFor(LINGER_MS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
    processes.clear();
  }

  void close() throws InterruptedException {
    retire();
  }

  private synchronized void note(String line) {
    Matcher matcher = NUMBER.matcher(line);
    if (!matcher.find()) {
      return;
    }
    String kind = line.split("/", -1)[4];
    Set<Long> ofKind = seen.computeIfAbsent(kind, k -> new LinkedHashSet<>());
    long number = Long.parseLong(matcher.group(1));
    if (!ofKind.add(number)) {
      copies++;
    } else if (number < highest.getOrDefault(kind, 0L)) {
      disorder++;
    } else {
      highest.put(kind, number);
    }
  }

  synchronized int distinct() {
    return seen.values().stream().mapToInt(Set::size).sum();
  }

  synchronized int distinct(String kind) {
    return seen.getOrDefault(kind, Set.of()).size();
  }

  synchronized long copies() {
    return copies;
  }

  synchronized long disorder() {
    return disorder;
  }
}
