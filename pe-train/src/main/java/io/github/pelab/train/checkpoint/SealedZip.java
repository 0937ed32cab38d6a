package io.github.pelab.train.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A zip that ends, in its comment, with the SHA-256 of all bytes before that. Any program that
 * reads zips reads it; none of its bytes can change, nor any be missing, without that being seen.
 * Equal entries make equal bytes.
 */
final class SealedZip {
  private static final int SEAL = 64;

  /** Room for what a zip adds to an entry, and to all of them. */
  private static final int OVERHEAD = 1024;

  /** Zips know no time before 1980, and Java writes an ambiguous one for its first day. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private SealedZip() {}

  /** The bytes of a zip of {@code entries}, in their order. */
  static byte[] of(Map<String, byte[]> entries) {
    int size = entries.values().stream().mapToInt(each -> each.length + OVERHEAD).sum();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(size + OVERHEAD);
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      // Trained numbers are as good as random: packing them takes long and wins next to nothing.
      zip.setLevel(Deflater.NO_COMPRESSION);
      zip.setComment("0".repeat(SEAL));
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        zip.write(each.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return sealed(bytes.toByteArray());
  }

  /** With its seal in the place of the last bytes. */
  static byte[] sealed(byte[] zip) {
    System.arraycopy(seal(zip), 0, zip, zip.length - SEAL, SEAL);
    return zip;
  }

  /**
   * The entries of a zip, in their order.
   *
   * @throws ZipException if they are not what was written; it says which entry is damaged
   */
  static Map<String, byte[]> open(byte[] bytes) throws ZipException {
    if (bytes.length < SEAL
        || !Arrays.equals(seal(bytes), 0, SEAL, bytes, bytes.length - SEAL, bytes.length)) {
      throw new ZipException(damage(bytes));
    }
    return entries(bytes);
  }

  private static Map<String, byte[]> entries(byte[] bytes) throws ZipException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    String last = "its beginning";
    try (ZipInputStream zip =
        new ZipInputStream(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
      int left = bytes.length;
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        last = entry.getName();
        // Nothing is packed: whatever is larger than the file was made to fill the memory.
        byte[] content = zip.readNBytes(left);
        left -= content.length;
        if (zip.read() >= 0 || entries.put(last, content) != null) {
          throw new ZipException("not as it was written");
        }
      }
      return entries;
    } catch (EOFException e) {
      throw new ZipException(last + " (cut off)");
    } catch (IOException | IllegalArgumentException e) {
      throw new ZipException(last + " (" + e.getMessage() + ")");
    }
  }

  /** Where the bytes are wrong, as far as a zip's own checks can tell. */
  private static String damage(byte[] bytes) {
    try {
      Map<String, byte[]> entries = entries(bytes);
      return entries.isEmpty() ? "it is no zip" : "between or behind its entries";
    } catch (ZipException e) {
      return e.getMessage();
    }
  }

  private static byte[] seal(byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, bytes.length - SEAL);
      return HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
