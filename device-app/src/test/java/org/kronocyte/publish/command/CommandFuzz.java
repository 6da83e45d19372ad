package org.kronocyte.publish.command;

import java.util.Optional;

/** Any bytes are a command or a {@link BadCommandException}, for every verb. */
public final class CommandFuzz {
  private CommandFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    read(input, Optional.empty());
    for (Verb verb : Verb.values()) {
      read(input, Optional.of(verb));
    }
  }

  private static void read(byte[] input, Optional<Verb> verb) {
    try {
      Command command = CommandReader.read(input, verb);
      if (command.requestId().isEmpty() || command.requestId().length() > 64) {
        throw new IllegalStateException("request id " + command.requestId());
      }
    } catch (BadCommandException e) {
      if (e.getMessage().length() > 400) {
        throw new IllegalStateException("a long story about " + input.length + " bytes", e);
      }
    }
  }
}
