import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk as it may be after a loss of power. A file's content is on it up to its last sync; what came
 * after may be there or not, in any order, torn at sectors of 512 bytes. A name (created, deleted,
 * renamed) is on it once the folder was synced; before, it may be or not, in order.
 */
final class CutDisk {
  private static final int SECTOR = 512;

  /** How much of what was not synced survives. */
  enum Survival {
    NONE,
    ALL,
    SOME
  }

  /** A file's bytes, whatever its name. */
  private static final class Content {
    byte[] synced = new byte[0];
    final List<DiskRecord.Op> pending = new ArrayList<>();
  }

  private record NameChange(String name, Content content) {}

  private final Map<String, Content> now = new TreeMap<>();
  private final Map<String, Content> syncedNames = new TreeMap<>();
  private final List<NameChange> pendingNames = new ArrayList<>();

  /** Does one call. */
  void apply(DiskRecord.Op op, boolean ignoreSync) {
    switch (op.op()) {
      case 'C' -> name(op.file(), new Content());
      case 'U' -> name(op.file(), null);
      case 'R' -> {
        Content moved = now.get(op.file());
        name(op.file(), null);
        name(op.note().substring(op.note().lastIndexOf('/') + 1), moved);
      }
      case 'W', 'T' -> content(op.file()).pending.add(op);
      case 'S' -> {
        if (!ignoreSync) {
          Content content = content(op.file());
          for (DiskRecord.Op pending : content.pending) {
            content.synced = applied(content.synced, pending);
          }
          content.pending.clear();
        }
      }
      case 'D' -> {
        if (!ignoreSync) {
          pendingNames.forEach(change -> put(syncedNames, change));
          pendingNames.clear();
        }
      }
      default -> {
        // A note is nothing to a disk.
      }
    }
  }

  private void name(String name, Content content) {
    NameChange change = new NameChange(name, content);
    put(now, change);
    pendingNames.add(change);
  }

  private static void put(Map<String, Content> names, NameChange change) {
    if (change.content() == null) {
      names.remove(change.name());
    } else {
      names.put(change.name(), change.content());
    }
  }

  /** A file that was there before the record began has a name that is safe. */
  private Content content(String name) {
    return now.computeIfAbsent(
        name,
        n -> {
          Content content = new Content();
          syncedNames.put(n, content);
          return content;
        });
  }

  private static byte[] applied(byte[] before, DiskRecord.Op op) {
    if (op.op() == 'T') {
      return Arrays.copyOf(before, (int) op.offset());
    }
    byte[] after =
        Arrays.copyOf(before, Math.max(before.length, (int) op.offset() + op.data().length));
    System.arraycopy(op.data(), 0, after, (int) op.offset(), op.data().length);
    return after;
  }

  /** Writes the disk's files into a folder, which is emptied first. */
  void write(Path folder, Survival survival, Random random) throws IOException {
    Files.createDirectories(folder);
    try (var old = Files.list(folder)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    Map<String, Content> names = new TreeMap<>(syncedNames);
    int changes =
        switch (survival) {
          case NONE -> 0;
          case ALL -> pendingNames.size();
          case SOME -> random.nextInt(pendingNames.size() + 1);
        };
    pendingNames.subList(0, changes).forEach(change -> put(names, change));
    for (Map.Entry<String, Content> file : names.entrySet()) {
      Files.write(folder.resolve(file.getKey()), bytes(file.getValue(), survival, random));
    }
  }

  private static byte[] bytes(Content content, Survival survival, Random random) {
    byte[] bytes = content.synced;
    if (survival == Survival.NONE) {
      return bytes;
    }
    List<DiskRecord.Op> pending = new ArrayList<>(content.pending);
    for (DiskRecord.Op op : pending) {
      if (survival == Survival.ALL) {
        bytes = applied(bytes, op);
      } else if (random.nextBoolean()) {
        bytes = op.op() == 'T' ? applied(bytes, op) : torn(bytes, op, random);
      }
    }
    return bytes;
  }

  /** Some of a write's sectors. */
  private static byte[] torn(byte[] before, DiskRecord.Op op, Random random) {
    byte[] bytes = before;
    boolean whole = random.nextBoolean();
    int from = 0;
    while (from < op.data().length) {
      long at = op.offset() + from;
      int to = (int) Math.min(op.data().length, from + SECTOR - at % SECTOR);
      if (whole || random.nextBoolean()) {
        byte[] part = Arrays.copyOfRange(op.data(), from, to);
        bytes = applied(bytes, new DiskRecord.Op('W', op.file(), at, part));
      }
      from = to;
    }
    return bytes;
  }

}
