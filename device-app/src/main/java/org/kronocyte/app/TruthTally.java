package org.kronocyte.app;

import java.util.Map;
import java.util.TreeMap;
import org.kronocyte.camera.virtual.TrueCell;
import org.kronocyte.camera.virtual.VirtualMicroscope;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;

/** Counts what the virtual microscope really drew in the fields that were read. Thread-safe. */
public final class TruthTally implements DaemonListener {
  private final VirtualMicroscope microscope;
  private final Map<String, Integer> counts = new TreeMap<>();

  public TruthTally(VirtualMicroscope microscope) {
    this.microscope = microscope;
  }

  @Override
  public synchronized void fieldRead(int number, FieldResult field, SlideSummary slide) {
    microscope
        .truth(field.origin().name())
        .ifPresent(
            truth -> {
              for (TrueCell cell : truth.cells()) {
                if (!cell.touchesEdge()) {
                  counts.merge(cell.label(), 1, Integer::sum);
                }
              }
            });
  }

  /** Cells drawn whole, by class code. */
  public synchronized Map<String, Integer> counts() {
    return Map.copyOf(counts);
  }
}
