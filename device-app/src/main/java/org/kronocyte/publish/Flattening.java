package org.kronocyte.publish;

import java.util.List;

/**
 * Says what our messages say once more, in the words of a dashboard that doesn't know ours. Any
 * thread; the same input always gives the same packets.
 */
public interface Flattening {
  /** What to say once after each connect, e.g. which entities there are. */
  List<Packet> atConnect();

  /**
   * What to say beside a message.
   *
   * @param message as it was queued; its JSON is valid
   * @return may be empty
   */
  List<Packet> beside(Message message);
}
