package org.kronocyte.publish;

import java.util.List;
import java.util.Optional;

/**
 * Which site calibrations a device has, for the answer to a command.
 *
 * @param state as {@code site_state} in health
 * @param next what the next slide is read with, or {@code refused: CODE}; empty for none
 * @param cellsGathered for the next one; 0 where none is learnt
 * @param slidesGathered that gave them
 * @param calibrations newest first; the device keeps a few only
 * @param refusal why none was learnt the last time; empty after a success
 */
public record SiteAnswer(
    String state,
    Optional<String> next,
    int cellsGathered,
    int slidesGathered,
    List<Calibration> calibrations,
    Optional<Refusal> refusal) {
  /** No payload lists more. */
  static final int MOST = 8;

  public SiteAnswer {
    calibrations = calibrations.stream().limit(MOST).toList();
  }

  /** What a calibration is to the next slide. */
  public enum Role {
    IN_USE,
    /** Used again if the newer ones are undone. */
    PREVIOUS,
    /** By a person. */
    UNDONE,
    /** Of other weights than the ones loaded. */
    OTHER_MODEL
  }

  /**
   * One calibration.
   *
   * @param id as results name it
   * @param model name of the pack it corrects
   * @param fields that gave the cells
   * @param confidenceBefore mean probability of the best class without it
   * @param confidenceAfter the same with it
   */
  public record Calibration(
      String id,
      Role role,
      String model,
      int cells,
      int fields,
      double confidenceBefore,
      double confidenceAfter) {}

  /**
   * An attempt to learn that came to nothing.
   *
   * @param at when, ISO 8601
   * @param reason a code
   * @param message the same for a person
   */
  public record Refusal(String at, int cells, String reason, String message) {}
}
