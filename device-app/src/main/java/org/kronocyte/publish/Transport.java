package org.kronocyte.publish;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.kronocyte.problem.ProblemException;

/**
 * A connection to a broker that can be made again and again. {@link #connect}, {@link #publish} and
 * {@link #disconnect} are called by one thread; answers arrive on any.
 */
public interface Transport extends AutoCloseable {
  /** Told once for each connection that was made and then broke off without being asked to. */
  interface LossListener {
    void connectionLost(String reason);
  }

  /**
   * Makes a new connection, giving up an old one; blocks at most for the connection timeout.
   *
   * @param will what the broker publishes if this connection breaks off
   * @throws ProblemException {@code broker_unreachable} or {@code broker_refused}
   */
  void connect(Packet will, LossListener listener) throws ProblemException;

  boolean isConnected();

  /**
   * Hands a packet over without waiting for it to be sent.
   *
   * @return completes when the broker has acknowledged it; fails if it never will on this
   *     connection
   */
  CompletableFuture<Void> publish(Packet packet);

  /** Says goodbye, so that the broker doesn't publish the will; returns within {@code limit}. */
  void disconnect(Duration limit);

  /** Drops the connection without a goodbye: the broker publishes the will. Idempotent. */
  @Override
  void close();
}
