import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.Message;

/**
 * A device that never stops making messages, as a process of its own: what it owns is nobody
 * else's. Says how it stands many times a second; stops making messages when it is told anything,
 * and ends with its standard input.
 */
final class TalkingDevice {
  /** Said before {@code connected waiting offered dropped producing}. */
  static final String STATE = "STATE ";

  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final Duration RECONNECT_MAX = Duration.ofMillis(250);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final int MOST_WAITING = 500;

  private final Device device;
  private volatile boolean wanted = true;

  /** False once nothing more is made. */
  private volatile boolean producing = true;

  private TalkingDevice(Device device) {
    this.device = device;
  }

  /** After so long without an answer it takes a link for dead. */
  static Duration silence() {
    return SILENCE;
  }

  /** Arguments: folder of certificates, port of the broker, seed. */
  public static void main(String[] arguments) throws Exception {
    Path certificates = Path.of(arguments[0]);
    BrokerLink link =
        new BrokerLink(
            URI.create("ssl://localhost:" + arguments[1]),
            BrokerLink.Protocol.AUTO,
            Optional.empty(),
            Optional.of(certificates.resolve("authority.crt")),
            Optional.of(
                new BrokerLink.ClientCertificate(
                    certificates.resolve("scope-1.crt"), certificates.resolve("scope-1.key"))),
            CONNECT_TIMEOUT);
    new TalkingDevice(
            new Device(link, SILENCE, RECONNECT_MAX, new Random(Long.parseLong(arguments[2]))))
        .run();
  }

  private void run() throws Exception {
    daemon(this::produce, "producer");
    daemon(this::tell, "teller");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      while (in.readLine() != null) {
        wanted = false;
      }
    }
    System.exit(0);
  }

  private static void daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void produce() {
    Random kinds = new Random(1);
    while (wanted) {
      if (device.waiting() >= MOST_WAITING) {
        pause(100); // Else a busy machine would fill the outbox, which is another test.
      } else {
        device.offer(kinds.nextInt(5) == 0 ? Message.Kind.SLIDE : Message.Kind.FIELD, 400);
        pause(10);
      }
    }
    producing = false;
  }

  private void tell() {
    while (true) {
      boolean still = producing; // Before the others, so that they are the last.
      System.out.println(
          STATE
              + String.join(
                  " ",
                  String.valueOf(device.connected()),
                  String.valueOf(device.waiting()),
                  String.valueOf(device.offered()),
                  String.valueOf(device.dropped()),
                  String.valueOf(still)));
      pause(10);
    }
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts it", e);
    }
  }
}
