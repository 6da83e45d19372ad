package org.kronocyte.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.kronocyte.app.SlideRequests;
import org.kronocyte.camera.Sleeper;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;

/** Asks the daemon of a data folder for something, and waits for the answer. */
final class DaemonRequest {
  private static final Duration POLL = Duration.ofMillis(50);

  private DaemonRequest() {}

  /**
   * What the daemon answered.
   *
   * @throws ProblemException {@code daemon_not_running}, {@code request_timeout}, or what the
   *     daemon refused it with
   */
  static ObjectNode send(Path folder, String verb, ObjectNode arguments, Duration limit)
      throws ProblemException, InterruptedException {
    if (!Database.isOwned(folder)) {
      throw new ProblemException(
          "daemon_not_running",
          "no daemon works on " + folder,
          "start it (systemctl start kronocyte, or kronocyte run --config FILE) and try again");
    }
    try (Database database = Database.visit(folder, Database.Settings.STANDARD)) {
      SlideRequests requests = new SlideRequests(database);
      long id = requests.post(verb, arguments);
      long end = System.nanoTime() + limit.toNanos();
      while (true) {
        Optional<SlideRequests.Answer> answer = requests.poll(id);
        if (answer.isPresent()) {
          return content(answer.get());
        }
        if (System.nanoTime() - end >= 0) {
          boolean withdrawn = requests.withdraw(id);
          Optional<SlideRequests.Answer> late = requests.poll(id);
          if (late.isPresent()) {
            return content(late.get());
          }
          throw new ProblemException(
              "request_timeout",
              "the daemon did not take the request within " + limit.toSeconds() + " s",
              "it may be starting or stuck (journalctl -u kronocyte); "
                  + (withdrawn ? "nothing was changed, " : "")
                  + "try again, or wait longer with --wait");
        }
        Sleeper.REAL.sleep(POLL);
      }
    }
  }

  private static ObjectNode content(SlideRequests.Answer answer) throws ProblemException {
    ObjectNode content = answer.content();
    if (!answer.done()) {
      throw new ProblemException(
          new Problem(
              content.path("code").asText("request_refused"),
              content.path("message").asText("the daemon refused"),
              content.path("remedy").asText("see its log")),
          null);
    }
    return content;
  }
}
