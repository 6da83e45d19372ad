package org.kronocyte.app;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;

/** A daemon's desk with its database, answering requests, but without camera and networks. */
public final class StubDaemon implements AutoCloseable {
  private final Database database;
  private final SlideDesk desk;
  private final HealthLoop loop = new HealthLoop();
  private boolean closed;

  private StubDaemon(Database database) throws ProblemException {
    this.database = database;
    this.desk =
        new SlideDesk(
            database,
            TestFrames.defaults("slide-1"),
            ResultSink.NONE,
            new DaemonListener() {},
            InstantSource.fixed(TestFrames.NOON));
    loop.repeat(
        Duration.ofMillis(20),
        new RequestAnswerer(new SlideRequests(database), desk, Optional.empty()));
  }

  public static StubDaemon start(Path data) throws ProblemException {
    return new StubDaemon(Database.own(data, Database.Settings.STANDARD));
  }

  /** Counts a field with one lymphocyte, stored under a name. */
  public void count(String image) throws ProblemException {
    desk.count(
        desk.openSlide().orElseThrow().key(),
        TestFrames.result(image),
        TestFrames.thumbnail(image.hashCode()));
  }

  /** Answers no more requests. */
  public void deafen() {
    loop.close();
  }

  public int requestsWaiting() throws ProblemException {
    return new SlideRequests(database).waiting().size();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      loop.close();
      database.close();
    }
  }
}
