package org.kronocyte.publish.mqtt;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.kronocyte.publish.BrokerLink;

/** A broker that is frozen: from its start, or as soon as it has let the device in. */
final class SilentBroker implements Closeable {
  private static final int SMALL_BUFFER = 8 * 1024;
  private static final byte[] LET_IN_V3 = {0x20, 2, 0, 0};
  private static final byte[] LET_IN_V5 = {0x20, 3, 0, 0, 0};

  private final ServerSocket door = new ServerSocket();
  private final BlockingQueue<Socket> held = new LinkedBlockingQueue<>();
  private final Optional<SSLContext> tls;
  private final Optional<byte[]> answer;

  private SilentBroker(Optional<SSLContext> tls, Optional<byte[]> answer) throws IOException {
    this.tls = tls;
    this.answer = answer;
    door.setReceiveBufferSize(SMALL_BUFFER);
    door.bind(new InetSocketAddress(InetAddress.getByName("localhost"), 0));
    Thread thread = new Thread(this::accept, "silent broker");
    thread.setDaemon(true);
    thread.start();
  }

  static SilentBroker frozen() throws IOException {
    return new SilentBroker(Optional.empty(), Optional.empty());
  }

  /** Answers a connection's first packet, by TLS if it is asked to, and reads nothing more. */
  static SilentBroker frozenAfterLettingIn(Optional<SSLContext> tls, BrokerLink.Protocol protocol)
      throws IOException {
    boolean v5 = protocol == BrokerLink.Protocol.V5;
    return new SilentBroker(tls, Optional.of(v5 ? LET_IN_V5 : LET_IN_V3));
  }

  int port() {
    return door.getLocalPort();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket socket = door.accept();
        if (answer.isPresent()) {
          letIn(socket);
        }
        held.add(socket);
      } catch (IOException e) {
        if (!door.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void letIn(Socket socket) throws IOException {
    Socket speaking = socket;
    if (tls.isPresent()) {
      SSLSocket secured =
          (SSLSocket)
              tls.get().getSocketFactory().createSocket(socket, null, socket.getPort(), true);
      secured.setUseClientMode(false);
      speaking = secured;
    }
    DataInputStream in = new DataInputStream(speaking.getInputStream());
    in.readUnsignedByte();
    int length = 0;
    int digit = 0x80;
    for (int shift = 0; digit >= 0x80; shift += 7) {
      digit = in.readUnsignedByte();
      length |= (digit & 0x7F) << shift;
    }
    in.readFully(new byte[length]);
    speaking.getOutputStream().write(answer.orElseThrow());
  }

  /** Whether the device has given up the descriptor of the next of its connections. */
  boolean nextIsClosed(int withinMs) throws IOException, InterruptedException {
    Socket socket = held.poll(withinMs, TimeUnit.MILLISECONDS);
    if (socket == null) {
      return false;
    }
    try (socket) {
      socket.setSoTimeout(withinMs);
      InputStream in = socket.getInputStream();
      byte[] sentBefore = new byte[64 * 1024];
      int read = 0;
      while (read >= 0) {
        read = in.read(sentBefore);
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // Reset.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket = held.poll(); socket != null; socket = held.poll()) {
      socket.close();
    }
  }
}
