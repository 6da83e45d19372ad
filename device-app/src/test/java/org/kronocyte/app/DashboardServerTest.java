package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.problem.ProblemException;

class DashboardServerTest {
  private static final String CONFIG = "{\"mqttUrl\":\"ws://localhost:9001/mqtt\"}";

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private Path site;
  private DashboardServer server;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("secret.txt"), "secret");
    site = Files.createDirectory(folder.resolve("site"));
    for (String name : new String[] {"index.html", "style.css", "app.js", "other.txt"}) {
      Files.writeString(site.resolve(name), "this is " + name);
    }
    server = DashboardServer.start(site, CONFIG, 9001, 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    URI uri = URI.create("http://localhost:" + server.port() + path);
    return client.send(
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The status of a request written by hand, as no client would send it. */
  private int askRaw(String path, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertFalse(answer.contains("secret"));
      return Integer.parseInt(answer.substring(9, 12));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8, this is index.html",
    "/index.html, text/html; charset=utf-8, this is index.html",
    "/style.css, text/css; charset=utf-8, this is style.css",
    "/app.js, text/javascript; charset=utf-8, this is app.js"
  })
  void pagesAreServedWithTheirTypes(String path, String type, String body) throws Exception {
    HttpResponse<String> answer = ask("GET", path);
    assertEquals(200, answer.statusCode());
    assertEquals(body, answer.body());
    assertEquals(type, answer.headers().firstValue("Content-Type").orElseThrow());
  }

  @Test
  void configurationIsWhatWasGiven() throws Exception {
    assertEquals(CONFIG, ask("GET", "/config.json").body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "//etc/passwd",
        "/other.txt",
        "/index.html/",
        "/app.js%00"
      })
  void nothingElseIsServed(String path) throws IOException {
    int status = askRaw(path, "localhost");
    assertTrue(status == 404 || status == 400, () -> path + " gave " + status);
  }

  @Test
  void onlyReadingIsAllowed() throws Exception {
    for (String method : new String[] {"POST", "PUT", "DELETE", "OPTIONS"}) {
      assertEquals(405, ask(method, "/").statusCode(), method);
    }
    HttpResponse<String> head = ask("HEAD", "/");
    assertEquals(200, head.statusCode());
    assertEquals("", head.body());
    assertEquals("18", head.headers().firstValue("Content-Length").orElseThrow());
  }

  @Test
  void foreignNameThatLeadsHereIsRefused() throws IOException {
    assertEquals(200, askRaw("/", "localhost:8080"));
    assertEquals(200, askRaw("/", "127.0.0.1"));
    assertEquals(421, askRaw("/", "evil.example"));
  }

  @Test
  void policyAllowsOwnFilesAndTheBrokerOnly() throws Exception {
    HttpResponse<String> answer = ask("GET", "/");
    String policy = answer.headers().firstValue("Content-Security-Policy").orElseThrow();
    assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"));
    assertTrue(policy.contains("connect-src 'self' ws://localhost:9001 ws://127.0.0.1:9001;"));
    assertFalse(policy.contains("unsafe"));
    assertEquals("nosniff", answer.headers().firstValue("X-Content-Type-Options").orElseThrow());
  }

  @Test
  void takenPortIsNamedWithWhatToDo() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ProblemException e =
          assertThrows(
              ProblemException.class,
              () -> DashboardServer.start(site, CONFIG, 9001, other.getLocalPort()));
      assertEquals("port_taken", e.problem().code());
      assertTrue(e.problem().message().contains(Integer.toString(other.getLocalPort())));
      assertTrue(e.problem().remedy().contains("--port"));
    }
  }

  @Test
  void folderWithoutTheDashboardIsAProblem() {
    ProblemException e =
        assertThrows(ProblemException.class, () -> DashboardServer.start(folder, CONFIG, 9001, 0));
    assertEquals("dashboard_missing", e.problem().code());
  }
}
