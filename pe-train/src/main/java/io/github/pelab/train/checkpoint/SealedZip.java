package io.github.pelab.train.checkpoint;

import io.github.pelab.train.run.AtomicFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A zip that ends, in its comment, with the SHA-256 of all bytes before that. Any program that
 * reads zips reads it; none of its bytes can change, nor any be missing, without that being seen.
 * Equal entries make equal bytes.
 */
final class SealedZip implements AutoCloseable {
  private static final int SEAL = 64;
  private static final int BLOCK = 1 << 16;

  /** Zips know no time before 1980, and Java writes an ambiguous one for its first day. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private final ZipFile zip;

  /**
   * Opens a file, and reads all of it once.
   *
   * @throws ZipException if it is not what was written; it says where the damage is
   */
  SealedZip(Path file) throws IOException {
    if (!sealed(file)) {
      throw new ZipException(damage(file));
    }
    zip = new ZipFile(file.toFile());
  }

  /** Writes a zip of {@code entries}, in their order, and leaves {@code out} open. */
  static void write(OutputStream out, Map<String, AtomicFile.Content> entries) throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(
            new Sealing(new BufferedOutputStream(out, BLOCK)), StandardCharsets.UTF_8)) {
      // Trained numbers are as good as random: packing them takes long and wins next to nothing.
      zip.setLevel(Deflater.NO_COMPRESSION);
      zip.setComment("0".repeat(SEAL));
      for (Map.Entry<String, AtomicFile.Content> each : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        each.getValue().writeTo(zip);
      }
    }
  }

  /** Holds the last bytes back, to put the digest of those before in their place. */
  private static final class Sealing extends FilterOutputStream {
    private final MessageDigest digest = sha256();
    private byte[] last = {};

    Sealing(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      byte[] all = Arrays.copyOf(last, last.length + count);
      System.arraycopy(bytes, offset, all, last.length, count);
      int done = Math.max(0, all.length - SEAL);
      digest.update(all, 0, done);
      out.write(all, 0, done);
      last = Arrays.copyOfRange(all, done, all.length);
    }

    @Override
    public void close() throws IOException {
      out.write(seal(digest));
      out.flush();
    }
  }

  private static boolean sealed(Path file) throws IOException {
    long left = Files.size(file) - SEAL;
    if (left < 0) {
      return false;
    }
    MessageDigest digest = sha256();
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      while (left > 0) {
        int count = in.read(block, 0, (int) Math.min(left, block.length));
        if (count < 0) {
          return false;
        }
        digest.update(block, 0, count);
        left -= count;
      }
      return Arrays.equals(in.readAllBytes(), seal(digest));
    }
  }

  /** Where the bytes are wrong, as far as a zip's own checks can tell. */
  private static String damage(Path file) throws IOException {
    String entry = "";
    try (ZipInputStream in =
        new ZipInputStream(
            new BufferedInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8)) {
      for (ZipEntry next = in.getNextEntry(); next != null; next = in.getNextEntry()) {
        entry = next.getName();
        in.transferTo(OutputStream.nullOutputStream());
      }
      return entry.isEmpty() ? "its beginning (no zip)" : "between or behind its entries";
    } catch (EOFException e) {
      return entry + " (cut off)";
    } catch (ZipException | IllegalArgumentException e) {
      return entry + " (" + e.getMessage() + ")";
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] seal(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The bytes of an entry.
   *
   * @throws ZipException if there is none of this name, or it has fewer than {@code least} or more
   *     than {@code most}: whoever can seal can also make one that fills the memory
   */
  InputStream entry(String name, long least, long most) throws IOException {
    long size = size(name);
    if (size < least || size > most) {
      throw new ZipException(name + " (" + size + " bytes)");
    }
    return zip.getInputStream(zip.getEntry(name));
  }

  /**
   * The number of bytes in an entry.
   *
   * @throws ZipException if there is none of this name
   */
  long size(String name) throws ZipException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new ZipException(name + " (which it has not)");
    }
    return entry.getSize();
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
