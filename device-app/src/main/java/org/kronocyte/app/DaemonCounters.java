package org.kronocyte.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.kronocyte.slide.FieldResult;

/**
 * What the daemon has done since it started. Every frame seen was read, refused, failed, dropped or
 * passed over, or still waits. Thread-safe.
 */
final class DaemonCounters {
  final AtomicLong framesSeen = new AtomicLong();
  final AtomicLong framesDropped = new AtomicLong();
  final AtomicLong framesRefused = new AtomicLong();
  final AtomicLong framesFailed = new AtomicLong();

  /** Seen while nothing was counted. */
  final AtomicLong framesPassedOver = new AtomicLong();

  /** Times the camera gave an error and no frame. */
  final AtomicLong cameraErrors = new AtomicLong();

  final AtomicLong fieldsRead = new AtomicLong();
  final AtomicLong cellsFound = new AtomicLong();

  void read(FieldResult field) {
    fieldsRead.incrementAndGet();
    cellsFound.addAndGet(field.cells().size());
  }

  /** By the names of the health message. */
  Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("frames_seen", framesSeen.get());
    figures.put("frames_dropped", framesDropped.get());
    figures.put("frames_refused", framesRefused.get());
    figures.put("frames_failed", framesFailed.get());
    figures.put("frames_passed_over", framesPassedOver.get());
    figures.put("camera_errors", cameraErrors.get());
    figures.put("fields_read", fieldsRead.get());
    figures.put("cells_found", cellsFound.get());
    return figures;
  }
}
