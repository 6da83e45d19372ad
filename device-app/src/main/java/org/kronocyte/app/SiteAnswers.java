package org.kronocyte.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.publish.SiteAnswer;

/** What a device's folder of site calibrations says to somebody who asks by MQTT. */
final class SiteAnswers {
  private SiteAnswers() {}

  /**
   * Calibrations with their roles.
   *
   * @param learnt by the device, newest first
   * @param current the one the next slide is read with; first if the device didn't learn it
   * @param weightsSha256 of the loaded model
   */
  static List<SiteAnswer.Calibration> calibrations(
      List<SiteFolder.Entry> learnt, Optional<SiteCalibration> current, String weightsSha256) {
    List<SiteAnswer.Calibration> out = new ArrayList<>();
    Optional<String> inUse = current.map(SiteCalibration::id);
    if (current.isPresent() && learnt.stream().noneMatch(e -> is(e, inUse))) {
      out.add(calibration(current.get(), SiteAnswer.Role.IN_USE));
    }
    for (SiteFolder.Entry entry : learnt) {
      out.add(calibration(entry.site(), role(entry, inUse, weightsSha256)));
    }
    return out;
  }

  private static boolean is(SiteFolder.Entry entry, Optional<String> id) {
    return id.filter(entry.site().id()::equals).isPresent();
  }

  private static SiteAnswer.Role role(
      SiteFolder.Entry entry, Optional<String> inUse, String weightsSha256) {
    if (entry.undone()) {
      return SiteAnswer.Role.UNDONE;
    }
    if (!entry.site().weightsSha256().equals(weightsSha256)) {
      return SiteAnswer.Role.OTHER_MODEL;
    }
    return is(entry, inUse) ? SiteAnswer.Role.IN_USE : SiteAnswer.Role.PREVIOUS;
  }

  private static SiteAnswer.Calibration calibration(SiteCalibration site, SiteAnswer.Role role) {
    return new SiteAnswer.Calibration(
        site.id(),
        role,
        site.model(),
        site.cells(),
        site.images(),
        site.confidenceBefore(),
        site.confidenceAfter());
  }

  static SiteAnswer.Refusal refusal(SiteNotes.Refusal refusal) {
    return new SiteAnswer.Refusal(
        refusal.at(), refusal.cells(), refusal.problem().code(), refusal.problem().sentence());
  }
}
