package org.kronocyte.publish;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.kronocyte.problem.ProblemException;

/**
 * A connection to a broker that can be made again and again. {@link #connect}, {@link #subscribe},
 * {@link #publish} and {@link #disconnect} are called by one thread; answers arrive on any.
 */
public interface Transport extends AutoCloseable {
  /** Told of what comes from the broker, on a thread of the transport; must return at once. */
  interface Listener {
    /** Once for each connection that was made and then broke off without being asked to. */
    void connectionLost(String reason);

    /** A message of a topic subscribed to. It may come again, even on a later connection. */
    void received(Incoming message);
  }

  /**
   * Makes a new connection, giving up an old one; blocks at most for the connection timeout. The
   * broker keeps the session: what is sent to the device while it is away waits there.
   *
   * @param will what the broker publishes if this connection breaks off
   * @throws ProblemException {@code broker_unreachable}, {@code broker_refused}, or one of the
   *     certificate problems of TLS
   */
  void connect(Packet will, Listener listener) throws ProblemException;

  boolean isConnected();

  /**
   * How many packets the broker takes that it hasn't acknowledged yet; one more can't be sent. Of
   * the connection that was made last.
   */
  default int window() {
    return Integer.MAX_VALUE;
  }

  /**
   * Asks for the messages of a topic filter, at QoS 1.
   *
   * @param asSent whether a message that was sent to be retained always says so, also one that
   *     waited in the session or that arrives live; MQTT 5 only, 3.1.1 can't
   * @return completes when the broker has granted it; fails with {@link RefusedException} if it
   *     won't
   */
  CompletableFuture<Void> subscribe(String filter, boolean asSent);

  /**
   * Hands a packet over without waiting for it to be sent.
   *
   * @return completes when the broker has acknowledged it; fails with {@link RefusedException} if
   *     the broker won't take this packet, otherwise if it can't be sent on this connection
   */
  CompletableFuture<Void> publish(Packet packet);

  /** Says goodbye, so that the broker doesn't publish the will; returns within {@code limit}. */
  void disconnect(Duration limit);

  /** Drops the connection without a goodbye: the broker publishes the will. Idempotent. */
  @Override
  void close();
}
