package org.kronocyte.config;

import java.util.Optional;
import org.kronocyte.config.yaml.YamlSection;

/**
 * The single-board computer.
 *
 * @param profile name of a shipped board profile or absolute path of one's own; empty for {@code
 *     none}: no button, no lamp
 */
public record BoardConfig(Optional<String> profile) {
  /** What is taken if the file doesn't say. */
  public static final Optional<String> DEFAULT_PROFILE = Optional.empty();

  static BoardConfig read(YamlSection in) {
    Optional<String> written =
        in.value(
            "profile",
            "none, a profile's name or an absolute path",
            "raspberry-pi-5",
            text ->
                Optional.of(text).filter(t -> t.matches("[a-z0-9-]{1,40}|/[^\\p{Cntrl}]{1,200}")));
    in.finish();
    return new BoardConfig(
        written.isPresent() ? written.filter(text -> !text.equals("none")) : DEFAULT_PROFILE);
  }
}
