package io.github.pelab.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedZipTest {
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  @TempDir Path directory;

  SealedZipTest() {
    byte[] numbers = new byte[300];
    new Random(1).nextBytes(numbers);
    entries.put("one.json", "{\"one\":1}".getBytes(StandardCharsets.UTF_8));
    entries.put("numbers.bin", numbers);
    entries.put("empty", new byte[0]);
  }

  private byte[] bytes() throws IOException {
    return Forgery.of(entries);
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("a.zip"), bytes);
  }

  private void refused(byte[] bytes, String where) throws IOException {
    Path file = file(bytes);
    assertThatThrownBy(() -> new SealedZip(file))
        .isInstanceOf(ZipException.class)
        .hasMessageContaining(where);
  }

  @Test
  void givesBackWhatWasWrittenAndAnyProgramReadsIt() throws IOException {
    byte[] bytes = bytes();
    assertThat(bytes()).as("equal entries, equal bytes").isEqualTo(bytes);
    try (SealedZip zip = new SealedZip(file(bytes))) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        assertThat(zip.entry(each.getKey(), 0, 300)).hasBinaryContent(each.getValue());
      }
      assertThat(zip.size("numbers.bin")).isEqualTo(300);
      assertThatThrownBy(() -> zip.size("two")).hasMessageContaining("two (which it has not)");
      assertThatThrownBy(() -> zip.entry("numbers.bin", 0, 299))
          .hasMessageContaining("numbers.bin (300 bytes)");
      assertThatThrownBy(() -> zip.entry("numbers.bin", 301, 400))
          .hasMessageContaining("numbers.bin (300 bytes)");
    }
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      assertThat(in.getNextEntry().getName()).isEqualTo("one.json");
      assertThat(in.readAllBytes()).asString().isEqualTo("{\"one\":1}");
    }
  }

  @Test
  void anyBitThatChangesIsSeen() throws IOException {
    byte[] zip = bytes();
    for (int bit = 0; bit < 8 * zip.length; bit++) {
      zip[bit / 8] ^= (byte) (1 << bit % 8);
      refused(zip, "");
      zip[bit / 8] ^= (byte) (1 << bit % 8);
    }
    new SealedZip(file(zip)).close();
    System.out.printf("bits of a sealed file flipped: %d, all seen%n", 8 * zip.length);
  }

  @Test
  void anyByteThatIsMissingOrTooManyIsSeen() throws IOException {
    byte[] zip = bytes();
    for (int length = 0; length < zip.length; length++) {
      refused(Arrays.copyOf(zip, length), "");
      refused(Arrays.copyOfRange(zip, zip.length - length, zip.length), "");
    }
    refused(Arrays.copyOf(zip, zip.length + 1), "");
  }

  @Test
  void theEntryThatIsDamagedIsNamed() throws IOException {
    byte[] zip = bytes();
    int inNumbers = zip.length / 3;
    zip[inNumbers] ^= 1;
    refused(zip, "numbers.bin (invalid entry CRC");
    refused(Arrays.copyOf(zip, inNumbers), "numbers.bin (");
    refused("no zip".repeat(20).getBytes(StandardCharsets.UTF_8), "its beginning (no zip)");
  }

  @Test
  void leavesTheStreamOpenAndSealsWritesOfAnySize() throws IOException {
    for (int size : new int[] {0, 1, 63, 64, 65, 100_000}) {
      entries.put("numbers.bin", new byte[size]);
      new SealedZip(file(bytes())).close();
      ByteArrayOutputStream single = new ByteArrayOutputStream();
      SealedZip.write(
          single,
          Map.of(
              "single",
              out -> {
                for (int i = 0; i < size; i++) {
                  out.write(i);
                }
              }));
      new SealedZip(file(single.toByteArray())).close();
    }
  }
}
