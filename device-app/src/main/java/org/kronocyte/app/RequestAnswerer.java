package org.kronocyte.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.slide.Accession;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.slide.Specimen;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what {@code kronocyte slide …} and {@code kronocyte site …} ask for through the database. A
 * request is done before it is answered; one withdrawn in between was done all the same, which its
 * command says.
 */
final class RequestAnswerer implements Runnable {
  static final Duration INTERVAL = Duration.ofMillis(250);

  private static final Logger LOG = LoggerFactory.getLogger(RequestAnswerer.class);

  private final SlideRequests requests;
  private final SlideDesk desk;
  private final Optional<SiteKeeper> site;
  private boolean troubled;

  RequestAnswerer(SlideRequests requests, SlideDesk desk, Optional<SiteKeeper> site) {
    this.requests = requests;
    this.desk = desk;
    this.site = site;
  }

  @Override
  public synchronized void run() {
    try {
      for (SlideRequests.Request request : requests.waiting()) {
        answer(request);
      }
      troubled = false;
    } catch (ProblemException e) {
      if (!troubled) {
        troubled = true;
        LOG.warn("requests can't be answered: {}", e.getMessage());
      }
    }
  }

  private void answer(SlideRequests.Request request) throws ProblemException {
    LOG.info("asked to {}: {}", request.verb(), request.arguments());
    try {
      requests.answer(request.id(), true, done(request));
    } catch (ProblemException e) {
      ObjectNode problem = SlideRequests.object();
      problem.put("code", e.problem().code());
      problem.put("message", e.problem().message());
      problem.put("remedy", e.problem().remedy());
      requests.answer(request.id(), false, problem);
    }
  }

  private ObjectNode done(SlideRequests.Request request) throws ProblemException {
    ObjectNode answer = SlideRequests.object();
    switch (request.verb()) {
      case "start" -> answer.put("slide", desk.start(order(request.arguments())));
      case "pause" -> require(desk.pause());
      case "resume" -> require(desk.resume());
      case "finish" -> {
        SlideSummary slide = desk.finish().orElseThrow(RequestAnswerer::noSlide);
        answer.put("slide", slide.slide());
        answer.put("complete", slide.complete());
        answer.put("missing", String.join("; ", slide.missing()));
      }
      case "site-undo" -> answer.put("undone", siteKeeper().undo().id());
      case "site-again" -> answer.put("forgotten", siteKeeper().again());
      default ->
          throw new ProblemException(
              "unknown_request",
              "the daemon doesn't know '" + request.verb() + "'",
              "use the program version that the daemon has");
    }
    return answer;
  }

  private SiteKeeper siteKeeper() throws ProblemException {
    return site.orElseThrow(
        () ->
            new ProblemException(
                "site_not_learnt", "this daemon learns no site calibration", "see models.site"));
  }

  private static void require(boolean slide) throws ProblemException {
    if (!slide) {
      throw noSlide();
    }
  }

  private static ProblemException noSlide() {
    return new ProblemException(
        "no_slide", "no slide is open", "start one first: kronocyte slide start");
  }

  private static SlideOrder order(ObjectNode arguments) throws ProblemException {
    Optional<Accession> accession = Optional.empty();
    if (arguments.hasNonNull("accession")) {
      accession = Optional.of(Accession.of(arguments.get("accession").asText()));
    }
    OptionalInt planned = OptionalInt.empty();
    if (arguments.hasNonNull("planned_cells")) {
      planned = OptionalInt.of(arguments.get("planned_cells").asInt());
      if (planned.getAsInt() < 1 || planned.getAsInt() > SlideOrder.MAX_PLANNED_CELLS) {
        throw refused(
            "planned cells " + planned.getAsInt(), "1 to " + SlideOrder.MAX_PLANNED_CELLS);
      }
    }
    Optional<Specimen> specimen = Optional.empty();
    if (arguments.hasNonNull("specimen")) {
      String code = arguments.get("specimen").asText();
      specimen = Specimen.ofCode(code);
      if (specimen.isEmpty()) {
        throw refused("specimen '" + code + "'", "marrow or blood");
      }
    }
    return new SlideOrder(
        Optional.ofNullable(arguments.get("slide")).map(n -> n.asText()),
        specimen,
        accession,
        planned);
  }

  private static ProblemException refused(String what, String allowed) {
    return new ProblemException(
        new Problem("bad_request", what + " is not possible", "use " + allowed), null);
  }
}
