package io.github.pelab.train.checkpoint;

import io.github.pelab.train.run.AtomicFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Sealed zips as somebody who knows the format could make them. */
final class Forgery {
  private Forgery() {}

  static byte[] of(Map<String, byte[]> entries) throws IOException {
    Map<String, AtomicFile.Content> contents = new LinkedHashMap<>();
    entries.forEach((name, bytes) -> contents.put(name, out -> out.write(bytes)));
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    SealedZip.write(zip, contents);
    return zip.toByteArray();
  }

  static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    return entries;
  }
}
