package org.kronocyte.publish.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.config.MqttConfig;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Await;
import org.kronocyte.publish.DeviceClock;
import org.kronocyte.publish.Incoming;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Packet;
import org.kronocyte.publish.Samples;
import org.kronocyte.publish.SchemaCheck;
import org.kronocyte.publish.SiteAnswer;
import org.kronocyte.store.Age;
import org.kronocyte.store.Database;
import org.kronocyte.store.Work;

class CommandDeskTest {
  private static final String TOPIC = "kronocyte/v1/clinic-1/scope-2/cmd/";

  /** Remembers what was done; can refuse, or wait. */
  private final class Actions implements DeviceActions {
    final List<String> done = new ArrayList<>();
    final CountDownLatch gate = new CountDownLatch(1);
    boolean waits;
    boolean undone;
    Optional<RuntimeException> after = Optional.empty();
    Optional<RuntimeException> fault = Optional.empty();
    Optional<Error> cut = Optional.empty();

    @Override
    public void startSlide(Work<?> receipt) throws ProblemException {
      throw new ProblemException("slide_in_progress", "there is a slide", "finish it");
    }

    @Override
    public void pauseSlide(Work<?> receipt) throws ProblemException {
      store(receipt);
      done.add("pause");
    }

    @Override
    public void resumeSlide(Work<?> receipt) {
      done.add("resume");
    }

    @Override
    public void finishSlide(Work<?> receipt) throws ProblemException {
      store(receipt);
      done.add("finish");
      after.ifPresent(
          f -> {
            throw f;
          });
    }

    /** An effect in the store: a counter that may be counted up once for each command. */
    private void store(Work<?> receipt) throws ProblemException {
      database.write(
          tx -> {
            tx.update(
                "INSERT INTO counter VALUES ('effects', 1)"
                    + " ON CONFLICT (name) DO UPDATE SET value = value + 1");
            receipt.in(tx);
            if (undone) {
              throw new ProblemException("disk_full", "by test", "wait");
            }
            return null;
          });
    }

    @Override
    public void identify(Duration length) {
      done.add("identify " + length.toSeconds());
    }

