package org.kronocyte.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kronocyte.publish.DeviceStatus;
import org.opencv.core.Core;

/** What this build and its models are, for status messages. */
final class Identity {
  private Identity() {}

  static DeviceStatus of(Models models, boolean simulated) {
    String version = Identity.class.getPackage().getImplementationVersion();
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("kronocyte", version == null ? "development" : version);
    versions.put("java", Runtime.version().toString());
    versions.put("opencv", Core.VERSION);
    versions.put("engine", models.segmenterEngine().describe());
    versions.put("segmenter", models.segmenterPack().id());
    versions.put("classifier", models.classifierPack().id());
    Map<String, String> digests =
        Map.of(
            models.segmenterPack().manifest().name(), models.segmenterPack().weightsSha256(),
            models.classifierPack().manifest().name(), models.classifierPack().weightsSha256());
    return new DeviceStatus(DeviceStatus.State.READY, versions, digests, simulated, List.of());
  }
}
