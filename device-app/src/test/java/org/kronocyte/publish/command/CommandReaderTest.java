package org.kronocyte.publish.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kronocyte.publish.SchemaCheck;

class CommandReaderTest {
  private static final String GOOD =
      "{\"schema\":\"kronocyte/cmd/1\",\"request_id\":\"r-1\",\"expires_at\":\"2026-11-22T12:00:00Z\"";

  private static Command read(String json, Verb verb) throws BadCommandException {
    return CommandReader.read(json.getBytes(StandardCharsets.UTF_8), Optional.of(verb));
  }

  private static BadCommandException bad(String json) {
    return assertThrows(BadCommandException.class, () -> read(json, Verb.IDENTIFY));
  }

  @Test
  void commandIsReadAndItsSchemaAgrees() throws Exception {
    String json = GOOD + ",\"args\":{\"seconds\":5}}";
    assertEquals(
        new Command(
            "r-1",
            Instant.parse("2026-11-22T12:00:00Z"),
            Optional.of(Duration.ofSeconds(5)),
            false),
        read(json, Verb.IDENTIFY));
    SchemaCheck.assertValid(json);
    SchemaCheck.assertValid(GOOD + "}");
    assertEquals(Optional.empty(), read(GOOD + "}", Verb.IDENTIFY).duration());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ",\"more\":1}|unknown_field",
        ",\"args\":[]}|bad_args",
        ",\"args\":null}|bad_args",
        ",\"args\":{\"seconds\":0}}|bad_args",
        ",\"args\":{\"seconds\":61}}|bad_args",
        ",\"args\":{\"seconds\":1.5}}|bad_args",
        ",\"args\":{\"seconds\":99999999999}}|bad_args",
        ",\"args\":{\"minutes\":1}}|unknown_field",
      })
  void wrongFieldIsNamedToWhomAsked(String rest, String reason) throws Exception {
    BadCommandException e = bad(GOOD + rest);
    assertEquals(reason, e.reason());
    assertEquals(Optional.of("r-1"), e.requestId());
    SchemaCheck.assertInvalid(
        new com.fasterxml.jackson.databind.ObjectMapper().readTree(GOOD + rest));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{\"schema\":\"kronocyte/cmd/2\",\"request_id\":\"r\",\"expires_at\":\"2026-11-22T12:00:00Z\"}`|unknown_schema",
        "`{\"request_id\":\"r\",\"expires_at\":\"2026-11-22T12:00:00Z\"}`|unknown_schema",
        "`{\"schema\":\"kronocyte/cmd/1\",\"request_id\":\"r\"}`|bad_expires_at",
        "`{\"schema\":\"kronocyte/cmd/1\",\"request_id\":\"r\",\"expires_at\":5}`|bad_expires_at",
        "`{\"schema\":\"kronocyte/cmd/1\",\"request_id\":\"r\",\"expires_at\":\"2026-02-30T12:00:00Z\"}`|bad_expires_at",
        "`{\"schema\":\"kronocyte/cmd/1\",\"request_id\":\"r\",\"expires_at\":\"2026-11-22\"}`|bad_expires_at",
        "`{\"schema\":\"kronocyte/cmd/1\",\"request_id\":\"../x\"}`|no_request_id",
        "`{\"schema\":\"kronocyte/cmd/1\",\"request_id\":7}`|no_request_id",
        "`{}`|no_request_id",
        "`[]`|malformed",
        "`\"text\"`|malformed",
        "`1`|malformed",
        "``|malformed",
        "`{`|malformed",
        "`{} {}`|malformed",
        "`{\"request_id\":\"a\",\"request_id\":\"b\"}`|malformed",
        "`{\"request_id\":NaN}`|malformed",
      })
  void mqttReq19WhatIsNoCommandIsRefused(String json, String reason) {
    assertEquals(reason, bad(json).reason());
  }

  @Test
  void whetherSlidesAreNormalIsForCalibrationOnlyAndABoolean() throws Exception {
    String json = GOOD + ",\"args\":{\"slides_are_normal\":true}}";
    SchemaCheck.assertValid(json);
    assertTrue(read(json, Verb.SITE_CALIBRATE).slidesAreNormal());
    assertFalse(read(json.replace("true", "false"), Verb.SITE_CALIBRATE).slidesAreNormal());
    assertFalse(read(GOOD + "}", Verb.SITE_CALIBRATE).slidesAreNormal());
    assertEquals("unknown_field", bad(json).reason());
    assertThrows(
        BadCommandException.class,
        () -> read(json.replace("true", "\"true\""), Verb.SITE_CALIBRATE));
  }

  @Test
  void argumentsAreForTheVerbThatHasThem() {
    assertThrows(
        BadCommandException.class, () -> read(GOOD + ",\"args\":{\"seconds\":5}}", Verb.REPORT));
  }

  @Test
  void mqttReq19SizeAndDepthAreBounded() throws Exception {
    String padded = GOOD + " ".repeat(CommandReader.MAX_BYTES - GOOD.length() - 1) + "}";
    read(padded, Verb.REPORT);
    assertEquals("too_large", bad(padded + " ").reason());
    assertEquals("malformed", bad("[".repeat(2000)).reason());
    assertEquals("malformed", bad(GOOD + ",\"args\":[[[[1]]]]}").reason());
    assertEquals("malformed", bad(GOOD + ",\"" + "k".repeat(65) + "\":1}").reason());
    assertEquals("malformed", bad("{\"request_id\":\"" + "r".repeat(257) + "\"}").reason());
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    byte[] utf16 = (GOOD + "}").getBytes(StandardCharsets.UTF_16);
    BadCommandException e =
        assertThrows(BadCommandException.class, () -> CommandReader.read(utf16, Optional.empty()));
    assertTrue(e.requestId().isEmpty());
  }
}
