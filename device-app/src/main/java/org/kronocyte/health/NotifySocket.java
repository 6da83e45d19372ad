package org.kronocyte.health;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Sends datagrams to a socket of the family AF_UNIX, through the C library.
 *
 * <p>Java 17 knows such sockets as streams only, and systemd's takes datagrams. The program {@code
 * systemd-notify} would be another process: systemd must then be told to believe any process of the
 * unit, and a message can be lost because its sender is gone before systemd looks who it was.
 */
final class NotifySocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;

  /** {@code sizeof(sockaddr_un.sun_path)}. */
  private static final int MAX_PATH_BYTES = 108;

  private final byte[] address;

  /** The C library's functions; constants and layout are Linux's, the same on all its machines. */
  private interface CLibrary extends Library {
    int socket(int domain, int type, int protocol) throws LastErrorException;

    int sendto(int fd, byte[] data, NativeSize length, int flags, byte[] address, int addressLength)
        throws LastErrorException;

    int close(int fd) throws LastErrorException;
  }

  /** A {@code size_t}. */
  public static final class NativeSize extends com.sun.jna.IntegerType {
    private static final long serialVersionUID = 1L;

    public NativeSize() {
      this(0);
    }

    public NativeSize(long value) {
      super(Native.SIZE_T_SIZE, value, true);
    }
  }

  /** Loads the C library at the first use, so that a process without systemd never does. */
  private static final class Holder {
    static final CLibrary LIBRARY = Native.load("c", CLibrary.class);
  }

  /**
   * @param name absolute path of the socket, or {@code @} and a name in the abstract namespace, as
   *     in {@code NOTIFY_SOCKET}
   */
  NotifySocket(String name) throws IOException {
    address = address(name);
  }

  /**
   * {@code sockaddr_un}: family in the machine's byte order, then the path. An abstract name begins
   * with a zero byte and ends with the address's length; a path ends with a zero byte.
   */
  static byte[] address(String name) throws IOException {
    boolean isAbstract = name.startsWith("@");
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    if (!isAbstract && !name.startsWith("/")) {
      throw new IOException("socket '" + name + "' is neither an absolute path nor abstract");
    }
    if (path.length + (isAbstract ? 0 : 1) > MAX_PATH_BYTES) {
      throw new IOException("socket name of " + path.length + " bytes is too long");
    }
    byte[] bytes = new byte[2 + path.length + (isAbstract ? 0 : 1)];
    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putShort((short) AF_UNIX).put(path);
    if (isAbstract) {
      bytes[2] = 0;
    }
    return bytes;
  }

  /** Sends one datagram; doesn't wait if the receiver's queue is full. */
  void send(String text) throws IOException {
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    try {
      int fd = Holder.LIBRARY.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      try {
        Holder.LIBRARY.sendto(
            fd,
            data,
            new NativeSize(data.length),
            MSG_DONTWAIT | MSG_NOSIGNAL,
            Arrays.copyOf(address, address.length),
            address.length);
      } finally {
        Holder.LIBRARY.close(fd);
      }
    } catch (LastErrorException e) {
      throw new IOException("errno " + e.getErrorCode() + ": " + e.getMessage(), e);
    } catch (UnsatisfiedLinkError e) {
      throw new IOException("the C library can't be called: " + e.getMessage(), e);
    }
  }
}
