package io.github.pelab.train.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How a file of lines, each a JSON value, grows. A line counts once its line feed is written: what
 * a process that died left behind the last one is removed by the next that writes. One process
 * writes a file at a time.
 */
public final class JsonLines {
  private JsonLines() {}

  /** Adds lines, each with its line feed, and sees them to the disk. */
  public static void append(Path file, byte[] lines) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = committed(channel);
      channel.truncate(end).position(end);
      ByteBuffer rest = ByteBuffer.wrap(lines);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(false);
    }
  }

  /** The number of bytes up to the last line feed, and with it. */
  private static long committed(FileChannel channel) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(1 << 13);
    for (long end = channel.size(); end > 0; ) {
      long start = Math.max(0, end - block.capacity());
      block.clear().limit((int) (end - start));
      while (block.hasRemaining()) {
        if (channel.read(block, start + block.position()) < 0) {
          throw new IOException("became shorter while it was read");
        }
      }
      for (int i = block.limit() - 1; i >= 0; i--) {
        if (block.get(i) == '\n') {
          return start + i + 1;
        }
      }
      end = start;
    }
    return 0;
  }
}