    @Override
    public void report() {
      fault.ifPresent(
          f -> {
            throw f;
          });
      if (waits) {
        try {
          gate.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      done.add("report");
    }

    @Override
    public SiteAnswer sites() {
      return SITES;
    }

    @Override
    public SiteAnswer calibrateSite(boolean slidesAreNormal) throws ProblemException {
      done.add("calibrate" + (slidesAreNormal ? " normal" : ""));
      throw new ProblemException("site_blasts_vanish", "9 of 150", "let a person look");
    }

    @Override
    public SiteAnswer undoSite() {
      done.add("undo");
      cut.ifPresent(
          e -> {
            throw e;
          });
      fault.ifPresent(
          f -> {
            throw f;
          });
      return SITES;
    }

    @Override
    public SiteAnswer learnAgain() {
      done.add("again");
      return SITES;
    }
  }

  private static final SiteAnswer SITES =
      new SiteAnswer(
          "held",
          Optional.of("2026-11-20T00:00:00Z, 150 cells, sha256 0123456789ab"),
          12,
          1,
          Collections.nCopies(
              20,
              new SiteAnswer.Calibration(
                  "2026-11-20T00:00:00Z, 150 cells, sha256 0123456789ab",
                  SiteAnswer.Role.OTHER_MODEL,
                  "m".repeat(5000),
                  150,
                  20,
                  0.7123456,
                  0.8)),
          Optional.of(
              new SiteAnswer.Refusal(
                  "2026-11-19T00:00:00Z", 150, "site_as_expected", "s".repeat(5000))));

  @TempDir Path folder;

  private final Actions actions = new Actions();
  private Database database;
  private final List<Packet> replies = new ArrayList<>();
  private Instant now = Samples.NOON;
  private boolean synchronised = true;
  private final DeviceClock clock = new DeviceClock(() -> now, () -> 0, () -> synchronised);
  private CommandDesk desk;

  @BeforeEach
  void open() throws Exception {
    database = Database.own(folder, Database.Settings.STANDARD);
    desk = desk(EnumSet.allOf(Verb.class));
  }

  /** As after a power cut: nothing is known but what is stored. */
  private void restart() throws Exception {
    close();
    open();
  }

  private CommandDesk desk(Set<Verb> allowed) {
    return new CommandDesk(
        new Messages(Samples.ADDRESS, UUID.randomUUID(), clock),
        allowed,
        new AnsweredCommands(database),
        actions,
        clock,
        replies::add);
  }

  @AfterEach
  void close() throws Exception {
    actions.gate.countDown();
    desk.close();
    database.close();
  }

  private long effects() throws ProblemException {
    return database
        .read(
            tx ->
                tx.first(
                    "SELECT value FROM counter WHERE name = 'effects'", r -> r.integer("value")))
        .orElse(0L);
  }

  private static String json(String id, Instant expiresAt) {
    return "{\"schema\":\"kronocyte/cmd/1\",\"request_id\":\""
        + id
        + "\",\"expires_at\":\""
        + expiresAt
        + "\"}";
  }

  private static Incoming message(String verb, String payload, boolean retained) {
    return new Incoming(
        TOPIC + verb,
        payload.getBytes(StandardCharsets.UTF_8),
        retained,
        Optional.empty(),
        new byte[0]);
  }

  private static Incoming command(String verb, String id) {
    return message(verb, json(id, Samples.NOON.plusSeconds(60)), false);
  }

  private JsonNode ack(int index) throws Exception {
    assertTrue(replies.size() > index, () -> "answers: " + replies);
    return SchemaCheck.assertValid(replies.get(index).payload());
  }

  private void assertAck(int index, String outcome, String reason) throws Exception {
    assertEquals(
        outcome + " " + reason,
        ack(index).get("outcome").asText() + " " + ack(index).get("reason").asText());
  }

  @Test
  void everyVerbIsDoneAndAnswered() throws Exception {
    for (Verb verb : Verb.values()) {
      desk.handle(command(verb.code(), "r-" + verb.code()));
    }
    assertEquals(
        List.of("pause", "resume", "finish", "identify 10", "report", "calibrate", "undo", "again"),
        actions.done);
    assertAck(0, "failed", "slide_in_progress");
    assertTrue(ack(0).get("message").asText().contains("there is a slide"));
    int index = 0;
    for (Verb verb : Verb.values()) {
      assertEquals(
          "kronocyte/v1/clinic-1/scope-2/ack/r-" + verb.code(), replies.get(index).topic());
      assertEquals(false, replies.get(index).retained());
      assertEquals(verb.code(), ack(index).get("verb").asText());
      if (verb == Verb.SITE_CALIBRATE) {
        assertAck(index, "failed", "site_blasts_vanish");
      } else if (verb != Verb.SLIDE_START) {
        assertAck(index, "done", "");
      }
      index++;
    }
  }

  @Test
  void mqttReq20CommandIsAnsweredOnceHoweverOftenItComes() throws Exception {
    for (int i = 0; i < 5; i++) {
      desk.handle(command("report", "same"));
    }
    desk.handle(command("slide-finish", "same"));
    assertEquals(List.of("report"), actions.done);
    assertEquals(1, replies.size());
    assertEquals(5L, desk.figures().get("commands_repeated"));
  }

  @Test
  void mqttReq20AfterARestartARepeatedCommandGetsItsFirstAnswerAgain() throws Exception {
    desk.handle(command("slide-finish", "a"));
    desk.handle(command("report", "b"));
    desk.handle(message("slide-finish", json("c", Samples.NOON), false));
    desk.handle(message("report", "{\"request_id\":\"d\",\"more\":[]}", false));
    assertEquals(4, replies.size());
    List<String> first = replies.stream().map(Packet::payload).toList();
    replies.clear();
    actions.done.clear();
    restart();
    now = Samples.NOON.minusSeconds(5);
    for (int i = 0; i < 3; i++) {
      desk.handle(command("slide-finish", "a"));
      desk.handle(command("report", "b"));
      desk.handle(command("slide-finish", "c"));
      desk.handle(command("report", "d"));
    }
    assertEquals(first, replies.stream().map(Packet::payload).toList(), "word for word, once");
    assertEquals(List.of(), actions.done);
    assertEquals(1, effects());
    assertEquals(12L, desk.figures().get("commands_repeated"));
    desk.handle(command("slide-finish", "e"));
    assertEquals(2, effects(), "a new one is done");
  }

  @Test
  void mqttReq20EffectAndAnswerAreOneTransaction() throws Exception {
    actions.undone = true;
    desk.handle(command("slide-finish", "a"));
    assertAck(0, "failed", "disk_full");
    assertEquals(0, effects());
    actions.undone = false;
    actions.after = Optional.of(new IllegalStateException("after the commit"));
    desk.handle(command("slide-finish", "b"));
    assertAck(1, "done", "");
    assertEquals(1, effects());
    restart();
    actions.after = Optional.empty();
    desk.handle(command("slide-finish", "b"));
    assertEquals(1, effects());
    assertAck(2, "done", "");
  }

  @Test
  void mqttReq21RetainedIsIgnoredAndSaidSoOnce() throws Exception {
    desk.handle(message("slide-finish", json("r", Samples.NOON.plusSeconds(60)), true));
    desk.handle(message("slide-finish", json("r", Samples.NOON.plusSeconds(60)), true));
    assertEquals(List.of(), actions.done);
    assertEquals(1, replies.size());
    assertAck(0, "ignored", "retained");
  }

  @Test
  void mqttReq22ExpiredIsIgnoredAndOneValidForTooLongRefused() throws Exception {
    desk.handle(message("report", json("a", Samples.NOON), false));
    desk.handle(message("report", json("b", Samples.NOON.plusSeconds(24 * 3600)), false));
    desk.handle(message("report", json("c", Samples.NOON.plusSeconds(24 * 3600 + 1)), false));
    assertAck(0, "ignored", "expired");
    assertEquals("expired", ack(0).get("expiry").asText());
    assertAck(1, "done", "");
    assertAck(2, "refused", "expires_too_late");
    assertEquals(List.of("report"), actions.done);
  }

  @Test
  void mqttReq23WrongClockDoesntDecideSilently() throws Exception {
    synchronised = false;
    desk.handle(command("slide-finish", "a"));
    assertAck(0, "done", "");
    assertEquals("unsynchronised", ack(0).get("clock").asText());
    now = Instant.EPOCH;
    desk.handle(command("slide-finish", "b"));
    assertAck(1, "refused", "clock_unset");
    assertEquals("unverified", ack(1).get("expiry").asText());
    assertEquals("unset", ack(1).get("clock").asText());
    desk.handle(command("identify", "c"));
    assertAck(2, "done", "");
    assertEquals("unverified", ack(2).get("expiry").asText());
    now = Samples.NOON.plus(Duration.ofDays(3650));
    desk.handle(command("slide-finish", "d"));
    assertAck(3, "ignored", "expired");
    assertTrue(ack(3).get("at").asText().startsWith("2036"), "the sender sees the wrong clock");
    assertEquals(List.of("finish", "identify 10"), actions.done);
  }

  @Test
  void mqttReq24OnlyAllowedVerbsAreDone() throws Exception {
    try (CommandDesk strict = desk(EnumSet.of(Verb.REPORT))) {
      strict.handle(command("slide-finish", "a"));
      strict.handle(command("report", "b"));
      strict.handle(command("reboot", "c"));
    }
    assertAck(0, "refused", "forbidden");
    assertAck(1, "done", "");
    assertAck(2, "refused", "unknown_verb");
    assertEquals(List.of("report"), actions.done);
  }

  @Test
  void mqttReq33AnswersOnSiteCalibrationsSayWhatThereIsAndAreBounded() throws Exception {
    for (String verb : List.of("site-list", "site-undo", "site-again")) {
      desk.handle(command(verb, verb));
    }
    for (int i = 0; i < 3; i++) {
      JsonNode now = ack(i).get("calibration");
      assertEquals("held", now.get("state").asText());
      assertEquals(8, now.get("calibrations").size());
      assertEquals("other_model", now.at("/calibrations/0/role").asText());
      assertEquals(0.7123, now.at("/calibrations/0/confidence_before").asDouble());
      assertEquals("site_as_expected", now.at("/refusal/reason").asText());
      assertTrue(replies.get(i).payload().length() < 16 * 1024);
    }
    desk.handle(command("site-calibrate", "c"));
    assertAck(3, "failed", "site_blasts_vanish");
    assertFalse(ack(3).has("calibration"));
    String json = json("n", Samples.NOON.plusSeconds(60));
    String normal = json.replace("}", ",\"args\":{\"slides_are_normal\":true}}");
    desk.handle(message("site-calibrate", normal, false));
    assertEquals(List.of("undo", "again", "calibrate", "calibrate normal"), actions.done);
    desk.handle(command("report", "r"));
    assertFalse(ack(5).has("calibration"));
  }

  @Test
  void mqttReq33OnlyLookingAtSiteCalibrationsIsAllowedUnlessConfigured() throws Exception {
    List<Verb> usual =
        Arrays.stream(Verb.values())
            .filter(v -> MqttConfig.DEFAULT_COMMANDS.contains(v.code()))
            .toList();
    assertEquals(List.of(Verb.IDENTIFY, Verb.REPORT, Verb.SITE_LIST), usual);
    assertTrue(usual.stream().noneMatch(Verb::changes));
    try (CommandDesk strict = desk(EnumSet.copyOf(usual))) {
      strict.handle(command("site-list", "a"));
      strict.handle(command("site-calibrate", "b"));
      strict.handle(command("site-undo", "c"));
      strict.handle(command("site-again", "d"));
    }
    assertAck(0, "done", "");
    for (int i = 1; i < 4; i++) {
      assertAck(i, "refused", "forbidden");
    }
    assertEquals(List.of(), actions.done);
    now = Instant.EPOCH;
    desk.handle(command("site-undo", "e"));
    assertAck(4, "refused", "clock_unset");
  }

  /** Undone twice, a device would go back two calibrations. */
  @Test
  void mqttReq34WhatIsDoneToSiteCalibrationsIsNeverDoneTwice() throws Exception {
    class PowerCut extends Error {
      private static final long serialVersionUID = 1L;
    }
    desk.handle(command("site-undo", "a"));
    desk.handle(command("site-undo", "a"));
    actions.cut = Optional.of(new PowerCut());
    assertThrows(PowerCut.class, () -> desk.handle(command("site-undo", "b")));
    actions.cut = Optional.empty();
    restart();
    String first = replies.get(0).payload();
    desk.handle(command("site-undo", "a"));
    assertEquals(first, replies.get(1).payload(), "word for word");
    desk.handle(command("site-undo", "b"));
    assertAck(2, "failed", "interrupted");
    assertEquals(List.of("undo", "undo"), actions.done);
    actions.fault = Optional.of(new IllegalStateException("script"));
    desk.handle(command("site-undo", "c"));
    assertAck(3, "failed", "internal_error");
    restart();
    actions.fault = Optional.empty();
    desk.handle(command("site-undo", "c"));
    assertAck(4, "failed", "internal_error");
    assertEquals(3, actions.done.size());
  }

  @Test
  void unreadableIsAnsweredWhereItSaysToWhom() throws Exception {
    desk.handle(message("report", "{", false));
    desk.handle(message("report", "x".repeat(100_000), false));
    desk.handle(message("report", "{\"request_id\":\"r\",\"more\":[]}", false));
    desk.handle(message("report", "{\"request_id\":\"r\",\"more\":[]}", false));
    assertEquals(1, replies.size());
    assertAck(0, "refused", "unknown_field");
    assertEquals(4L, desk.figures().get("commands_unreadable"));
    desk.handle(message("A/B", json("q", Samples.NOON.plusSeconds(60)), false));
    assertEquals(1, replies.size());
    assertEquals(List.of(), actions.done);
  }

  @Test
  void mqttReq25AnswerGoesWhereTheSenderWantsItOnlyBelowAck() throws Exception {
    String payload = json("r1", Samples.NOON.plusSeconds(60));
    byte[] correlation = {1, 2};
    String ack = "kronocyte/v1/clinic-1/scope-2/ack/";
    for (String wanted : List.of(ack + "console/7", "homeassistant/x", ack + "+", ack + "a/#")) {
      desk.handle(
          new Incoming(
              TOPIC + "report",
              payload.replace("r1", "r" + replies.size()).getBytes(StandardCharsets.UTF_8),
              false,
              Optional.of(wanted),
              correlation));
    }
    assertEquals(
        List.of(ack + "console/7", ack + "r1", ack + "r2", ack + "r3"),
        replies.stream().map(Packet::topic).toList());
    assertArrayEquals(correlation, replies.get(0).correlation());
  }

  @Test
  void unforeseenFailureIsAnsweredAndTheNextCommandDone() throws Exception {
    actions.fault = Optional.of(new IllegalStateException("script"));
    desk.handle(command("report", "a"));
    actions.fault = Optional.empty();
    desk.handle(command("report", "b"));
    assertAck(0, "failed", "internal_error");
    assertAck(1, "done", "");
  }

  @Test
  void mqttReq26FloodIsDroppedWithoutWaiting() throws Exception {
    actions.waits = true;
    long began = System.nanoTime();
    for (int i = 0; i < 500; i++) {
      desk.received(command("report", "r" + i));
    }
    assertTrue(System.nanoTime() - began < 10_000_000_000L, "nobody waits");
    assertTrue((long) desk.figures().get("commands_dropped") >= 500 - CommandDesk.QUEUE - 1);
    actions.gate.countDown();
    Await.until("the rest", () -> (long) desk.figures().get("commands_done") >= CommandDesk.QUEUE);
  }

  @Test
  void memoryOfCommandsIsBoundedAndForgetsTheOldestFirst() throws Exception {
    AnsweredCommands memory = new AnsweredCommands(database);
    database.write(
        tx -> {
          for (int i = 0; i <= AnsweredCommands.MOST; i++) {
            assertTrue(memory.meet("r" + i));
            AnsweredCommands.remember(tx, "r" + i, "{}");
          }
          return null;
        });
    assertEquals(false, memory.meet("r1"));
    assertTrue(memory.meet("r0"));
    assertEquals(Optional.of("{}"), memory.find("r1"));
    assertEquals(Optional.empty(), memory.find("r0"));
  }

  @Test
  void memoryOfCommandsForgetsByWitnessedTime() throws Exception {
    AnsweredCommands memory = new AnsweredCommands(database);
    database.write(tx -> Age.advance(tx, Optional.of(Samples.NOON), Duration.ZERO));
    memory.remember("old", "{}");
    for (int jump = 1; jump <= 4; jump++) {
      Instant wrong = Samples.NOON.plus(Duration.ofDays(3650L * jump));
      database.write(tx -> Age.advance(tx, Optional.of(wrong), Duration.ZERO));
      memory.remember("jump " + jump, "{}");
    }
    assertEquals(Optional.of("{}"), memory.find("old"), "a wrong clock forgets nothing");
    Instant last = Samples.NOON.plus(Duration.ofDays(99_999));
    database.write(tx -> Age.advance(tx, Optional.of(last), Duration.ZERO));
    memory.remember("new", "{}");
    assertEquals(Optional.empty(), memory.find("old"));
    assertEquals(Optional.of("{}"), memory.find("jump 4"));
  }
}
