package io.github.pelab.bench.step;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes what {@code torch.jit.load} reads, without Python: a zip of a class's TorchScript source
 * and a pickle (protocol 2) of one object of it, whose attributes are numbers and flags.
 */
final class ScriptArchive {
  private ScriptArchive() {}

  /**
   * The archive.
   *
   * @param className of the class in {@code source}
   * @param attributes of the object, each an {@link Integer}, {@link Double} or {@link Boolean}
   */
  static byte[] of(String className, String source, Map<String, Object> attributes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      write(zip, "version", "3\n".getBytes(StandardCharsets.UTF_8));
      write(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      write(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // an empty tuple
      write(zip, "data.pkl", pickled(className, attributes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry("archive/" + name));
    zip.write(content);
    zip.closeEntry();
  }

  /** {@code className.__new__(className)} and its {@code __dict__}. */
  private static byte[] pickled(String className, Map<String, Object> attributes)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x80, 2});
    out.writeBytes("c__torch__\n" + className + "\n)" + (char) 0x81 + "}(");
    for (Map.Entry<String, Object> each : attributes.entrySet()) {
      byte[] name = each.getKey().getBytes(StandardCharsets.UTF_8);
      out.write('X');
      out.writeInt(Integer.reverseBytes(name.length));
      out.write(name);
      if (each.getValue() instanceof Integer number) {
        out.write('J');
        out.writeInt(Integer.reverseBytes(number));
      } else if (each.getValue() instanceof Double number) {
        out.write('G');
        out.writeDouble(number);
      } else {
        out.write((Boolean) each.getValue() ? 0x88 : 0x89);
      }
    }
    out.writeBytes("ub.");
    return bytes.toByteArray();
  }
}
