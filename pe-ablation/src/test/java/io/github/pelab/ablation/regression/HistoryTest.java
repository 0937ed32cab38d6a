package io.github.pelab.ablation.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  private static final List<Measurement> MEASUREMENTS = Made.seeds("rope", Made.HERE, 1, 0.99);

  @TempDir Path directory;
  private Path file;
  private History history;

  @BeforeEach
  void empty() {
    file = directory.resolve("made/history.jsonl");
    history = new History(file);
  }

  private void append(int nights) {
    for (int night = 0; night < nights; night++) {
      history.append(Made.night(night, MEASUREMENTS));
    }
  }

  @Test
  void readsBackWhatWasAppended() {
    assertThat(history.nights()).isEmpty();
    Night failed =
        Made.night(
            3,
            List.of(),
            new Night.Failure("rope-seed1", "rope", MEASUREMENTS.get(0).configHash(), "a, \"b\""));
    append(2);
    history.append(failed);
    assertThat(history.nights())
        .containsExactly(Made.night(0, MEASUREMENTS), Made.night(1, MEASUREMENTS), failed);
  }

  @Test
  void aLineThatWasNotFinishedIsPassedOverAndThenReplaced() throws IOException {
    append(2);
    Files.writeString(file, "{\"schemaVersion\":1,\"na", StandardOpenOption.APPEND);
    assertThat(history.nights()).hasSize(2);
    history.append(Made.night(2, MEASUREMENTS));
    assertThat(history.nights()).hasSize(3);
    assertThat(Files.readAllLines(file, StandardCharsets.UTF_8)).hasSize(3);
  }

  @Test
  void aLineThatIsNoNightIsNamed() throws IOException {
    append(3);
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (String damage :
        List.of("", "[]", "null", lines.get(1).replace("\"total\":1000", "\"total\":-1"))) {
      Files.writeString(file, lines.get(0) + "\n" + damage + "\n" + lines.get(2) + "\n");
      assertThatThrownBy(() -> history.nights())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(file + ": line 2 from the end: not a night: ");
    }
  }

  @Test
  void aNightOfAnotherVersionIsPassedOver() throws IOException {
    append(2);
    String text = Files.readString(file, StandardCharsets.UTF_8);
    Files.writeString(file, text.replaceFirst("\"schemaVersion\":1", "\"schemaVersion\":2"));
    assertThat(history.nights()).containsExactly(Made.night(1, MEASUREMENTS));
  }

  @Test
  void onlyTheEndOfALongFileIsRead() throws IOException {
    append(History.MOST_NIGHTS + 20);
    assertThat(history.nights()).hasSize(History.MOST_NIGHTS);
    int line = Files.readAllLines(file, StandardCharsets.UTF_8).get(0).length() + 1;
    List<Night> few = new History(file, 5 * line + line / 2).nights();
    assertThat(few).hasSize(5).last().isEqualTo(Made.night(History.MOST_NIGHTS + 19, MEASUREMENTS));
  }
}
