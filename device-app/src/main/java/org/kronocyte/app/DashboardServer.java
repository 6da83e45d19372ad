package org.kronocyte.app;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the dashboard at {@code http://localhost:PORT/}, to this machine only. It knows a fixed
 * list of pages, read once at the start, so that no request can name a file.
 */
public final class DashboardServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DashboardServer.class);

  private static final Map<String, String> TYPES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "style.css", "text/css; charset=utf-8",
          "app.js", "text/javascript; charset=utf-8");

  private record Page(String type, String text) {
    byte[] body() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads;

  private DashboardServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Serves the dashboard in a folder.
   *
   * @param folder holds {@code index.html}, {@code style.css} and {@code app.js}
   * @param configJson what the page finds at {@code config.json}
   * @param webSocketPort of the broker the page may connect to
   * @param port 0 for a free one
   * @throws ProblemException {@code port_taken} or {@code dashboard_missing}
   */
  public static DashboardServer start(Path folder, String configJson, int webSocketPort, int port)
      throws ProblemException {
    Map<String, Page> pages = new HashMap<>();
    for (Map.Entry<String, String> type : TYPES.entrySet()) {
      pages.put("/" + type.getKey(), new Page(type.getValue(), read(folder, type.getKey())));
    }
    pages.put("/", pages.get("/index.html"));
    pages.put("/config.json", new Page("application/json", configJson));
    HttpServer server = bind(port);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            2,
            work -> {
              Thread thread = new Thread(work, "dashboard");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, pages, webSocketPort));
    server.start();
    log.info("dashboard at http://localhost:{}", server.getAddress().getPort());
    return new DashboardServer(server, threads);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static HttpServer bind(int port) throws ProblemException {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    } catch (IOException e) {
      throw new ProblemException(
          "port_taken",
          "port " + port + " of this machine can't be used for the dashboard: " + e.getMessage(),
          "stop the program that has it, or choose another with --port",
          e);
    }
  }

  private static String read(Path folder, String name) throws ProblemException {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      throw new ProblemException(
          "dashboard_missing",
          "the dashboard's file " + folder.resolve(name) + " can't be read: " + e,
          "install the dashboard again; its files are in deploy/dashboard/dist",
          e);
    }
  }

  private static void answer(HttpExchange exchange, Map<String, Page> pages, int webSocketPort)
      throws IOException {
    try (exchange) {
      secure(exchange.getResponseHeaders(), webSocketPort);
      String method = exchange.getRequestMethod();
      Page page = pages.get(exchange.getRequestURI().getPath());
      if (!isLocal(exchange.getRequestHeaders().getFirst("Host"))) {
        exchange.sendResponseHeaders(421, -1);
      } else if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
      } else if (page == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        exchange.getResponseHeaders().set("Content-Type", page.type());
        byte[] body = page.body();
        if (method.equals("HEAD")) {
          exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
          exchange.sendResponseHeaders(200, -1);
        } else {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
        }
      }
    }
  }

  /** A web page elsewhere may not reach this one by a name of its own that leads here. */
  private static boolean isLocal(String host) {
    return host != null
        && Set.of("localhost", "127.0.0.1", "[::1]").contains(host.replaceFirst(":\\d+$", ""));
  }

  private static void secure(Headers headers, int webSocketPort) {
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'"
            + " ws://localhost:"
            + webSocketPort
            + " ws://127.0.0.1:"
            + webSocketPort
            + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
  }
}
