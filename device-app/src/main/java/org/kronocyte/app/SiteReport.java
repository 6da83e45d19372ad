package org.kronocyte.app;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kronocyte.config.SiteSetting;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

/** What {@code kronocyte doctor} says of a device's site calibration. */
public final class SiteReport {
  private SiteReport() {}

  /**
   * One sentence a line, the first on what is in use.
   *
   * @param modelFolder holds the packs
   * @throws ProblemException if the configured calibration can't be used, or has aged
   */
  public static List<String> of(SiteSetting setting, Path modelFolder, Path dataFolder, Instant now)
      throws ProblemException {
    if (setting.mode() == SiteSetting.Mode.NONE) {
      return List.of("none, as configured");
    }
    ModelPack pack = Selection.read(modelFolder).pack(ModelManifest.Kind.CLASSIFIER);
    SiteFolder folder = new SiteFolder(dataFolder);
    Optional<SiteCalibration> site =
        setting.file().isEmpty()
            ? folder.current(pack.weightsSha256()).map(SiteFolder.Entry::site)
            : Optional.of(SiteCalibration.read(setting.file().get()));
    if (site.isPresent()) {
      var unused = pack.at(site.get());
    }
    List<String> out = new ArrayList<>();
    out.add(site.map(SiteCalibration::id).orElse("none yet"));
    if (setting.mode() == SiteSetting.Mode.AUTO) {
      if (folder.held(pack.weightsSha256())) {
        out.add("undone by a person; none is learnt until 'kronocyte site again'");
      }
      folder
          .notes()
          .refusal()
          .ifPresent(r -> out.add("refused " + r.at() + ": " + r.problem().sentence()));
    }
    List<String> warnings = SiteCondition.of(site, folder.notes().recent(), now).warnings();
    if (!warnings.isEmpty()) {
      throw new ProblemException(
          "site_calibration_old",
          out.get(0) + ": " + String.join("; ", warnings),
          setting.mode() == SiteSetting.Mode.AUTO
              ? "let the daemon read a few slides of usual specimens; it learns anew between them"
              : "run 'kronocyte calibrate' on new images of this site");
    }
    return out;
  }
}
