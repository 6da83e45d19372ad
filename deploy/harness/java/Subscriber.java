import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * The least that can listen by MQTT 3.1.1, at QoS 0: unlike a client library it reads a connection
 * that breaks off to its last byte, so that what the broker said before it was killed is heard.
 */
final class Subscriber implements Closeable {
  private static final int CONNECT = 0x10;
  private static final int SUBSCRIBE = 0x82;
  private static final int PUBLISH = 0x30;

  private final Socket socket;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Returns when the broker has granted it; {@code heard} gets topic and payload. */
  Subscriber(int port, String name, String filter, BiConsumer<String, String> heard)
      throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 * 1024));
    ByteArrayOutputStream connect = new ByteArrayOutputStream();
    DataOutputStream body = new DataOutputStream(connect);
    body.writeUTF("MQTT");
    body.write(new byte[] {4, 2, 0, 0}); // Level, clean session, keep-alive 0.
    body.writeUTF(name);
    send(CONNECT, connect);
    byte[] answer = read(in, in.readUnsignedByte());
    if (answer.length != 2 || answer[1] != 0) {
      throw new IOException("the broker refuses the receiver");
    }
    ByteArrayOutputStream subscribe = new ByteArrayOutputStream();
    body = new DataOutputStream(subscribe);
    body.writeShort(1);
    body.writeUTF(filter);
    body.write(0);
    send(SUBSCRIBE, subscribe);
    answer = read(in, in.readUnsignedByte());
    if (answer.length != 3 || answer[2] != 0) {
      throw new IOException("the broker refuses the subscription");
    }
    Thread thread = new Thread(() -> listen(in, heard), "receiver");
    thread.setDaemon(true);
    thread.start();
  }

  private void send(int type, ByteArrayOutputStream body) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(type);
    packet.write(body.size()); // All of ours are shorter than 128 bytes.
    body.writeTo(packet);
    socket.getOutputStream().write(packet.toByteArray());
  }

  /** The rest of a packet whose first byte was read. */
  private static byte[] read(DataInputStream in, int first) throws IOException {
    if (first < 0) {
      throw new IOException("no packet");
    }
    int length = 0;
    int digit = in.readUnsignedByte();
    for (int shift = 0; ; shift += 7) {
      length |= (digit & 0x7F) << shift;
      if (digit < 0x80) {
        break;
      }
      digit = in.readUnsignedByte();
    }
    byte[] body = new byte[length];
    in.readFully(body);
    return body;
  }

  private void listen(DataInputStream in, BiConsumer<String, String> heard) {
    try (socket) {
      for (int first = in.read(); first >= 0; first = in.read()) {
        byte[] body = read(in, first);
        if ((first & 0xF0) == PUBLISH) {
          int topic = (body[0] & 0xFF) << 8 | body[1] & 0xFF;
          heard.accept(
              new String(body, 2, topic, StandardCharsets.UTF_8),
              new String(body, 2 + topic, body.length - 2 - topic, StandardCharsets.UTF_8));
        }
      }
    } catch (IOException e) {
      ended.countDown(); // Broken off in a packet, which therefore didn't arrive.
    } finally {
      ended.countDown();
    }
  }

  /** Whether the broker went away and all it said is read. */
  boolean ended(int withinMs) throws InterruptedException {
    return ended.await(withinMs, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
