package org.kronocyte.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The flat content of a health message, ready to be written as one JSON object; dashboards take it
 * without glue.
 *
 * @param values lower-case names with units ({@code rss_bytes}) to numbers, strings and booleans,
 *     in the order they were put; a value nobody knows isn't there
 */
public record HealthSnapshot(Map<String, Object> values) {
  public HealthSnapshot {
    values.forEach(HealthSnapshot::check);
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  private static void check(String key, Object value) {
    boolean flat =
        value instanceof String
            || value instanceof Boolean
            || value instanceof Integer
            || value instanceof Long
            || (value instanceof Double number && Double.isFinite(number));
    if (!flat || !key.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "health value '" + key + "' = " + value + " isn't a flat JSON value");
    }
  }

  /** What the process uses and which stages are stuck. */
  public static HealthSnapshot of(ProcessMetrics metrics, StageLiveness liveness) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("uptime_s", metrics.uptime().toSeconds());
    metrics.residentBytes().ifPresent(v -> values.put("rss_bytes", v));
    metrics.peakResidentBytes().ifPresent(v -> values.put("rss_peak_bytes", v));
    values.put("heap_used_bytes", metrics.heapUsedBytes());
    values.put("heap_max_bytes", metrics.heapMaxBytes());
    metrics.threads().ifPresent(v -> values.put("threads", v));
    metrics.openFiles().ifPresent(v -> values.put("open_files", v));
    metrics.freeDiskBytes().ifPresent(v -> values.put("disk_free_bytes", v));
    metrics.cpuCelsius().ifPresent(v -> values.put("cpu_temperature_c", v));
    Map<String, StageLiveness.StuckStage> stuck = new LinkedHashMap<>();
    liveness.stuck().forEach(stage -> stuck.put(stage.stage(), stage));
    values.put("stages_ok", stuck.isEmpty());
    for (String name : liveness.names()) {
      values.put("stage_" + name + "_ok", !stuck.containsKey(name));
      Optional.ofNullable(stuck.get(name))
          .ifPresent(s -> values.put("stage_" + name + "_stuck_s", s.silentFor().toSeconds()));
    }
    return new HealthSnapshot(values);
  }

  /** This with more values, e.g. throttling or the length of the outbox; they win. */
  public HealthSnapshot with(Map<String, Object> more) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.putAll(more);
    return new HealthSnapshot(all);
  }
}
