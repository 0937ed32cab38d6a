package io.github.pelab.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class SealedZipTest {
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  SealedZipTest() {
    byte[] numbers = new byte[300];
    new Random(1).nextBytes(numbers);
    entries.put("one.json", "{\"one\":1}".getBytes(StandardCharsets.UTF_8));
    entries.put("numbers.bin", numbers);
    entries.put("empty", new byte[0]);
  }

  private static void refused(byte[] bytes, String where) {
    assertThatThrownBy(() -> SealedZip.open(bytes))
        .isInstanceOf(ZipException.class)
        .hasMessageContaining(where);
  }

  @Test
  void givesBackWhatWasWrittenAndAnyProgramReadsIt() throws IOException {
    byte[] zip = SealedZip.of(entries);
    assertThat(SealedZip.open(zip)).containsExactlyEntriesOf(entries);
    assertThat(SealedZip.of(entries)).as("equal entries, equal bytes").isEqualTo(zip);
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      assertThat(in.getNextEntry().getName()).isEqualTo("one.json");
      assertThat(in.readAllBytes()).asString().isEqualTo("{\"one\":1}");
    }
  }

  @Test
  void anyBitThatChangesIsSeen() {
    byte[] zip = SealedZip.of(entries);
    for (int bit = 0; bit < 8 * zip.length; bit++) {
      zip[bit / 8] ^= (byte) (1 << bit % 8);
      refused(zip, "");
      zip[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void anyByteThatIsMissingOrTooManyIsSeen() {
    byte[] zip = SealedZip.of(entries);
    for (int length = 0; length < zip.length; length++) {
      refused(Arrays.copyOf(zip, length), "");
      refused(Arrays.copyOfRange(zip, zip.length - length, zip.length), "");
    }
    refused(Arrays.copyOf(zip, zip.length + 1), "");
  }

  @Test
  void theEntryThatIsDamagedIsNamed() {
    byte[] zip = SealedZip.of(entries);
    int inNumbers = zip.length / 3;
    zip[inNumbers] ^= 1;
    refused(zip, "numbers.bin (invalid entry CRC");
    refused(Arrays.copyOf(zip, inNumbers), "numbers.bin (");
    refused(
        "not a zip, but long enough for a seal at its end, sixty-four bytes"
            .getBytes(StandardCharsets.UTF_8),
        "no zip");
  }

  /** Whoever can write a seal can write anything; it must still be no more than entries. */
  @Test
  void aBombIsRefusedThoughItIsSealed() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setComment("0".repeat(64));
      zip.putNextEntry(new ZipEntry("bomb"));
      zip.write(new byte[50_000_000]);
    }
    refused(SealedZip.sealed(bytes.toByteArray()), "bomb (");
  }
}
