package org.kronocyte.publish.command;

import java.util.LinkedHashSet;
import java.util.Set;

/** Remembers the newest {@value #MOST} commands until the program ends. */
public final class MemoryAnsweredCommands implements AnsweredCommands {
  /** One every nine seconds for a day. */
  static final int MOST = 10_000;

  private final Set<String> ids = new LinkedHashSet<>();

  @Override
  public boolean remember(String requestId) {
    if (!ids.add(requestId)) {
      return false;
    }
    if (ids.size() > MOST) {
      ids.remove(ids.iterator().next());
    }
    return true;
  }
}
