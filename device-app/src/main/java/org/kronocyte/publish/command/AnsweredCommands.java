package org.kronocyte.publish.command;

/**
 * Which commands were dealt with, so that none is dealt with twice. It must remember more of them
 * than can be sent within {@link CommandDesk#LONGEST_VALIDITY}; one that also remembers after a
 * restart protects against a repetition across it. Called by one thread.
 */
public interface AnsweredCommands {
  /**
   * Remembers a command before anything is done for it.
   *
   * @return whether it is new
   */
  boolean remember(String requestId);
}
