package org.kronocyte.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.kronocyte.problem.Problem;
import org.kronocyte.publish.DeviceStatus;
import org.opencv.core.Core;

/** What this build and its models are, for status messages. */
final class Identity {
  private Identity() {}

  /**
   * @param siteProblem why the configured site calibration can't be used
   */
  static DeviceStatus of(Models models, boolean simulated, Optional<Problem> siteProblem) {
    String version = Identity.class.getPackage().getImplementationVersion();
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("kronocyte", version == null ? "development" : version);
    versions.put("java", Runtime.version().toString());
    versions.put("opencv", Core.VERSION);
    versions.put("engine", models.classifierEngine().describe());
    versions.put("segmenter", segmenter(models));
    versions.put("classifier", models.classifierPack().id());
    Map<String, String> digests = new LinkedHashMap<>();
    models
        .network()
        .ifPresent(n -> digests.put(n.pack().manifest().name(), n.pack().weightsSha256()));
    digests.put(models.classifierPack().manifest().name(), models.classifierPack().weightsSha256());
    List<String> reasons =
        Stream.of(models.segmenterProblem(), siteProblem)
            .flatMap(Optional::stream)
            .map(Problem::sentence)
            .toList();
    DeviceStatus.State state =
        reasons.isEmpty() ? DeviceStatus.State.READY : DeviceStatus.State.DEGRADED;
    return new DeviceStatus(state, versions, digests, simulated, reasons);
  }

  private static String segmenter(Models models) {
    return models.choice().engine() == SegmenterKind.CLASSICAL
        ? "classical"
        : models.network().map(n -> n.pack().id()).orElse("classical");
  }
}
